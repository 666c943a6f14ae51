//! Health, readiness, metrics, and the catalogue of errors.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use fault::{Code, catalogue};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use keys::Algorithm;

use crate::app::App;
use crate::recovery::Failure;

/// `GET /healthz`: the process is alive.
pub(crate) async fn healthz() -> &'static str {
    "ok"
}

/// `GET /readyz`: the server can answer people. The cause stands in the log.
pub(crate) async fn readyz(State(app): State<Arc<App>>) -> Response {
    let unready = |why: &'static str| (StatusCode::SERVICE_UNAVAILABLE, why).into_response();
    if app.is_draining() {
        return unready("draining");
    }
    if let Err(error) = app.store().database().ping().await {
        tracing::debug!(%error, "not ready");
        return unready("the store does not answer");
    }
    if app.directory().ring().active(Algorithm::ES256, app.clock().now()).is_none() {
        return unready("the first signing key is being made");
    }
    "ready".into_response()
}

/// `GET /metrics`.
pub(crate) async fn metrics(State(app): State<Arc<App>>) -> Response {
    ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], app.metrics.text())
        .into_response()
}

/// `GET /docs/errors/{code}`: the entry of the catalogue, as plain text.
pub(crate) async fn explain_code(code: Result<Path<String>, PathRejection>) -> Result<String, Failure> {
    let Path(code) = code.map_err(|_| Failure::new(Code::RouteUnknown))?;
    let code: Code = code.parse().map_err(|_| Failure::new(Code::RouteUnknown))?;
    let entry = catalogue::entry(code);
    Ok(format!(
        "{code} ({})\n\n{}. {}\n\nCause: {}\n\nWhat to do: {}\n",
        code.status(),
        entry.title,
        entry.meaning,
        entry.cause,
        entry.remedy
    ))
}
