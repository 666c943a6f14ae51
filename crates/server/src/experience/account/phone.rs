//! Another telephone number, or none. A new one proves itself by the code of a text message.

use std::sync::Arc;
use std::time::Duration;

use accounts::throttle::Network;
use accounts::{AskError, Asker, CodeError, PhoneError};
use axum::Extension;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::Response;
use http::StatusCode;
use http::header::RETRY_AFTER;
use pages::{AccountNotice, AccountPhonePage, AskLinkError};
use serde::Deserialize;
use store::links::Link;

use super::super::ask_link::sent;
use super::super::begin::binding;
use super::super::{frame, support, unreadable_form};
use super::entry::{Member, Room, enter};
use super::{overview, page};
use crate::app::App;
use crate::cookies::attach;
use crate::recovery::{Failure, whole_minutes};
use crate::visit::Visit;

/// What the form posts.
#[derive(Deserialize)]
pub(crate) struct PhoneForm {
    #[serde(default)]
    phone: String,
}

/// What the page says besides.
#[derive(Clone, Copy, Default)]
struct Said<'a> {
    typed: &'a str,
    error: Option<AskLinkError>,
    last: bool,
}

/// `GET /account/phone`. Who has a number sees it here, and may remove it, though no text message can be sent any more.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
) -> Result<Response, Failure> {
    match enter(&app, &visit, Room::Phone).await? {
        Ok(member) => render(&app, &visit, &member, StatusCode::OK, Said::default()).await,
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// `POST /account/phone`: the same answer whosever the number is (C145).
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<PhoneForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(unreadable_form)?;
    let member = match enter(&app, &visit, Room::Phone).await? {
        Ok(member) => member,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if !app.channels.texts {
        return render(&app, &visit, &member, StatusCode::UNPROCESSABLE_ENTITY, Said::default()).await;
    }
    let (browser, cookie) = binding(&app, &visit);
    let asker = Asker {
        browser,
        flow: None,
        application: None,
        locale: visit.locale(&[]).tag(),
        network: Network::of(visit.address),
        known_browser: None,
    };
    let typed = form.phone.trim();
    let (status, error, wait) =
        match app.reception.phone_change().ask(member.session.user, typed, &asker).await {
            Ok(link) => {
                let mut response = sent(link);
                attach(&mut response, cookie);
                return Ok(response);
            }
            Err(AskError::Address) => (StatusCode::UNPROCESSABLE_ENTITY, AskLinkError::NotANumber, None),
            Err(AskError::Throttled { retry_after }) => {
                let minutes = whole_minutes(retry_after.as_secs());
                (StatusCode::TOO_MANY_REQUESTS, AskLinkError::Throttled { minutes }, Some(retry_after))
            }
            Err(AskError::Store(error)) => return Err(error.into()),
        };
    let said = Said { typed, error: Some(error), last: false };
    let mut response = render(&app, &visit, &member, status, said).await?;
    if let Some(wait) = wait {
        response.headers_mut().insert(RETRY_AFTER, wait.max(Duration::from_secs(1)).as_secs().into());
    }
    Ok(response)
}

/// The code that was sent to a number, typed on the page that waits for it: by whoever asked, signed in as then.
pub(in super::super) async fn confirm_number(
    app: &App,
    visit: &Visit,
    link: &Link,
    code: &str,
) -> Result<Result<Response, CodeError>, Failure> {
    let member = match enter(app, visit, Room::Phone).await? {
        Ok(member) => member,
        Err(elsewhere) => return Ok(Ok(elsewhere)),
    };
    // A second post in the browser of the first one (F14).
    if link.used_in.is_some_and(|used_in| visit.browser.is(&used_in)) {
        return Ok(Ok(overview::done(AccountNotice::PhoneAdded)));
    }
    let network = Network::of(visit.address);
    match app.reception.phone_change().confirm(link, member.session.user, code, network).await {
        Ok(()) => Ok(Ok(overview::done(AccountNotice::PhoneAdded))),
        Err(PhoneError::Taken) => Ok(Ok(overview::done(AccountNotice::PhoneTaken))),
        Err(PhoneError::Code(refused)) => Ok(Err(refused)),
        Err(PhoneError::Store(error)) => Err(error.into()),
    }
}

/// `POST /account/phone/remove`.
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
) -> Result<Response, Failure> {
    let member = match enter(&app, &visit, Room::Phone).await? {
        Ok(member) => member,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let user = member.session.user;
    let locale = visit.locale(&[]).tag();
    let removed = app.reception.phone_change().remove(user, app.messages(), locale).await?;
    if removed || app.store().phone(user).await?.is_none() {
        return Ok(overview::done(AccountNotice::PhoneRemoved));
    }
    let said = Said { last: true, ..Said::default() };
    render(&app, &visit, &member, StatusCode::CONFLICT, said).await
}

async fn render(
    app: &App,
    visit: &Visit,
    member: &Member,
    status: StatusCode,
    said: Said<'_>,
) -> Result<Response, Failure> {
    let support = support(app, None);
    let phone = app.store().phone(member.session.user).await?;
    let page_of = AccountPhonePage {
        frame: frame(visit, None, &support, &[], false),
        phone: phone.as_ref().map(|phone| phone.number.as_str()),
        texts: app.channels.texts,
        typed: said.typed,
        error: said.error,
        last: said.last,
    };
    Ok(page(app, status, page_of.render()))
}
