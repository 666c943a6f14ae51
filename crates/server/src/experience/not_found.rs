//! Paths that do not exist, and methods that a path does not take.

use axum::response::Response;
use fault::Code;
use serde_json::json;

use crate::recovery::Failure;

/// Everything that no route takes.
pub(crate) async fn not_found() -> Result<Response, Failure> {
    Err(Failure::new(Code::RouteUnknown))
}

/// A route that takes other methods. To a person it is a page that does not exist.
pub(crate) async fn wrong_method() -> Result<Response, Failure> {
    Err(Failure::new(Code::RouteUnknown).detail(json!({"cause": "the page takes other methods"})))
}

/// `GET /unknown-session`: an address that existing set-ups link to. It always means that no sign-in is known.
pub(crate) async fn unknown_session() -> Result<Response, Failure> {
    Err(Failure::new(Code::FlowMissing))
}
