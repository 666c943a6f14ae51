//! The token endpoint, in the order of its checks.
//!
//! | # | step | code | refresh | client |
//! |---|---|---|---|---|
//! | 1 | `shape`: nothing repeated | ✓ | ✓ | ✓ |
//! | 2 | the client is who it says (`Credentials`) | ✓ | ✓ | ✓ |
//! | 3 | the grant exists, and this client may use it | ✓ | ✓ | ✓ |
//! | 4 | what is presented is known, and bound to this client | ✓ | ✓ | |
//! | 5 | redirect URI and PKCE verifier fit | ✓ | | |
//! | 6 | the person's account is active | ✓ | ✓ | |
//! | 7 | it is consumed or rotated, in one conditional statement | ✓ | ✓ | |
//! | 8 | tokens are signed | ✓ | ✓ | ✓ |

mod authorization_code;
mod client_credentials;
mod issue;
mod pkce;
mod refresh_token;

use std::time::Duration;

use serde::Serialize;

use crate::{Credentials, ErrorCode, OAuthError, Parameters, Provider};

/// The body of a success (RFC 6749 §5.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: &'static str,
    /// How long the access token lives, in seconds.
    pub expires_in: i64,
    /// What it allows.
    pub scope: String,
    /// Who the person is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// For the next access token. Absent when the client keeps the one it has (`docs/rotation.md`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// Why there are no tokens.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The client or what it presents is refused.
    #[error("{}", .0.description)]
    Refused(OAuthError),
    /// Not now: the same request will be answered in a moment.
    #[error("the answer has to wait")]
    NotNow {
        /// When to ask again.
        retry_after: Duration,
    },
    /// The store could not answer. Never said as `invalid_grant`.
    #[error("the store could not answer")]
    Store(#[from] store::Error),
}

impl From<OAuthError> for TokenError {
    fn from(error: OAuthError) -> Self {
        if error.code == ErrorCode::TemporarilyUnavailable {
            return Self::NotNow { retry_after: Duration::from_secs(1) };
        }
        Self::Refused(error)
    }
}

impl Provider {
    /// Answers a token request.
    pub async fn token(
        &self,
        credentials: &Credentials,
        parameters: &Parameters,
    ) -> Result<TokenResponse, TokenError> {
        shape(parameters)?;
        let client = credentials.authenticate(parameters, &self.directory).await??;
        match parameters.first("grant_type") {
            Some("authorization_code") => {
                self.redeem_authorization_code(&client.application, parameters).await
            }
            Some("refresh_token") => self.refresh(&client.application, parameters).await,
            Some("client_credentials") => self.issue_to_client(&client.application, parameters),
            Some(_) => {
                Err(OAuthError::new(ErrorCode::UnsupportedGrantType, "the grant type is not known").into())
            }
            None => Err(OAuthError::invalid_request("grant_type is missing").into()),
        }
    }
}

/// Nothing repeated (RFC 6749 §3.2, C040), but `resource` (RFC 8707 §2).
fn shape(parameters: &Parameters) -> Result<(), OAuthError> {
    let repeated = parameters.pairs().any(|(name, _)| name != "resource" && parameters.is_repeated(name));
    if repeated { Err(OAuthError::invalid_request("a parameter appears more than once")) } else { Ok(()) }
}
