//! The way to a provider.

use std::sync::Arc;
use std::time::Duration;

use ::oidc::authorize::Verified;
use admin::KnownConnector;
use axum::Extension;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::Response;
use fault::Code;
use http::StatusCode;
use model::DepartureId;
use pages::DeparturePage;
use serde::Deserialize;
use serde_json::json;
use store::departures::{Departure, LIFETIME};
use store::flows::Flow;
use upstream::{Ticket, UpstreamError, Wish};

use super::Enabled;
use crate::app::App;
use crate::experience::sign_in::{enter, remember};
use crate::experience::{frame, page, support, unreadable_form};
use crate::recovery::{Failure, see_other};
use crate::visit::Visit;

/// What the form posts.
#[derive(Debug, Deserialize)]
pub(crate) struct DepartForm {
    flow: Option<String>,
    #[serde(default)]
    connector: String,
}

/// `POST /sign-in/social`.
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<DepartForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(unreadable_form)?;
    let (flow, verified) = enter(&app, &visit, form.flow.as_deref()).await?;
    let enabled = Enabled::of(&app);
    let known = form.connector.parse().ok().and_then(|id| enabled.by_id(id));
    match known {
        Some(known) => depart(&app, &visit, &flow, &verified, known).await,
        // It was switched off meanwhile: the page shows what there is now.
        None => Ok(see_other(&format!("/sign-in?flow={}", flow.id))),
    }
}

/// Sends a browser to a provider. What the answer will be held to stays here; the browser carries a state that names
/// application, connector and flow, sealed.
pub(crate) async fn depart(
    app: &App,
    visit: &Visit,
    flow: &Flow,
    verified: &Verified,
    known: &KnownConnector,
) -> Result<Response, Failure> {
    if flow.rehearsal {
        return Err(Failure::new(Code::FlowCompleted).flow(flow.clone()));
    }
    let connector = &known.connector;
    let ticket = Ticket {
        departure: DepartureId::new(app.clock(), app.entropy()),
        connector: connector.id,
        application: flow.application,
        flow: flow.id,
    };
    let state = app.tickets.write(&ticket, app.entropy());
    let way = app.connections.leave(connector, known.secret.as_ref(), &state, wish(verified)).await;
    let way = way.map_err(|error| provider_failed(flow.clone(), known, &error))?;
    let departure = Departure {
        id: ticket.departure,
        connector: connector.id,
        flow: flow.id,
        pending: app.tickets.seal(way.pending.as_bytes(), app.entropy()),
        expires_at: app.clock().now().plus(LIFETIME),
    };
    app.store().depart(&departure).await.map_err(|error| Failure::from(error).flow(flow.clone()))?;
    let application = &verified.application.application;
    let support = support(app, Some(application));
    let page_of = DeparturePage {
        frame: frame(visit, Some(application), &support, &verified.request.ui_locales, flow.rehearsal),
        provider: &connector.name,
        url: &way.url,
    };
    let mut response = page(app, StatusCode::OK, page_of.render(), None);
    remember(app, visit, flow, &mut response);
    Ok(response)
}

/// What the application wants of the sign-in: being signed in at the provider may not be enough.
fn wish(verified: &Verified) -> Wish {
    let request = &verified.request;
    match request.max_age {
        _ if request.prompts.login => Wish::Recent(Duration::ZERO),
        Some(seconds) => Wish::Recent(Duration::from_secs(seconds.into())),
        None if request.prompts.select_account => Wish::Choice,
        None => Wish::Nothing,
    }
}

/// The provider brought nobody. “Try again” leads there once more; beside it stand all the other ways to sign in.
pub(super) fn provider_failed(flow: Flow, known: &KnownConnector, error: &UpstreamError) -> Failure {
    let detail = json!({"connector": known.connector.id, "target": known.connector.target, "cause": error.to_string()});
    Failure::new(Code::CallbackProviderFailed)
        .flow(flow)
        .connector(known.connector.id)
        .cause(error)
        .detail(detail)
}
