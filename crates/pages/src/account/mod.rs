//! The pages on which people look after their own account.

mod email;
mod identities;
mod overview;
mod password;
mod phone;
mod sessions;

pub use email::{AccountEmailPage, ConfirmEmailPage, RestoreEmailPage};
pub use identities::{IdentitiesNotice, IdentitiesPage, OwnIdentity};
pub use overview::{AccountNotice, AccountPage};
pub use password::AccountPasswordPage;
pub use phone::AccountPhonePage;
pub use sessions::{OwnSession, SessionsPage, SignOutEverywherePage};
