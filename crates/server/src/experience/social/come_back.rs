//! The way back from a provider.

use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use fault::Code;
use keys::opaque::{self, OpaqueSecret};
use model::ConnectorId;
use serde_json::json;
use signin::{SocialError, Standing, Welcome};
use store::flows::Flow;
use upstream::{Ticket, UpstreamError};
use url::form_urlencoded;

use super::Enabled;
use super::depart::provider_failed;
use crate::app::App;
use crate::experience::account::{Room, account_identity_linked};
use crate::experience::sign_in::arrive;
use crate::recovery::{Failure, Known, reverify, see_other};
use crate::visit::Visit;

/// The parameter that names a posted answer.
const HANDLE: &str = "handle";

/// `GET /callback/{connector}`: the answer is the query, or was posted before.
pub(crate) async fn returned(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    connector: Result<Path<ConnectorId>, PathRejection>,
) -> Result<Response, Failure> {
    let Path(connector) = connector.map_err(|_| lost("the address names no connector"))?;
    let query = visit.uri.query().unwrap_or_default();
    let handle = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == HANDLE);
    let Some((_, handle)) = handle else { return finish(&app, &visit, connector, query).await };
    let kept = app.store().kept_answer(opaque::hash(handle.as_bytes())).await?;
    let answer =
        kept.and_then(|sealed| app.tickets.open(&sealed)).and_then(|text| String::from_utf8(text).ok());
    let answer = answer.ok_or_else(|| lost("no posted answer has this handle"))?;
    finish(&app, &visit, connector, &answer).await
}

/// `POST /callback/{connector}`: a posted answer comes from another site, and so without our cookies. It is kept, and
/// the browser asks for it again with them; nothing of it gets into the address.
pub(crate) async fn posted(
    State(app): State<Arc<App>>,
    connector: Result<Path<ConnectorId>, PathRejection>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Failure> {
    let Path(connector) = connector.map_err(|_| lost("the address names no connector"))?;
    let body = body.map_err(|_| lost("the posted answer is too long"))?;
    let answer = std::str::from_utf8(&body).map_err(|_| lost("the posted answer cannot be read"))?;
    let ticket = open(&app, connector, answer)?;
    let handle = OpaqueSecret::draw(app.entropy());
    let sealed = app.tickets.seal(answer.as_bytes(), app.entropy());
    let now = app.clock().now();
    if !app.store().keep_answer(ticket.departure, connector, sealed, handle.hash(), now).await? {
        return Err(lost_for(&ticket, "the posted answer came twice, or too late"));
    }
    Ok(see_other(&format!("/callback/{connector}?{HANDLE}={}", handle.expose())))
}

/// What the state of an answer says. It was made here, and for this connector.
fn open(app: &App, connector: ConnectorId, answer: &str) -> Result<Ticket, Failure> {
    let state = client::state_of(answer).ok_or_else(|| lost("the answer has no state"))?;
    let ticket = app.tickets.read(&state).ok_or_else(|| lost("the state is not one of ours"))?;
    if ticket.connector != connector {
        return Err(lost_for(&ticket, "the answer came to the address of another connector"));
    }
    Ok(ticket)
}

async fn finish(app: &App, visit: &Visit, connector: ConnectorId, answer: &str) -> Result<Response, Failure> {
    let ticket = open(app, connector, answer)?;
    // The browser first: what belongs to another one is not used up by this one.
    let flow = match app.reception.standing(Some(&ticket.flow.to_string()), &visit.browser).await? {
        Standing::Foreign(_) | Standing::NoCookies(_) | Standing::Missing => {
            return Err(lost_for(&ticket, "the sign-in belongs to another browser, or the cookies are gone"));
        }
        standing @ (Standing::Live(_) | Standing::Expired(_) | Standing::Completed(_)) => {
            Failure::of_standing(standing)?
        }
    };
    let enabled = Enabled::of(app);
    let Some(known) = enabled.by_id(connector) else {
        return Err(lost_in(flow, "the connector was switched off"));
    };
    let now = app.clock().now();
    let claimed = app.store().come_back(ticket.departure, connector, flow.id, now).await;
    let pending = claimed.map_err(|error| Failure::from(error).flow(flow.clone()))?;
    let Some(pending) = pending.and_then(|sealed| app.tickets.open(&sealed)) else {
        return Err(lost_in(flow, "the answer came twice, or too late"));
    };
    let verified = reverify(app, &flow).await?;
    let person = app.connections.arrive(&known.connector, known.secret.as_ref(), answer, &pending).await;
    let count = |result| app.metrics.count_return(&known.connector.target, result);
    let person = match person {
        Ok(person) => person,
        Err(UpstreamError::Cancelled(code)) => {
            count("cancelled");
            return Err(cancelled(flow, connector, code.as_str()));
        }
        Err(error) => {
            count("failed");
            return Err(provider_failed(flow, known, &error));
        }
    };
    let session = visit.session(app).await?;
    if Room::of(&verified.request) == Some(Room::LinkIdentity) {
        count("linked");
        return account_identity_linked(app, visit, &flow, &verified, session.as_ref(), known, &person).await;
    }
    let visitor = visit.visitor(app, session.as_ref());
    match app.reception.welcome(&flow, &known.connector, &person, &visitor).await {
        Ok(Welcome::Arrived(arrival)) => {
            count("arrived");
            arrive(app, visit, &verified, flow, arrival).await
        }
        Ok(Welcome::Stranger(stranger)) => {
            count("stranger");
            Ok(see_other(&format!("/link-account?flow={}&stranger={stranger}", flow.id)))
        }
        Err(error) => {
            count("refused");
            Err(refused(flow, error))
        }
    }
}

fn cancelled(flow: Flow, connector: ConnectorId, code: &str) -> Failure {
    let page = format!("/sign-in?flow={}", flow.id);
    Failure::new(Code::CallbackCancelled)
        .flow(flow)
        .form(format!("{page}&notice=cancelled"))
        .connector(connector)
        .detail(json!({"error": code}))
}

/// Somebody whom a provider vouches for, and who is not let in.
pub(super) fn refused(flow: Flow, error: SocialError) -> Failure {
    match error {
        SocialError::Suspended => Failure::new(Code::AccountSuspended).flow(flow),
        SocialError::Throttled { retry_after } => {
            let again = format!("/sign-in?flow={}", flow.id);
            Failure::new(Code::Throttled).flow(flow).again(again).retry_after(retry_after)
        }
        SocialError::Gone => lost_in(flow, "whom the provider vouched for is linked, or gone"),
        SocialError::Rehearsal => Failure::new(Code::FlowCompleted).flow(flow),
        SocialError::Password(error) => Failure::new(Code::Internal).cause(&error).flow(flow),
        SocialError::Store(error) => Failure::from(error).flow(flow),
    }
}

/// Nothing is known but what the browser remembers.
fn lost(cause: &'static str) -> Failure {
    Failure::new(Code::CallbackLost).detail(json!({"cause": cause}))
}

/// The state was made here: it says for which application somebody left.
fn lost_for(ticket: &Ticket, cause: &'static str) -> Failure {
    lost(cause).application(Known::Surely(ticket.application))
}

/// The sign-in itself is this browser's own and still good: it goes on, and another tab that is about to finish it is
/// not in its way.
pub(super) fn lost_in(flow: Flow, cause: &'static str) -> Failure {
    let page = format!("/sign-in?flow={}&notice=started-again", flow.id);
    lost(cause).flow(flow).form(page)
}
