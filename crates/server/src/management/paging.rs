//! Which part of a list is asked for: `page` from 1, `page_size` to 100, the field's names.

use axum::extract::{FromRequestParts, Query};
use fault::ApiCode;
use http::request::Parts;
use serde::Deserialize;

use super::problem::ApiError;

/// The most of one page (C183).
const MOST: u32 = 100;

/// A part of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paging {
    /// How many.
    pub(super) most: u32,
    /// How many come before.
    pub(super) skip: u32,
}

#[derive(Deserialize)]
struct PagingQuery {
    #[serde(default = "first")]
    page: u32,
    #[serde(default = "twenty")]
    page_size: u32,
}

const fn first() -> u32 {
    1
}

const fn twenty() -> u32 {
    20
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let invalid = || {
            ApiError::new(ApiCode::GuardInvalidInput, "page begins at 1, page_size lies between 1 and 100")
        };
        let Query(PagingQuery { page, page_size }) =
            Query::from_request_parts(parts, state).await.map_err(|_| invalid())?;
        if page == 0 || !(1..=MOST).contains(&page_size) {
            return Err(invalid());
        }
        let skip = (page - 1).checked_mul(page_size).ok_or_else(invalid)?;
        Ok(Self { most: page_size, skip })
    }
}
