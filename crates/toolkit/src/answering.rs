//! From a session error to the application's answer.

use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};
use session::store::StoreError;
use session::{Error, SessionError};

use crate::context::SessionContext;
use crate::failure::{STORE_RETRY, SessionFailure};
use crate::handlers::{ErrorHandlers as _, Exchange};

/// Prepares the answer, and lets the application's handler decide. What is damaged or a mistake is answered plainly, and
/// clears nothing.
pub(crate) async fn answer(context: &SessionContext, failure: &SessionFailure) -> Response<Bytes> {
    let handlers = context.sessions().handlers();
    let error = match failure.error() {
        Error::Session(error) => error,
        Error::NotNow { retry_after } => return later(context, *retry_after).await,
        Error::Store(error) => {
            tracing::error!(error = error as &dyn std::error::Error, "the session store failed");
            return match error {
                StoreError::Unavailable(_) => later(context, STORE_RETRY).await,
                StoreError::Corrupt(_) | StoreError::Bug(_) => failure.plain(),
            };
        }
        Error::Misuse(message) => {
            tracing::error!(%message, "sessions are used wrongly");
            return failure.plain();
        }
    };
    let (status, body) = prepared(context, error);
    let transport = context.sessions().transport();
    if clears(error) {
        context.change(|parts| transport.clear(parts));
    }
    let exchange = exchange(context, status, body);
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

/// 503 with `Retry-After`: nothing was lost, and nothing is cleared.
async fn later(context: &SessionContext, retry_after: Duration) -> Response<Bytes> {
    let exchange = exchange(context, StatusCode::SERVICE_UNAVAILABLE, json!({"message": "not now"}));
    let answer = context.sessions().handlers().on_unavailable(retry_after, exchange).await;
    context.change(|parts| *parts = answer.parts);
    let mut response = answer.response;
    let seconds = HeaderValue::from(retry_after.as_secs().max(1));
    response.headers_mut().entry(RETRY_AFTER).or_insert(seconds);
    response
}

fn exchange(context: &SessionContext, status: StatusCode, body: Value) -> Exchange {
    let user_context = context.user_context().clone();
    Exchange::new(context.request().clone(), user_context, status, body, context.take_changes())
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
