//! An OpenID Connect client without storage: the code flow with PKCE, every answer checked.
//!
//! - [`Client::discover`] reads what a provider says about itself.
//! - [`Client::authorization_request`] says where to send the browser, and what to keep until it returns
//!   ([`Pending`]: seal it into a cookie).
//! - [`Client::callback`] reads what the browser brings back, [`Client::exchange`] turns it into [`Tokens`].
//! - [`OAuthClient`] does the same at a provider of plain OAuth 2.0, which gives no id token and cannot be discovered.
//! - [`Client::refresh`], [`Client::userinfo`], [`Client::end_session_url`] are for afterwards.
//!
//! Nothing a provider sends is believed before it is checked, and everything has a limit of size and time.
//! Signatures are verified with `aws-lc-rs` directly: three algorithms, each pinned by the key that the provider
//! publishes, under a reader as strict as the one for our own tokens. Nothing is stored, nothing is retried, no
//! redirect is followed, and no proxy or other setting is taken from the environment.

mod authorization;
mod callback;
mod client;
mod error_code;
mod http;
mod id_token;
mod issuer;
mod jwk;
mod key_set;
mod metadata;
mod oauth;
mod reading;
mod registration;
mod strict_json;
mod token;
mod userinfo;

pub use authorization::{AuthorizationRequest, Pending, RequestError, RequestOptions};
pub use callback::{CallbackError, Code, state_of};
pub use client::Client;
pub use error_code::{ErrorCode, ProviderText};
pub use http::{HttpError, HttpOptions};
pub use id_token::{IdClaims, IdToken, IdTokenError};
pub use metadata::DiscoverError;
pub use oauth::{OAuthClient, OAuthEndpoints};
pub use reading::{ReadError, Trial};
pub use registration::{Credential, Registration};
pub use token::{Refreshed, TokenError, Tokens};
pub use userinfo::{UserInfo, UserInfoError};
