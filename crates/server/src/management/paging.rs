//! Parts of lists, by the names of the field: `page` from 1 and `page_size` to 100 ask for one, the headers
//! `Total-Number` and `Link` (RFC 8288) say how long the whole list is and where its other parts are.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, OriginalUri, Query};
use axum::response::{IntoResponse, Response};
use fault::ApiCode;
use http::header::LINK;
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::problem::ApiError;
use crate::app::App;

/// The most of one page (C183).
const MOST: u32 = 100;

/// How much a page holds that does not say.
const USUAL: u32 = 20;

/// A part of a list.
#[derive(Clone, Debug)]
pub(super) struct Paging {
    /// How many.
    pub(super) most: u32,
    /// How many come before.
    pub(super) skip: u32,
    /// Whether anything was asked.
    asked: bool,
    /// The address of the list, as it was asked for, at the host that we are configured to be (C133).
    address: Url,
}

#[derive(Deserialize)]
struct PagingQuery {
    page: Option<u32>,
    page_size: Option<u32>,
}

impl FromRequestParts<Arc<App>> for Paging {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let invalid = || {
            ApiError::new(
                ApiCode::GuardInvalidPagination,
                "page begins at 1, page_size lies between 1 and 100",
            )
        };
        let asked = Query::from_request_parts(parts, app).await.map_err(|_| invalid())?;
        let Query(PagingQuery { page, page_size }) = asked;
        let most = page_size.unwrap_or(USUAL);
        let before = page.unwrap_or(1).checked_sub(1).ok_or_else(invalid)?;
        if !(1..=MOST).contains(&most) {
            return Err(invalid());
        }
        let skip = before.checked_mul(most).ok_or_else(invalid)?;
        let OriginalUri(uri) =
            OriginalUri::from_request_parts(parts, app).await.unwrap_or_else(|never| match never {});
        let mut address = app.endpoint().url().clone();
        address.set_path(uri.path());
        address.set_query(uri.query());
        Ok(Self { most, skip, asked: page.is_some() || page_size.is_some(), address })
    }
}

/// A part of a list, with what is said of the whole.
#[derive(Debug)]
pub(super) struct Listed {
    part: Vec<Value>,
    total: u64,
    links: String,
}

impl Paging {
    /// This part of a list of `total` things.
    pub(super) fn listed(&self, part: impl IntoIterator<Item = Value>, total: u64) -> Listed {
        Listed { part: part.into_iter().collect(), total, links: self.links(total) }
    }

    /// This part of a list that is at hand, and short enough to be answered whole where no part is asked for.
    pub(super) fn part_of(&self, whole: Vec<Value>) -> Listed {
        let total = u64::try_from(whole.len()).unwrap_or(u64::MAX);
        if !self.asked {
            return Listed { part: whole, total, links: String::new() };
        }
        let (most, skip) = (as_length(self.most), as_length(self.skip));
        self.listed(whole.into_iter().skip(skip).take(most), total)
    }

    fn links(&self, total: u64) -> String {
        let (page, size) = (u64::from(self.skip / self.most) + 1, u64::from(self.most));
        let last = total.div_ceil(size).max(1);
        let around = [("prev", page.checked_sub(1)), ("next", Some(page + 1))];
        let around = around.into_iter().filter_map(|(relation, page)| Some((relation, page?)));
        let inside = around.filter(|(_, page)| (1..=last).contains(page));
        let all = [("first", 1), ("last", last)].into_iter().chain(inside);
        let links = all.map(|(relation, page)| format!("<{}>; rel=\"{relation}\"", self.at(page)));
        links.collect::<Vec<_>>().join(", ")
    }

    /// The address of another part of the list.
    fn at(&self, page: u64) -> Url {
        let others: Vec<_> = self.address.query_pairs().filter(|(name, _)| name != "page").collect();
        let mut address = self.address.clone();
        address.query_pairs_mut().clear().extend_pairs(others).append_pair("page", &page.to_string());
        address
    }
}

fn as_length(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

impl IntoResponse for Listed {
    fn into_response(self) -> Response {
        let mut response = Json(self.part).into_response();
        let headers = response.headers_mut();
        headers.insert(HeaderName::from_static("total-number"), self.total.into());
        if !self.links.is_empty() {
            let links = HeaderValue::try_from(self.links).expect("an address is written in ASCII");
            headers.insert(LINK, links);
        }
        response
    }
}
