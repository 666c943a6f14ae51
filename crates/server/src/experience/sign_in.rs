//! The sign-in page.

use std::sync::Arc;
use std::time::Duration;

use ::oidc::authorize::Verified;
use ::oidc::authorize::interaction::Needed;
use ::recovery::Visit as RememberedVisit;
use axum::Extension;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use fault::Code;
use http::StatusCode;
use http::header::RETRY_AFTER;
use pages::{Channels, SignInError, SignInNotice, SignInPage};
use secrecy::SecretString;
use serde::Deserialize;
use signin::{Arrival, PasswordError};
use store::flows::Flow;

use super::advance::{advance, what_is_needed};
use super::social::{Enabled, painted};
use super::{frame, page, support, unreadable_form, unreadable_query};
use crate::app::App;
use crate::cookies::{Name, attach};
use crate::recovery::{Failure, reverify, whole_minutes};
use crate::visit::Visit;

/// The query of a flow's page.
#[derive(Debug, Deserialize)]
pub(crate) struct FlowQuery {
    pub(super) flow: Option<String>,
    /// What the page should say first: one of a few words of ours.
    notice: Option<String>,
}

/// What the form posts.
#[derive(Deserialize)]
pub(crate) struct SignInForm {
    flow: Option<String>,
    #[serde(default)]
    identifier: String,
    password: Option<SecretString>,
}

/// The live flow of a page, with its request verified again.
pub(super) async fn enter(app: &App, visit: &Visit, flow: Option<&str>) -> Result<(Flow, Verified), Failure> {
    let standing = app.reception.standing(flow, &visit.browser).await?;
    let flow = Failure::of_standing(standing)?;
    let verified = reverify(app, &flow).await.map_err(Failure::from)?;
    Ok((flow, verified))
}

/// `GET /sign-in`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<FlowQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    let Query(query) = query.map_err(unreadable_query)?;
    let (flow, verified) = enter(&app, &visit, query.flow.as_deref()).await?;
    let session = visit.session(&app).await?;
    // Signed in meanwhile, here or in another tab: carry on where the flow stands.
    if let Some(session) = &session
        && what_is_needed(&app, &verified, Some(session), Some(&flow)).await? != Some(Needed::SignIn)
    {
        return advance(&app, &visit, &verified, session, &flow).await;
    }
    let notice = if query.notice.as_deref() == Some("cancelled") {
        Some(SignInNotice::Cancelled)
    } else if flow.restarted || query.notice.as_deref() == Some("started-again") {
        Some(SignInNotice::StartedAgain)
    } else {
        session.map(|_| SignInNotice::SignInAgain)
    };
    let hint = flow.identifier.as_deref().or(verified.request.login_hint.as_deref()).unwrap_or_default();
    let mut response = render(&app, &visit, &flow, &verified, StatusCode::OK, hint, notice, None);
    remember(&app, &visit, &flow, &mut response);
    Ok(response)
}

/// `POST /sign-in`.
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<SignInForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(unreadable_form)?;
    // What was typed is kept also when the flow has expired, so that the restart can show it.
    let (flow, verified) = match enter(&app, &visit, form.flow.as_deref()).await {
        Ok(entered) => entered,
        Err(failure) => return Err(keeping_identifier(&app, failure, &form.identifier).await),
    };
    let password =
        form.password.filter(|password| !secrecy::ExposeSecret::expose_secret(password).is_empty());
    let again = |error, wait: Option<Duration>| {
        let status =
            if wait.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNPROCESSABLE_ENTITY };
        let mut response =
            render(&app, &visit, &flow, &verified, status, &form.identifier, None, Some(error));
        if let Some(wait) = wait {
            response.headers_mut().insert(RETRY_AFTER, wait.as_secs().max(1).into());
        }
        Ok(response)
    };
    if form.identifier.trim().is_empty() {
        return again(SignInError::MissingIdentifier, None);
    }
    let Some(password) = password else { return again(SignInError::MissingPassword, None) };
    let session = visit.session(&app).await?;
    let visitor = visit.visitor(&app, session.as_ref());
    match app.reception.sign_in(&flow, &form.identifier, password, &visitor).await {
        Ok(arrival) => arrive(&app, &visit, &verified, flow, arrival).await,
        Err(PasswordError::Wrong) => again(SignInError::Wrong, None),
        Err(PasswordError::Throttled { retry_after }) => {
            let minutes = whole_minutes(retry_after.as_secs());
            again(SignInError::Throttled { minutes }, Some(retry_after))
        }
        Err(PasswordError::Busy) => again(SignInError::Busy, Some(Duration::from_secs(1))),
        Err(PasswordError::Suspended) => Err(Failure::new(Code::AccountSuspended).flow(flow)),
        Err(PasswordError::Rehearsal) => Err(Failure::new(Code::FlowCompleted).flow(flow)),
        Err(PasswordError::Corrupt) => Err(Failure::new(Code::Internal).flow(flow)),
        Err(PasswordError::Store(error)) => Err(Failure::from(error).flow(flow)),
    }
}

/// The person has shown who they are: new cookies, and on to what is next.
pub(super) async fn arrive(
    app: &App,
    visit: &Visit,
    verified: &Verified,
    mut flow: Flow,
    arrival: Arrival,
) -> Result<Response, Failure> {
    flow.session = Some(arrival.session.id);
    flow.signed_in_at = Some(app.clock().now());
    // The session stands from here on, whatever becomes of the flow: another tab may have finished it.
    let lives = app.reception.lifetimes.session_absolute;
    let session = app.cookies.set(Name::Session, arrival.cookie.expose(), lives);
    let device = app.cookies.set_device(arrival.session.user);
    let mut response = match advance(app, visit, verified, &arrival.session, &flow).await {
        Ok(response) => response,
        Err(failure) => return Err(failure.cookie(session).cookie(device)),
    };
    attach(&mut response, session);
    attach(&mut response, device);
    Ok(response)
}

/// Keeps what was typed into a form whose flow turns out to have expired.
async fn keeping_identifier(app: &App, failure: Failure, typed: &str) -> Failure {
    let Some(mut flow) = failure.details().flow.clone() else { return failure };
    let typed: String = typed.trim().chars().take(254).collect();
    if failure.details().code != Code::FlowExpired || typed.is_empty() {
        return failure;
    }
    if let Err(error) = app.store().keep_identifier(flow.id, &typed).await {
        tracing::debug!(%error, "what was typed could not be kept");
    }
    flow.identifier = Some(typed);
    failure.flow(flow)
}

/// Keeps the way back: a page of a fully verified request is shown.
pub(super) fn remember(app: &App, visit: &Visit, flow: &Flow, response: &mut Response) {
    let remembered = app.cookies.way_back(&visit.headers);
    if flow.rehearsal || remembered.visit(flow.id).is_some() {
        return;
    }
    let way_back = remembered.with(RememberedVisit {
        application: flow.application,
        flow: flow.id,
        at: app.clock().now(),
    });
    attach(response, app.cookies.set_way_back(&way_back));
}

#[expect(clippy::too_many_arguments, reason = "the page has this many parts")]
fn render(
    app: &App,
    visit: &Visit,
    flow: &Flow,
    verified: &Verified,
    status: StatusCode,
    identifier: &str,
    notice: Option<SignInNotice>,
    error: Option<SignInError>,
) -> Response {
    let application = &verified.application.application;
    let support = support(app, Some(application));
    let enabled = Enabled::of(app);
    let choices = enabled.choices();
    let page_of = SignInPage {
        frame: frame(visit, Some(application), &support, &verified.request.ui_locales, flow.rehearsal),
        flow: &flow.id.to_string(),
        identifier,
        notice,
        providers: &painted(&choices),
        error,
        register: true,
        channels: if flow.rehearsal { Channels::default() } else { app.channels },
    };
    page(app, status, page_of.render(), Some(application))
}
