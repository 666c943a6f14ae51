//! People: how they name themselves, how they prove it, and how guessing is slowed down.
//!
//! - [`Identifier`]: the one reader and normaliser of user names, e-mail addresses and telephone numbers (C150).
//! - [`password`]: what a password may be.
//! - [`HashingPool`]: argon2id on its own bounded threads, with reused memory.
//! - [`throttle`]: tries are counted before anything is verified.
//! - [`SignIn`], [`Registration`], [`PasswordReset`], [`PasswordChange`], [`EmailChange`],
//!   [`PhoneChange`]: the acts.
//! - [`Links`]: the links and codes of letters.

mod common_passwords;
mod email_change;
mod hashing_pool;
mod identifier;
mod links;
pub mod password;
mod password_change;
mod password_reset;
mod phone_change;
mod registration;
mod sign_in;
pub mod throttle;

pub use email_change::{EmailChange, EmailError};
pub use hashing_pool::{Cost, HashingPool, PoolError};
pub use identifier::{Identifier, IdentifierError};
pub use links::{AskError, Asker, CodeError, LinkStanding, Links, address_key};
pub use password_change::{ChangeError, PasswordChange};
pub use password_reset::{Changed, FormerAddress, PasswordReset, ResetChoice, ResetError};
pub use phone_change::{PhoneChange, PhoneError};
pub use registration::{Registration, RegistrationError, account_by_email};
pub use sign_in::{Attempt, SignIn, SignInError};
