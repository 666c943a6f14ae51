//! Why a provider brought nobody.

use client::{CallbackError, DiscoverError, ErrorCode, ReadError, TokenError, UserInfoError};

/// Why a provider brought nobody. The text is for operators; a person never reads what a provider wrote (C175).
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// The person, or the provider, said no.
    #[error("the provider refused: {0}")]
    Cancelled(ErrorCode),
    /// The answer is not one that a provider may give, or comes from another one.
    #[error(transparent)]
    Callback(CallbackError),
    /// The provider was asked to let people show once more who they are, and says that they did long before.
    #[error("the provider did not ask the person again who they are")]
    NotAskedAgain,
    /// The provider says too little to be of use.
    #[error("the provider is of no use: {0}")]
    Unusable(&'static str),
    /// The provider cannot be found, or is not the one it should be.
    #[error(transparent)]
    Discover(#[from] DiscoverError),
    /// The provider gave no tokens, or none that are good.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The provider does not tell who the person is.
    #[error(transparent)]
    UserInfo(#[from] UserInfoError),
    /// The provider does not tell who the person is.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The connector itself is not whole: its secret is missing or cannot be read.
    #[error("the connector is not whole: {0}")]
    Connector(&'static str),
}

impl From<CallbackError> for UpstreamError {
    fn from(error: CallbackError) -> Self {
        match error {
            CallbackError::Refused { code, .. } if is_cancelled(&code) => Self::Cancelled(code),
            other @ (CallbackError::Refused { .. }
            | CallbackError::Malformed
            | CallbackError::WrongState
            | CallbackError::WrongIssuer) => Self::Callback(other),
        }
    }
}

/// The RFC's word for it, and the words of those who have their own.
fn is_cancelled(code: &ErrorCode) -> bool {
    *code == ErrorCode::AccessDenied
        || matches!(
            code.as_str(),
            "user_cancelled_authorize" | "user_cancelled_login" | "user_denied" | "consent_required"
        )
}
