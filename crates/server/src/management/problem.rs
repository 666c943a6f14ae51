//! Errors of the API: problem+json that also carries `code` and `message`.

use admin::ChangeError;
use axum::response::{IntoResponse, Response};
use fault::{ApiCode, Problem, Reference};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use model::{SystemEntropy, entropy};

use crate::recovery::chain;

/// An error of the API.
#[derive(Debug)]
pub(crate) struct ApiError {
    code: ApiCode,
    message: String,
    field: Option<String>,
    cause: Option<String>,
}

impl ApiError {
    pub(super) fn new(code: ApiCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, cause: None }
    }
}

impl From<store::Error> for ApiError {
    fn from(error: store::Error) -> Self {
        let code = match &error {
            store::Error::Unavailable { .. } => ApiCode::ServiceUnavailable,
            store::Error::Conflict { .. } => ApiCode::EntityConflict,
            store::Error::Corrupt { .. } | store::Error::Bug { .. } => ApiCode::ServiceInternal,
        };
        Self { cause: Some(chain(&error)), ..Self::new(code, code.title()) }
    }
}

impl From<ChangeError> for ApiError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Invalid(invalid) => {
                Self { field: Some(invalid.field), ..Self::new(ApiCode::GuardUnprocessable, invalid.message) }
            }
            ChangeError::Conflict => {
                Self::new(ApiCode::EntityConflict, "it was changed by somebody else meanwhile")
            }
            ChangeError::NotFound => Self::new(ApiCode::EntityNotFound, "there is no such thing"),
            ChangeError::Store(error) => error.into(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let reference = Reference::from_random(entropy::draw(&SystemEntropy));
        let (code, cause) = (self.code.as_str(), self.cause.as_deref());
        if self.code.status() >= 500 {
            tracing::error!(%reference, code, cause, "an API call failed");
        } else {
            tracing::info!(%reference, code, field = self.field, "an API call was refused");
        }
        let body = Problem::of_api(self.code, self.message, self.field, reference);
        let text = serde_json::to_string(&body).expect("a problem is a plain structure");
        let status = StatusCode::from_u16(self.code.status()).expect("codes have valid statuses");
        let mut response = (status, [(CONTENT_TYPE, Problem::MEDIA_TYPE)], text).into_response();
        let headers = response.headers_mut();
        let text = HeaderValue::try_from(reference.to_string()).expect("a reference is plain text");
        headers.insert(HeaderName::from_static("onward-reference"), text);
        if self.code == ApiCode::ServiceUnavailable {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        if self.code == ApiCode::AuthUnauthorized {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""));
        }
        response
    }
}

/// A route that does not exist.
pub(super) async fn not_found() -> ApiError {
    ApiError::new(ApiCode::RequestNotFound, "there is no such route")
}

/// A route that takes other methods.
pub(super) async fn wrong_method() -> ApiError {
    ApiError::new(ApiCode::RequestMethodNotAllowed, "the route takes other methods")
}
