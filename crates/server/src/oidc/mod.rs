//! The protocol of clients.

mod authorize;
mod cors;
mod discovery;
mod logout;
mod token;
mod userinfo;

pub(crate) use authorize::{authorize, authorize_posted};
pub(crate) use cors::allow as allow_cors;
pub(crate) use discovery::{discovery, jwks};
pub(crate) use logout::{confirm as logout_confirm, logout, logout_posted};
pub(crate) use token::token;
pub(crate) use userinfo::{bearer, userinfo};

use std::time::Duration;

use ::oidc::{ErrorCode, OAuthError};
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::json;

use crate::recovery::chain;

/// JSON that must not be kept (RFC 6749 §5.1, C039).
fn fresh_json(status: StatusCode, body: &impl Serialize) -> Response {
    let text = serde_json::to_string(body).expect("answers are plain structures");
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    (status, headers, text).into_response()
}

/// An OAuth error as a client reads it, with the `code` and `message` that existing SDKs need besides.
fn error(status: StatusCode, error: &OAuthError) -> Response {
    let body = json!({
        "error": error.code,
        "error_description": error.description,
        "code": format!("oidc.{}", error.code.as_str()),
        "message": error.description,
    });
    fresh_json(status, &body)
}

/// Not now: never an answer that makes a client throw its tokens away.
fn later(wait: Duration) -> Response {
    let body = OAuthError::new(ErrorCode::TemporarilyUnavailable, "the service cannot answer right now");
    let mut response = error(StatusCode::SERVICE_UNAVAILABLE, &body);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    response
}

/// A request that took too long.
pub(crate) fn too_slow() -> Response {
    later(Duration::from_secs(5))
}

/// A method that the endpoint does not take.
pub(crate) async fn wrong_method() -> Response {
    error(StatusCode::METHOD_NOT_ALLOWED, &OAuthError::invalid_request("the endpoint takes other methods"))
}

/// The store could not answer: 503 when it is down, 500 when something is wrong.
fn store_error(failure: &store::Error) -> Response {
    match failure {
        store::Error::Unavailable { .. } => {
            tracing::warn!(cause = chain(failure), "the store could not answer");
            later(failure.retry_after().unwrap_or(Duration::from_secs(5)))
        }
        store::Error::Conflict { .. } | store::Error::Corrupt { .. } | store::Error::Bug { .. } => {
            tracing::error!(cause = chain(failure), "the store answered with an error");
            let body = OAuthError::new(ErrorCode::ServerError, "an internal error");
            error(StatusCode::INTERNAL_SERVER_ERROR, &body)
        }
    }
}
