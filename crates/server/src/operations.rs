//! Health, readiness, metrics, and the catalogue of errors.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use fault::{Code, catalogue};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use keys::Algorithm;
use store::DatabaseClock;

use crate::app::App;
use crate::recovery::Failure;

/// `GET /healthz`: the process is alive.
pub(crate) async fn healthz() -> &'static str {
    "ok"
}

/// `GET /readyz`: the server can answer people. The cause stands in the log.
pub(crate) async fn readyz(State(app): State<Arc<App>>) -> Response {
    match unready(&app).await {
        None => "ready".into_response(),
        Some(why) => (StatusCode::SERVICE_UNAVAILABLE, why.as_str()).into_response(),
    }
}

async fn unready(app: &App) -> Option<Unready> {
    if app.is_draining() {
        return Some(Unready::Draining);
    }
    if let Err(error) = app.store().database().ping().await {
        tracing::debug!(%error, "not ready");
        return Some(Unready::StoreUnavailable);
    }
    if app.directory().ring().active(Algorithm::ES256, app.clock().now()).is_none() {
        return Some(Unready::SigningKeyPending);
    }
    Unready::of_clock(&app.database_clock)
}

/// Why the server is not ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unready {
    /// The clocks of node and database are too far apart (F17): one of them is wrong.
    ClockApart,
    /// It was told to stop.
    Draining,
    /// The first signing key is being made.
    SigningKeyPending,
    /// The store does not answer, or takes no writes.
    StoreUnavailable,
}

impl Unready {
    /// The body of the answer: stable, for monitors to compare.
    const fn as_str(self) -> &'static str {
        match self {
            Self::ClockApart => "clock_apart",
            Self::Draining => "draining",
            Self::SigningKeyPending => "signing_key_pending",
            Self::StoreUnavailable => "store_unavailable",
        }
    }

    /// Tokens carry the database's time, so that a small difference harms nobody. A large one means that whoever
    /// verifies them by a right clock refuses them as expired, or as not yet valid.
    pub(crate) fn of_clock(clock: &DatabaseClock) -> Option<Self> {
        let apart = clock.offset_micros().unsigned_abs();
        (u128::from(apart) > ::oidc::CLOCK_TOLERANCE.as_micros()).then_some(Self::ClockApart)
    }
}

/// `GET /metrics`.
pub(crate) async fn metrics(State(app): State<Arc<App>>) -> Response {
    let text = app.metrics.text(app.store().database().statistics());
    ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response()
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
