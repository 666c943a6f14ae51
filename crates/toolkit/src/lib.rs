#![doc = include_str!("../README.md")]

mod answering;
mod builder;
mod confirmations;
mod context;
mod csrf;
#[cfg(feature = "axum")]
mod extract;
mod failure;
mod handlers;
mod layer;
mod request_session;
mod routes;
mod sessions;
#[cfg(feature = "sign-in")]
pub mod sign_in;
mod user_context;

pub use ::model::{Clock, Entropy, SystemClock, SystemEntropy, Timestamp};
pub use ::session::access_token::AccessToken;
pub use ::session::claim;
pub use ::session::rotation;
pub use ::session::store::{self, MemoryStore, SessionRecord, SessionStore, Use};
pub use ::session::transport::{
    AntiCsrf, AppInfo, AppInfoError, MethodSetting, ResponseParts, SameSite, SetCookie, TokenNames,
    TransferMethod, TransportError, TransportOptions,
};
pub use ::session::{
    Algorithm, CsrfToken, Engine, Error, MasterSecret, NewSession, Observer, RefreshRequest, SessionError,
    SessionEvent, SessionHandle, SessionSettings, Theft,
};
pub use builder::{BuildError, SessionsBuilder};
pub use context::{SessionContext, VerifyOptions};
#[cfg(feature = "axum")]
pub use extract::{Checked, Requirements};
pub use failure::SessionFailure;
pub use handlers::{Answer, AnswerFuture, Defaults, ErrorHandlers, Exchange, Handler};
pub use layer::{SessionBody, SessionLayer, SessionService};
pub use request_session::Session;
pub use sessions::{ClientAddress, Sessions};
#[cfg(feature = "sign-in")]
pub use sign_in::{BrowserPages, SignIn, SignedIn};
pub use user_context::UserContext;
