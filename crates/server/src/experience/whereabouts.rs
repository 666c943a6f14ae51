//! Where a page outside a flow stands: the sign-in that goes on afterwards, and the application that it is for.

use std::sync::Arc;

use admin::KnownApplication;
use axum::response::Response;
use fault::Code;
use http::header::REFERRER_POLICY;
use http::{HeaderValue, StatusCode};
use model::{ApplicationId, FlowId};
use signin::Standing;
use store::flows::Flow;

use super::page;
use crate::app::App;
use crate::recovery::{Failure, Known};
use crate::visit::Visit;

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
        Self::with(app, flow, application).await
    }

    /// Of a link: its flow, and the application that it remembers.
    pub(super) async fn of_link(
        app: &App,
        visit: &Visit,
        link: &store::links::Link,
    ) -> Result<Self, store::Error> {
        let flow = link.flow.map(|flow| flow.to_string());
        let here = Self::of(app, visit, flow.as_deref()).await?;
        if here.application.is_some() { Ok(here) } else { Self::with(app, None, link.application).await }
    }

    async fn with(
        app: &App,
        flow: Option<Flow>,
        application: Option<ApplicationId>,
    ) -> Result<Self, store::Error> {
        let application = match application {
            Some(id) => app.directory().destination(id).await?,
            None => None,
        };
        Ok(Self { flow, application })
    }

    pub(super) fn application(&self) -> Option<&model::Application> {
        self.application.as_deref().map(|known| &known.application)
    }

    pub(super) fn flow_id(&self) -> Option<FlowId> {
        self.flow.as_ref().map(|flow| flow.id)
    }

    /// The flow as pages carry it.
    pub(super) fn id(&self) -> String {
        self.flow_id().map(|flow| flow.to_string()).unwrap_or_default()
    }

    /// A page about it, whose form may be posted from here.
    pub(super) fn page(&self, app: &App, status: StatusCode, html: String) -> Response {
        let mut response = page(app, status, html, self.application());
        response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        response
    }

    /// A failure that concerns it.
    pub(super) fn failure(self, code: Code) -> Failure {
        let failure = Failure::new(code);
        match (self.flow, self.application) {
            (Some(flow), _) => failure.flow(flow),
            (None, Some(known)) => failure.application(Known::ByAddress(known.application.id)),
            (None, None) => failure,
        }
    }
}

/// Without letters and text messages there is nothing here.
pub(super) fn require_messages(app: &App) -> Result<(), Failure> {
    if app.channels.any() { Ok(()) } else { Err(Failure::new(Code::RouteUnknown)) }
}

/// Without mail there is nothing here.
pub(super) fn require_mail(app: &App) -> Result<(), Failure> {
    if app.sends_mail() { Ok(()) } else { Err(Failure::new(Code::RouteUnknown)) }
}
