//! The provider's rules: OpenID Connect and OAuth 2.0 as lists of small named steps.
//!
//! - [`authorize`]: from the parameters of a request to a verified one, and from there to the answer.
//! - [`token`]: the grants.
//! - [`userinfo`], [`logout`], [`metadata`].
//!
//! Nothing here knows HTTP: parameters come in as [`Parameters`], answers go out as plain values.

mod access_token;
pub mod authorize;
mod client_authentication;
mod error;
mod id_token;
pub mod logout;
pub mod metadata;
mod parameters;
mod person;
mod provider;
mod scope;
pub mod token;
mod token_memory;
pub mod userinfo;

pub use access_token::{AccessClaims, CLOCK_TOLERANCE, TokenRefused};
pub use client_authentication::{Credentials, MalformedCredentials};
pub use error::{ErrorCode, OAuthError};
pub use parameters::{MalformedParameters, Parameters};
pub use provider::{Lifetimes, Provider};
pub use scope::Scope;
pub use token_memory::TokenMemory;
