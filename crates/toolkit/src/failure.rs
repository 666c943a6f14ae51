//! Why a request has no session, on its way to the layer that answers.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use serde_json::json;
use session::claim::ClaimFetchError;
use session::store::StoreError;
use session::transport::CookieTooLarge;
use session::{Error, SessionError};

use crate::handlers::json as json_response;

/// When to try again after the store could not be reached.
pub(crate) const STORE_RETRY: Duration = Duration::from_secs(2);

/// An error of a session. Return it from a handler: the [layer](crate::SessionLayer) turns it into the answer that
/// the application's [error handlers](crate::ErrorHandlers) give.
///
/// It may be thrown by an application too: `SessionError::unauthorised("…").into()`.
#[derive(Clone, Debug, thiserror::Error)]
#[error(transparent)]
pub struct SessionFailure(Arc<Error>);

impl SessionFailure {
    pub(crate) fn new(error: Error) -> Self {
        Self(Arc::new(error))
    }

    /// What happened.
    pub fn error(&self) -> &Error {
        &self.0
    }

    /// Which of the five errors it is, if it is one.
    pub fn session_error(&self) -> Option<&SessionError> {
        match &*self.0 {
            Error::Session(error) => Some(error),
            Error::NotNow { .. } | Error::Store(_) | Error::Misuse(_) => None,
        }
    }

    /// A response that carries the failure to the layer. Where there is no layer, it is a plain answer of the same
    /// kind.
    pub fn into_response<B: From<Bytes>>(self) -> Response<B> {
        let mut response = self.plain().map(B::from);
        response.extensions_mut().insert(self);
        response
    }

    /// The answer that no handler changes: what is not one of the five.
    pub(crate) fn plain(&self) -> Response<Bytes> {
        let (status, message, retry_after) = match &*self.0 {
            Error::Session(SessionError::InvalidClaims(_)) => (StatusCode::FORBIDDEN, "invalid claim", None),
            Error::Session(SessionError::ClearDuplicateSessionCookies { .. }) => {
                (StatusCode::OK, "duplicate session cookies cleared", None)
            }
            Error::Session(SessionError::TokenTheftDetected(_)) => {
                (StatusCode::UNAUTHORIZED, "token theft detected", None)
            }
            Error::Session(SessionError::TryRefreshToken { .. }) => {
                (StatusCode::UNAUTHORIZED, "try refresh token", None)
            }
            Error::Session(SessionError::Unauthorised { .. }) => {
                (StatusCode::UNAUTHORIZED, "unauthorised", None)
            }
            Error::NotNow { retry_after } => {
                (StatusCode::SERVICE_UNAVAILABLE, "not now", Some(retry_after.as_secs().max(1)))
            }
            Error::Store(StoreError::Unavailable(_)) => {
                (StatusCode::SERVICE_UNAVAILABLE, "not now", Some(STORE_RETRY.as_secs()))
            }
            Error::Store(StoreError::Corrupt(_) | StoreError::Bug(_)) | Error::Misuse(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal error", None)
            }
        };
        let mut response = json_response(status, &json!({"message": message}));
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(http::header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<SessionError> for SessionFailure {
    fn from(error: SessionError) -> Self {
        Self::new(error.into())
    }
}

impl From<StoreError> for SessionFailure {
    fn from(error: StoreError) -> Self {
        Self::new(error.into())
    }
}

/// A claim that cannot be fetched says nothing about the person: they are not refused, but asked to come again.
impl From<ClaimFetchError> for SessionFailure {
    fn from(error: ClaimFetchError) -> Self {
        Self::new(Error::Store(StoreError::Unavailable(Box::new(error))))
    }
}

impl From<CookieTooLarge> for SessionFailure {
    fn from(error: CookieTooLarge) -> Self {
        Self::new(Error::Misuse(error.to_string().into()))
    }
}

#[cfg(feature = "axum")]
impl axum_core::response::IntoResponse for SessionFailure {
    fn into_response(self) -> axum_core::response::Response {
        Self::into_response(self)
    }
}
