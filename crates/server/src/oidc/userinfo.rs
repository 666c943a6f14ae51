//! The userinfo endpoint (OpenID Connect Core §5.3), with the errors of RFC 6750 §3 (C090).

use std::sync::Arc;

use ::oidc::userinfo::UserinfoError;
use ::oidc::{ErrorCode, OAuthError};
use axum::extract::State;
use axum::response::Response;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::{error, fresh_json, store_error};
use crate::app::App;

/// `GET` and `POST /oidc/me`.
pub(crate) async fn userinfo(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let Some(token) = bearer(&headers) else {
        // No token at all: the challenge names no error (RFC 6750 §3.1).
        let refused = OAuthError::new(ErrorCode::InvalidToken, "an access token is needed");
        return challenged(error(StatusCode::UNAUTHORIZED, &refused), "Bearer");
    };
    match app.provider.userinfo(token).await {
        Ok(claims) => fresh_json(StatusCode::OK, &claims),
        Err(UserinfoError::Refused(refused)) => {
            challenged(error(StatusCode::UNAUTHORIZED, &refused), "Bearer error=\"invalid_token\"")
        }
        Err(UserinfoError::Store(failure)) => store_error(&failure),
    }
}

/// The token of the `Authorization` header; only there, never in a query or body (RFC 9700 §4.3.2).
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn challenged(mut response: Response, challenge: &'static str) -> Response {
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    response
}
