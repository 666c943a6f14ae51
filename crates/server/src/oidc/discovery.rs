//! Discovery and the JWK set.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::HeaderValue;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};

use crate::app::App;

/// `GET /oidc/.well-known/openid-configuration`. The same for everybody, whatever host they asked (C094).
pub(crate) async fn discovery(State(app): State<Arc<App>>) -> Response {
    public_json(app.discovery.clone(), 3_600)
}

/// `GET /oidc/jwks`.
pub(crate) async fn jwks(State(app): State<Arc<App>>) -> Response {
    let (jwks, max_age) = app.directory().jwks();
    public_json(jwks, max_age)
}

/// Open to every origin, without credentials (C127).
fn public_json(text: Bytes, max_age: u64) -> Response {
    let age = HeaderValue::try_from(format!("public, max-age={max_age}")).expect("a number is plain text");
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, age),
        (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    ];
    (headers, text).into_response()
}
