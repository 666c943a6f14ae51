//! The session engine: what keeps people signed in, and ends it when it must end.
//!
//! - [`Engine`]: creates, verifies, refreshes and ends sessions.
//! - [`SessionError`]: the five errors that an application may answer in its own way.
//! - [`rotation`]: the rule for refresh tokens, pure.
//! - [`claim`]: what must be true of a session, and asking for it anew.
//! - [`store`]: what the engine needs of a store.
//! - [`transport`]: how tokens travel, in cookies and headers.
//!
//! It knows no HTTP framework, no SQL and no OIDC; times and chance are parameters.

pub mod access_token;
pub mod claim;
mod engine;
mod error;
mod event;
pub mod rotation;
mod secrets;
mod settings;
mod signing;
pub mod store;
pub mod transport;

pub use engine::{
    CsrfToken, Engine, IssuedAccess, IssuedRefresh, NewSession, OpenError, RefreshRequest, Refreshed, Tokens,
    Verified,
};
pub use error::{Error, SessionError, Theft};
pub use event::{Observer, SessionEvent, Unobserved};
pub use keys::{Algorithm, KeySchedule, MasterSecret, SecretFileError};
pub use model::ChainId as SessionHandle;
pub use secrets::Secrets;
pub use settings::{SessionSettings, SettingsRefused};
