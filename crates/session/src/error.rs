//! The five session errors, and what else may go wrong.

use std::borrow::Cow;
use std::time::Duration;

use crate::SessionHandle;
use crate::claim::ClaimFailure;
use crate::rotation::Evidence;
use crate::store::{StoreError, Use};

/// The five errors of a session. Each has a handler that an application may replace.
#[derive(Clone, Debug, PartialEq)]
pub enum SessionError {
    /// Two cookies of one name were found at a refresh and the older ones were cleared. Answered 200: the
    /// browser calls again.
    ClearDuplicateSessionCookies {
        /// What happened, for developers.
        message: Cow<'static, str>,
    },
    /// The session is good, but its claims are not. Answered 403.
    InvalidClaims(Vec<ClaimFailure>),
    /// A refresh token was used that only a thief, or a copied browser profile, can have. The session is revoked
    /// already. Answered 401.
    TokenTheftDetected(Box<Theft>),
    /// The access token is over, or not good: the browser should refresh. Answered 401.
    TryRefreshToken {
        /// What happened, for developers.
        message: Cow<'static, str>,
    },
    /// There is no session. Answered 401.
    Unauthorised {
        /// What happened, for developers.
        message: Cow<'static, str>,
        /// Whether the browser's tokens are worth nothing any more and are to be cleared. Not so when a parallel
        /// request may just have created a session.
        clear_tokens: bool,
    },
}

/// What is known of a theft.
#[derive(Clone, Debug, PartialEq)]
pub struct Theft {
    /// The session, which is revoked.
    pub handle: SessionHandle,
    /// Whose it was.
    pub user: String,
    /// In which tenant.
    pub tenant: String,
    /// What the rotation saw: which rule, which tokens, when.
    pub evidence: Evidence,
    /// The last use before this one.
    pub last_use: Use,
    /// This use.
    pub this_use: Use,
}

impl SessionError {
    /// No session, and the tokens are worth nothing.
    pub const fn unauthorised(message: &'static str) -> Self {
        Self::Unauthorised { message: Cow::Borrowed(message), clear_tokens: true }
    }

    /// No session, but the tokens stay where they are.
    pub const fn absent(message: &'static str) -> Self {
        Self::Unauthorised { message: Cow::Borrowed(message), clear_tokens: false }
    }

    /// The browser should refresh.
    pub const fn try_refresh(message: &'static str) -> Self {
        Self::TryRefreshToken { message: Cow::Borrowed(message) }
    }

    /// What happened, for developers.
    pub fn message(&self) -> &str {
        match self {
            Self::ClearDuplicateSessionCookies { message }
            | Self::TryRefreshToken { message }
            | Self::Unauthorised { message, .. } => message,
            Self::InvalidClaims(_) => "invalid claim",
            Self::TokenTheftDetected(_) => "token theft detected",
        }
    }
}

/// Why the engine did not do what it was asked for, by who must act.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One of the five. The application answers it.
    #[error("{}", .0.message())]
    Session(SessionError),
    /// Not now: the same again after a while. Nothing was changed, nothing is cleared. Answered 503.
    #[error("not now: try again in {} s", .retry_after.as_secs())]
    NotNow {
        /// When to try again.
        retry_after: Duration,
    },
    /// The store failed. Nobody is signed out by that. Answered 503 while it is unavailable, else 500.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The caller asked for something that cannot be: a mistake in the application. Answered 500.
    #[error("{0}")]
    Misuse(Cow<'static, str>),
}

impl From<SessionError> for Error {
    fn from(error: SessionError) -> Self {
        Self::Session(error)
    }
}
