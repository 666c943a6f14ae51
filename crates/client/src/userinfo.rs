//! The userinfo endpoint (OpenID Connect Core §5.3).

use secrecy::ExposeSecret as _;
use secrecy::SecretString;
use serde_json::{Map, Value};

use crate::{Client, HttpError};

/// What the provider says about the person now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserInfo {
    /// The person.
    pub sub: String,
    /// Every other claim.
    pub other: Map<String, Value>,
}

/// Why there are no claims.
#[derive(Debug, thiserror::Error)]
pub enum UserInfoError {
    /// The access token is not good, or no longer (RFC 6750 §3.1).
    #[error("the provider refused the access token")]
    Refused,
    /// The provider has no such endpoint.
    #[error("the provider has no userinfo endpoint")]
    NoEndpoint,
    /// The claims are about somebody else than the id token (Core §5.3.2, C090).
    #[error("the claims are about somebody else")]
    WrongSubject,
    /// The provider gave no usable answer.
    #[error(transparent)]
    Http(#[from] HttpError),
}

impl UserInfoError {
    /// Whether the same request may succeed later.
    pub const fn is_unavailable(&self) -> bool {
        match self {
            Self::Http(error) => error.is_unavailable(),
            Self::Refused | Self::NoEndpoint | Self::WrongSubject => false,
        }
    }
}

impl Client {
    /// Asks for the claims of the person whom the id token is about.
    pub async fn userinfo(
        &self,
        access_token: &SecretString,
        subject: &str,
    ) -> Result<UserInfo, UserInfoError> {
        let provider = &self.provider;
        let endpoint = provider.metadata.userinfo_endpoint.clone().ok_or(UserInfoError::NoEndpoint)?;
        let token = access_token.expose_secret();
        let answer = provider.http.send(|client| client.get(endpoint).bearer_auth(token)).await?;
        match answer.status {
            200 => {}
            401 | 403 => return Err(UserInfoError::Refused),
            other => return Err(HttpError::Status(other).into()),
        }
        let mut other = answer.object()?;
        match other.remove("sub") {
            Some(Value::String(sub)) if sub == subject => Ok(UserInfo { sub, other }),
            Some(_) | None => Err(UserInfoError::WrongSubject),
        }
    }
}
