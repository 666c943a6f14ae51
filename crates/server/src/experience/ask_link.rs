//! Asking for a letter with a link: to sign in, to register, to choose another password. The route says which.

use std::sync::Arc;
use std::time::Duration;

use accounts::throttle::Network;
use accounts::{AskError, Asker, Identifier};
use axum::Extension;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use fault::Code;
use http::StatusCode;
use http::header::RETRY_AFTER;
use model::{LinkId, LinkPurpose};
use pages::{AskLinkError, AskLinkPage, Channels};
use serde::Deserialize;
use store::users::IdentifierKey;

use super::begin::binding;
use super::sign_in::FlowQuery;
use super::whereabouts::{Whereabouts, require_mail, require_messages};
use super::{frame, support, unreadable_form, unreadable_query};
use crate::app::App;
use crate::cookies::attach;
use crate::recovery::{Failure, see_other, whole_minutes};
use crate::visit::Visit;

/// What the form posts.
#[derive(Deserialize)]
pub(crate) struct AskLinkForm {
    #[serde(default)]
    flow: String,
    #[serde(default)]
    identifier: String,
}

/// `GET /forgot-password`, `/sign-in/link`, `/register/email`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    Extension(purpose): Extension<LinkPurpose>,
    query: Result<Query<FlowQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    require_channel(&app, purpose)?;
    let Query(query) = query.map_err(unreadable_query)?;
    let here = Whereabouts::of(&app, &visit, query.flow.as_deref()).await?;
    let typed = here.flow.as_ref().and_then(|flow| flow.identifier.as_deref()).unwrap_or_default();
    Ok(render(&app, &visit, purpose, &here, StatusCode::OK, typed, None))
}

/// The post of the same: the same answer whether there is such an account or not (C145, C146).
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    Extension(purpose): Extension<LinkPurpose>,
    form: Result<Form<AskLinkForm>, FormRejection>,
) -> Result<Response, Failure> {
    require_channel(&app, purpose)?;
    let Form(form) = form.map_err(unreadable_form)?;
    let here = Whereabouts::of(&app, &visit, Some(&form.flow)).await?;
    if here.flow.as_ref().is_some_and(|flow| flow.rehearsal) {
        return Err(here.failure(Code::FlowCompleted));
    }
    let typed = form.identifier.trim();
    let again = |error, wait: Option<Duration>| {
        let status =
            if wait.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNPROCESSABLE_ENTITY };
        let mut response = render(&app, &visit, purpose, &here, status, typed, Some(error));
        if let Some(wait) = wait {
            response.headers_mut().insert(RETRY_AFTER, wait.as_secs().max(1).into());
        }
        Ok(response)
    };
    let by_text =
        matches!(Identifier::read(typed).as_ref().map(Identifier::key), Ok(IdentifierKey::Phone(_)));
    match app.channels {
        _ if typed.is_empty() => return again(AskLinkError::MissingIdentifier, None),
        // Nothing would ever arrive: it is said at once.
        Channels { texts: false, .. } if by_text => return again(AskLinkError::MissingIdentifier, None),
        Channels { letters: false, .. } if !by_text => return again(AskLinkError::NotANumber, None),
        _ => {}
    }
    let (browser, cookie) = binding(&app, &visit);
    let asker = asker(&visit, &here, browser);
    match app.reception.links().ask(purpose, typed, &asker).await {
        Ok(link) => {
            let mut response = sent(link);
            attach(&mut response, cookie);
            Ok(response)
        }
        Err(AskError::Address) => again(AskLinkError::NotAnAddress, None),
        Err(AskError::Throttled { retry_after }) => {
            let minutes = whole_minutes(retry_after.as_secs());
            again(AskLinkError::Throttled { minutes }, Some(retry_after))
        }
        Err(AskError::Store(error)) => Err(error.into()),
    }
}

/// What people register by is an address; everything else goes by text message, too.
fn require_channel(app: &App, purpose: LinkPurpose) -> Result<(), Failure> {
    if purpose == LinkPurpose::Register { require_mail(app) } else { require_messages(app) }
}

/// Whoever asks here.
pub(super) fn asker<'a>(visit: &Visit, here: &Whereabouts, browser: [u8; 32]) -> Asker<'a> {
    Asker {
        browser,
        flow: here.flow_id(),
        application: here.application().map(|application| application.id),
        locale: visit.locale(&[]).tag(),
        network: Network::of(visit.address),
        known_browser: visit.known,
    }
}

/// On to the page that waits for the letter.
pub(super) fn sent(link: LinkId) -> Response {
    see_other(&format!("/link/sent?link={link}"))
}

fn render(
    app: &App,
    visit: &Visit,
    purpose: LinkPurpose,
    here: &Whereabouts,
    status: StatusCode,
    identifier: &str,
    error: Option<AskLinkError>,
) -> Response {
    let support = support(app, here.application());
    let page_of = AskLinkPage {
        frame: frame(visit, here.application(), &support, &[], false),
        purpose,
        channels: Channels { texts: app.channels.texts && purpose != LinkPurpose::Register, ..app.channels },
        flow: &here.id(),
        identifier,
        error,
    };
    here.page(app, status, page_of.render())
}
