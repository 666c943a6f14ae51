//! “Forgot your password?”: asks who it is, and orders a letter.

use std::sync::Arc;

use accounts::AskError;
use accounts::throttle::Network;
use admin::KnownApplication;
use axum::Extension;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use fault::Code;
use http::header::{REFERRER_POLICY, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use pages::{ForgotPasswordError, ForgotPasswordPage, ForgotPasswordSentPage};
use serde::Deserialize;
use signin::Standing;
use store::flows::Flow;

use super::sign_in::FlowQuery;
use super::{frame, page, support, unreadable_form, unreadable_query};
use crate::app::App;
use crate::recovery::{Failure, see_other, whole_minutes};
use crate::visit::Visit;

/// What the form posts.
#[derive(Deserialize)]
pub(crate) struct ForgotPasswordForm {
    #[serde(default)]
    flow: String,
    #[serde(default)]
    identifier: String,
}

/// The sign-in that goes on afterwards, if this browser has one, and the application that it is for.
#[derive(Default)]
pub(super) struct Whereabouts {
    pub(super) flow: Option<Flow>,
    pub(super) application: Option<Arc<KnownApplication>>,
}

impl Whereabouts {
    /// Of the flow that an address names: one of another browser names its application, for a button.
    pub(super) async fn of(app: &App, visit: &Visit, flow: Option<&str>) -> Result<Self, store::Error> {
        let (flow, application) = match app.reception.standing(flow, &visit.browser).await? {
            Standing::Live(flow) | Standing::Expired(flow) => (Some(flow.clone()), Some(flow.application)),
            Standing::Completed(flow) => (None, Some(flow.application)),
            Standing::Foreign(named) => (None, named),
            Standing::NoCookies(named) => (None, Some(named)),
            Standing::Missing => (None, None),
        };
        let application = match application {
            Some(id) => app.directory().application(id).await?,
            None => None,
        };
        Ok(Self { flow, application })
    }

    pub(super) fn application(&self) -> Option<&model::Application> {
        self.application.as_deref().map(|known| &known.application)
    }

    /// The flow as pages carry it.
    pub(super) fn id(&self) -> String {
        self.flow.as_ref().map(|flow| flow.id.to_string()).unwrap_or_default()
    }

    /// A page about it, whose form may be posted from here.
    pub(super) fn page(&self, app: &App, status: StatusCode, html: String) -> Response {
        let mut response = page(app, status, html, self.application());
        response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        response
    }
}

/// Without mail there is nothing here.
pub(super) fn require_mail(app: &App) -> Result<(), Failure> {
    if app.sends_mail() { Ok(()) } else { Err(Failure::new(Code::RouteUnknown)) }
}

/// `GET /forgot-password`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<FlowQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    require_mail(&app)?;
    let Query(query) = query.map_err(unreadable_query)?;
    let here = Whereabouts::of(&app, &visit, query.flow.as_deref()).await?;
    let typed = here.flow.as_ref().and_then(|flow| flow.identifier.as_deref()).unwrap_or_default();
    Ok(render(&app, &visit, &here, StatusCode::OK, typed, None))
}

/// `POST /forgot-password`: the same answer whether there is such an account or not (C146).
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<ForgotPasswordForm>, FormRejection>,
) -> Result<Response, Failure> {
    require_mail(&app)?;
    let Form(form) = form.map_err(unreadable_form)?;
    let here = Whereabouts::of(&app, &visit, Some(&form.flow)).await?;
    let typed = form.identifier.trim();
    if typed.is_empty() {
        let error = Some(ForgotPasswordError::MissingIdentifier);
        return Ok(render(&app, &visit, &here, StatusCode::UNPROCESSABLE_ENTITY, "", error));
    }
    let flow = here.flow.as_ref().map(|flow| flow.id);
    let locale = visit.locale(&[]).tag();
    let asked = app.reception.password_reset();
    match asked.ask(typed, flow, locale, Network::of(visit.address)).await {
        Ok(()) => Ok(see_other(&format!("/forgot-password/sent?flow={}", here.id()))),
        Err(AskError::Throttled { retry_after }) => {
            let error = ForgotPasswordError::Throttled { minutes: whole_minutes(retry_after.as_secs()) };
            let status = StatusCode::TOO_MANY_REQUESTS;
            let mut response = render(&app, &visit, &here, status, typed, Some(error));
            response.headers_mut().insert(RETRY_AFTER, retry_after.as_secs().max(1).into());
            Ok(response)
        }
        Err(AskError::Store(error)) => Err(error.into()),
    }
}

/// `GET /forgot-password/sent`.
pub(crate) async fn sent(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<FlowQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    require_mail(&app)?;
    let Query(query) = query.map_err(unreadable_query)?;
    let here = Whereabouts::of(&app, &visit, query.flow.as_deref()).await?;
    let support = support(&app, here.application());
    let page_of = ForgotPasswordSentPage {
        frame: frame(&visit, here.application(), &support, &[], false),
        flow: &here.id(),
    };
    Ok(here.page(&app, StatusCode::OK, page_of.render()))
}

fn render(
    app: &App,
    visit: &Visit,
    here: &Whereabouts,
    status: StatusCode,
    identifier: &str,
    error: Option<ForgotPasswordError>,
) -> Response {
    let support = support(app, here.application());
    let page_of = ForgotPasswordPage {
        frame: frame(visit, here.application(), &support, &[], false),
        flow: &here.id(),
        identifier,
        error,
    };
    here.page(app, status, page_of.render())
}
