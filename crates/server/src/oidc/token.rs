//! The token endpoint (RFC 6749 §3.2).

use std::sync::Arc;

use ::oidc::token::TokenError;
use ::oidc::{Credentials, ErrorCode, OAuthError, Parameters};
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::{error, fresh_json, later, store_error};
use crate::app::App;

const CHALLENGE: HeaderValue = HeaderValue::from_static("Basic realm=\"token\", charset=\"UTF-8\"");

/// `POST /oidc/token`.
pub(crate) async fn token(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Some(parameters) = body.ok().and_then(|body| read(&headers, &body)) else {
        let refused =
            OAuthError::invalid_request("a form of the type application/x-www-form-urlencoded is expected");
        return error(StatusCode::BAD_REQUEST, &refused);
    };
    let Ok(credentials) = Credentials::read(headers.get(AUTHORIZATION).map(HeaderValue::as_bytes)) else {
        let refused = OAuthError::new(ErrorCode::InvalidClient, "the Authorization header cannot be read");
        return challenged(error(StatusCode::UNAUTHORIZED, &refused));
    };
    match app.provider.token(&credentials, &parameters).await {
        Ok(tokens) => fresh_json(StatusCode::OK, &tokens),
        Err(TokenError::Refused(refused)) if refused.code == ErrorCode::InvalidClient => {
            let response = error(StatusCode::UNAUTHORIZED, &refused);
            if credentials.uses_header() { challenged(response) } else { response }
        }
        Err(TokenError::Refused(refused)) => error(StatusCode::BAD_REQUEST, &refused),
        Err(TokenError::NotNow { retry_after }) => later(retry_after),
        Err(TokenError::Store(failure)) => store_error(&failure),
    }
}

/// Only a form is read (C040).
fn read(headers: &HeaderMap, body: &[u8]) -> Option<Parameters> {
    let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return None;
    }
    Parameters::parse(body).ok()
}

/// The answer to a client that used the header (RFC 6749 §5.2, C041).
fn challenged(mut response: Response) -> Response {
    response.headers_mut().insert(WWW_AUTHENTICATE, CHALLENGE);
    response
}
