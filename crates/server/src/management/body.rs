//! Bodies of the API: JSON, whose refusals are problems too.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use fault::ApiCode;
use serde::de::DeserializeOwned;

use super::problem::ApiError;

/// The largest body, in bytes.
const LARGEST: usize = 64 * 1_024;

/// A JSON body.
#[derive(Debug)]
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let kind = request.headers().get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let json = kind.is_some_and(|kind| {
            let kind = kind.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("application/json")
        });
        if !json {
            return Err(ApiError::new(
                ApiCode::GuardInvalidInput,
                "a body of the type application/json is expected",
            ));
        }
        let bytes = to_bytes(request.into_body(), LARGEST).await;
        let bytes = bytes.map_err(|_| ApiError::new(ApiCode::GuardTooLarge, "a body has at most 64 KiB"))?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            ApiError::new(ApiCode::GuardInvalidInput, format!("the body cannot be read: {error}"))
        })
    }
}
