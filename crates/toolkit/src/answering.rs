//! From a session error to the application's answer.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};
use session::{Error, SessionError};

use crate::context::SessionContext;
use crate::failure::SessionFailure;
use crate::handlers::{ErrorHandlers as _, Exchange};

/// Prepares the answer, and lets the application's handler decide. What is not one of the five errors is answered
/// plainly, and clears nothing.
pub(crate) async fn answer(context: &SessionContext, failure: &SessionFailure) -> Response<Bytes> {
    let error = match failure.error() {
        Error::Session(error) => error,
        Error::Store(error) => {
            tracing::error!(error = error as &dyn std::error::Error, "the session store failed");
            return failure.plain();
        }
        Error::Misuse(message) => {
            tracing::error!(%message, "sessions are used wrongly");
            return failure.plain();
        }
        Error::NotNow { .. } => return failure.plain(),
    };
    let (status, body) = prepared(context, error);
    let transport = context.sessions().transport();
    if clears(error) {
        context.change(|parts| transport.clear(parts));
    }
    let user_context = context.user_context().clone();
    let exchange =
        Exchange::new(context.request().clone(), user_context, status, body, context.take_changes());
    let handlers = context.sessions().handlers();
    let message = || error.message().to_owned();
    let answer = match error {
        SessionError::ClearDuplicateSessionCookies { .. } => {
            handlers.on_clear_duplicate_session_cookies(message(), exchange).await
        }
        SessionError::InvalidClaims(failures) => handlers.on_invalid_claim(failures.clone(), exchange).await,
        SessionError::TokenTheftDetected(theft) => {
            tracing::warn!(session = %theft.handle, rule = theft.evidence.row.as_str(), "a token theft was detected");
            handlers.on_token_theft_detected((**theft).clone(), exchange).await
        }
        SessionError::TryRefreshToken { .. } => handlers.on_try_refresh_token(message(), exchange).await,
        SessionError::Unauthorised { .. } => handlers.on_unauthorised(message(), exchange).await,
    };
    context.change(|parts| *parts = answer.parts);
    answer.response
}

fn prepared(context: &SessionContext, error: &SessionError) -> (StatusCode, Value) {
    let status = |code| StatusCode::from_u16(code).expect("the transport checked its statuses");
    let transport = context.sessions().transport();
    let expired = status(transport.session_expired_status());
    match error {
        SessionError::ClearDuplicateSessionCookies { message } => {
            (StatusCode::OK, json!({"message": message}))
        }
        SessionError::InvalidClaims(failures) => {
            let body = json!({"message": "invalid claim", "claimValidationErrors": failures});
            (status(transport.invalid_claim_status()), body)
        }
        SessionError::TokenTheftDetected(_) => (expired, json!({"message": "token theft detected"})),
        SessionError::TryRefreshToken { .. } => (expired, json!({"message": "try refresh token"})),
        SessionError::Unauthorised { .. } => (expired, json!({"message": "unauthorised"})),
    }
}

/// Whether the browser's tokens are worth nothing any more.
const fn clears(error: &SessionError) -> bool {
    match error {
        SessionError::TokenTheftDetected(_) => true,
        SessionError::Unauthorised { clear_tokens, .. } => *clear_tokens,
        SessionError::ClearDuplicateSessionCookies { .. }
        | SessionError::InvalidClaims(_)
        | SessionError::TryRefreshToken { .. } => false,
    }
}
