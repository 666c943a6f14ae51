//! The pages that people see: typed contexts in, HTML out.
//!
//! Each page is a struct that names all it shows, and has one `render`. The words stand in `texts/` (Fluent, one
//! folder per language), the markup in `templates/` (askama, compiled), the looks in one stylesheet. Every page
//! is whole by itself: no script but the few lines of [`Script`], which none needs, nothing that has to be fetched.
//!
//! Nothing here knows a store, HTTP, or where a value came from. Every value is escaped as it is written; URLs
//! must have been validated by whoever hands them in, since escaping does not make `javascript:` harmless.

mod account;
mod ask_link;
mod channels;
mod consent;
mod device;
mod failure;
mod form_post;
mod frame;
mod home;
mod inline;
mod invitation;
mod letter;
mod link;
mod locale;
mod mailto;
mod one_time_token;
mod password;
mod provider;
mod register;
mod sign_in;
mod sign_out;
mod text_message;
mod texts;

pub use account::{
    AccountEmailPage, AccountNotice, AccountPage, AccountPasswordPage, AccountPhonePage, ConfirmEmailPage,
    IdentitiesNotice, IdentitiesPage, OwnIdentity, OwnSession, RestoreEmailPage, SessionsPage,
    SignOutEverywherePage,
};
pub use ask_link::{AskLinkError, AskLinkPage};
pub use channels::Channels;
pub use consent::{ConsentPage, ScopeText};
pub use device::Device;
pub use failure::{Button, FailurePage};
pub use form_post::FormPostPage;
pub use frame::{Frame, Support};
pub use home::HomePage;
pub use inline::{Script, style_hash};
pub use invitation::{InvitationPage, InvitationStep, InvitedBy, JoinedPage};
pub use letter::{InvitationWords, Letter, LetterParts, LinkAndCode, ProviderWords};
pub use link::{FollowLinkPage, LinkSentError, LinkSentPage};
pub use locale::Locale;
pub use one_time_token::OneTimeTokenPage;
pub use password::{FormerAddress, LinkedProvider, PasswordChangedPage, ResetPasswordPage};
pub use provider::{DeparturePage, LinkAccountPage, ProviderChoice};
pub use register::{RegisterError, RegisterPage};
pub use sign_in::{SignInError, SignInNotice, SignInPage};
pub use sign_out::{SignOutPage, SignedOutPage};
pub use text_message::TextMessage;
