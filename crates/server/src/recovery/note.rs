//! Noting an answered failure, once: log line, metric, incident.

use fault::{Actor, Code, OutcomeKind, Reference};
use http::Method;
use serde_json::{Value, json};
use store::incidents::Incident;

use super::failure::Details;
use super::layer::Concerned;
use crate::app::App;
use crate::visit::Visit;

/// Notes what happened and what the person got.
pub(super) fn note(
    app: &App,
    visit: &Visit,
    details: &Details,
    concerned: &Concerned,
    outcome: OutcomeKind,
    reference: Reference,
    rehearsal: bool,
) {
    let application = concerned.any().map(|application| application.id);
    log(details, reference, outcome, &visit.method, visit.uri.path());
    if rehearsal {
        tracing::debug!(%reference, "this was a rehearsal");
    } else {
        app.metrics.count_failure(details.code, application, outcome);
    }
    // What nobody in particular met is counted only: anybody could fill the disk with it.
    if details.code == Code::RouteUnknown && application.is_none() && !rehearsal {
        return;
    }
    // A flood must cost nothing.
    if details.code == Code::Throttled && !rehearsal {
        return;
    }
    // “Nobody is signed in” is an ordinary answer to a client that asks without a page.
    if details.silent && details.code == Code::RequestMalformed {
        return;
    }
    app.incidents.note(Incident {
        reference,
        code: details.code,
        application,
        outcome: outcome.as_str().to_owned(),
        detail: detail(visit, details),
        rehearsal,
        happened_at: app.clock().now(),
    });
}

/// The path, never the query: it may hold what a person typed or a client's secrets.
fn detail(visit: &Visit, details: &Details) -> Value {
    let path: String = visit.uri.path().chars().take(256).collect();
    let agent = visit.user_agent().map(|agent| agent.chars().take(256).collect::<String>());
    let mut detail = json!({"method": visit.method.as_str(), "path": path, "userAgent": agent});
    if let (Some(members), Value::Object(more)) = (detail.as_object_mut(), &details.detail) {
        members.extend(more.clone());
    }
    if let Some(cause) = &details.cause {
        detail["cause"] = json!(cause);
    }
    detail
}

fn log(details: &Details, reference: Reference, outcome: OutcomeKind, method: &Method, path: &str) {
    let code = details.code.as_str();
    let cause = details.cause.as_deref();
    match details.code.actor() {
        Actor::Person | Actor::Application => {
            tracing::info!(%reference, code, %outcome, %method, path, cause, "a failure was answered");
        }
        Actor::Operator => {
            tracing::warn!(%reference, code, %outcome, %method, path, cause, "a failure was answered");
        }
        Actor::Authors => {
            tracing::error!(%reference, code, %outcome, %method, path, cause, "a failure was answered");
        }
    }
}
