//! Cross-origin calls of browser applications to the token and userinfo endpoints: open, without credentials
//! (C127). What authenticates there is in the request itself, never in a cookie.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HeaderName,
};
use http::{HeaderValue, Method, StatusCode};

/// Answers preflights, and lets answers be read.
pub(crate) async fn allow(request: Request, next: Next) -> Response {
    let preflight = *request.method() == Method::OPTIONS;
    let mut response =
        if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let mut put = |name: HeaderName, value: &'static str| {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    };
    put(ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    put(ACCESS_CONTROL_EXPOSE_HEADERS, "WWW-Authenticate, Retry-After");
    if preflight {
        put(ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS");
        put(ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type");
        put(ACCESS_CONTROL_MAX_AGE, "86400");
    }
    response
}
