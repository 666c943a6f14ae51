//! The layer around human pages: turns a failure into its outcome.

use std::sync::Arc;

use ::oidc::{ErrorCode, OAuthError};
use ::recovery::{Circumstances, Outcome, Standing, decide};
use admin::KnownApplication;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use fault::{Code, Reference};
use model::{Application, FlowId, entropy};

use super::failure::{Details, Failure, Known};
use super::{note, perform};
use crate::app::App;
use crate::visit::Visit;

/// Answers failures.
pub(crate) async fn recover(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let visit = Arc::new(Visit::read(&app, &parts));
    parts.extensions.insert(Arc::clone(&visit));
    let response = next.run(Request::from_parts(parts, body)).await;
    match response.extensions().get::<Failure>() {
        Some(failure) => answer(&app, &visit, failure.details()).await,
        None => response,
    }
}

/// Who is concerned, as far as it is known.
pub(super) struct Concerned {
    /// By this browser's own flow or sealed way back.
    pub(super) application: Option<Arc<KnownApplication>>,
    /// By an address.
    pub(super) named: Option<Arc<KnownApplication>>,
}

impl Concerned {
    pub(super) fn any(&self) -> Option<&Application> {
        self.application.as_deref().or(self.named.as_deref()).map(|known| &known.application)
    }
}

async fn answer(app: &App, visit: &Visit, details: &Details) -> Response {
    let details = &with_respondent(app, details).await;
    let reference = Reference::from_random(entropy::draw(app.entropy()));
    let concerned = concerned(app, visit, details).await;
    let rehearsal = details.rehearsal || app.rehearsals.is_on(app, visit, details.code);
    let outcome = outcome(app, visit, details, &concerned, reference);
    let answered = perform::perform(app, visit, details, &concerned, &outcome, reference, rehearsal).await;
    note::note(app, visit, details, &concerned, answered.kind, reference, rehearsal);
    answered.response
}

/// A rule may send these to the client: then the flow's client and redirect URI are verified again.
async fn with_respondent(app: &App, details: &Details) -> Details {
    let mut details = details.clone();
    if details.client.is_none()
        && let (
            Code::FlowExpired
            | Code::AccountSuspended
            | Code::CallbackCancelled
            | Code::CallbackProviderFailed,
            Some(flow),
        ) = (details.code, &details.flow)
        && let Ok(verified) = super::reverify(app, flow).await
    {
        let error = OAuthError::new(ErrorCode::AccessDenied, "the account may not sign in");
        details.ui_locales.clone_from(&verified.request.ui_locales);
        details.client = Some((verified.respondent, error));
    }
    details
}

fn outcome(
    app: &App,
    visit: &Visit,
    details: &Details,
    concerned: &Concerned,
    reference: Reference,
) -> Outcome {
    let guard = app.cookies.guard(&visit.headers);
    let standing = match (&details.client, details.silent) {
        (Some(_), true) => Standing::Silent,
        (Some(_), false) => Standing::Verified,
        (None, _) => Standing::Unverified,
    };
    let settings = app.directory().settings();
    decide(
        details.code,
        &Circumstances {
            application: concerned.application.as_deref().map(|known| &known.application),
            named: concerned.named.as_deref().map(|known| &known.application),
            tenant: &settings,
            issuer: app.endpoint().issuer(),
            standing,
            replay: replayable(app, details),
            login_hint: details.flow.as_ref().and_then(|flow| flow.identifier.as_deref()),
            tired: guard.is_tired(app.clock().now()),
            reference,
        },
    )
}

/// This browser's own flow, when its request may be replayed.
fn replayable(app: &App, details: &Details) -> Option<FlowId> {
    let flow = details.flow.as_ref()?;
    app.reception.may_replay(flow).then_some(flow.id)
}

/// Looks up who is concerned. A store that is down only makes the page know less.
async fn concerned(app: &App, visit: &Visit, details: &Details) -> Concerned {
    let remembered = app.cookies.way_back(&visit.headers);
    let of_flow = visit.named_flow().and_then(|flow| remembered.visit(flow));
    let way_back = of_flow.or_else(|| remembered.newest()).map(|visit| visit.application);
    // A wrong request is about the application that it names, not about one that this browser used before.
    let wrong_request = matches!(details.code, Code::RedirectUriMismatch | Code::RequestMalformed);
    let (sure, named) = match details.application {
        Some(Known::Surely(id)) => (Some(id), None),
        Some(Known::ByAddress(id)) if wrong_request => (None, Some(id)),
        Some(Known::ByAddress(id)) => (way_back, Some(id)),
        None => (way_back, None),
    };
    let mut found = Concerned { application: None, named: None };
    if let Some(id) = sure {
        found.application = app.directory().destination(id).await.ok().flatten();
    }
    if let Some(id) = named {
        found.named = app.directory().destination(id).await.ok().flatten();
    }
    found
}
