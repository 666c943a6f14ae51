//! Another e-mail address, or the proof of the one that is there; and the way to put the former one back.
//!
//! The tokens of the letters leave the address as at [`super::super::follow_link`], and opening a link changes nothing
//! (C159). A new address is confirmed by whoever is signed in to the account that it is for: a link in wrong hands puts
//! nobody's address anywhere.

use std::sync::Arc;
use std::time::Duration;

use accounts::throttle::Network;
use accounts::{AskError, Asker, EmailError, LinkStanding};
use axum::Extension;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use fault::Code;
use http::StatusCode;
use http::header::RETRY_AFTER;
use model::{Address, EmailAddress, LinkPurpose};
use pages::{AccountEmailPage, AccountNotice, AskLinkError, ConfirmEmailPage, RestoreEmailPage};
use serde::Deserialize;
use signin::LinkError;
use store::links::Link;

use super::super::ask_link::sent;
use super::super::begin::binding;
use super::super::follow_link::{LinkQuery, here, refusal, take_from_address, token};
use super::super::whereabouts::require_mail;
use super::super::{frame, support, unreadable_form, unreadable_query};
use super::entry::{Member, Room, enter, sign_in_as_another};
use super::{overview, page};
use crate::app::App;
use crate::cookies::attach;
use crate::recovery::{Failure, whole_minutes};
use crate::visit::Visit;

/// What the form posts.
#[derive(Deserialize)]
pub(crate) struct EmailForm {
    #[serde(default)]
    email: String,
}

/// `GET /account/email`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
) -> Result<Response, Failure> {
    require_mail(&app)?;
    Ok(match enter(&app, &visit, Room::Email).await? {
        Ok(member) => render(&app, &visit, &member, StatusCode::OK, "", None),
        Err(elsewhere) => elsewhere,
    })
}

/// `POST /account/email`: the same answer whosever the address is (C145).
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<EmailForm>, FormRejection>,
) -> Result<Response, Failure> {
    require_mail(&app)?;
    let Form(form) = form.map_err(unreadable_form)?;
    let member = match enter(&app, &visit, Room::Email).await? {
        Ok(member) => member,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let typed = form.email.trim();
    let again = |error, wait: Option<Duration>| {
        let status =
            if wait.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNPROCESSABLE_ENTITY };
        let mut response = render(&app, &visit, &member, status, typed, Some(error));
        if let Some(wait) = wait {
            response.headers_mut().insert(RETRY_AFTER, wait.as_secs().max(1).into());
        }
        Ok(response)
    };
    let (browser, cookie) = binding(&app, &visit);
    let asker = Asker {
        browser,
        flow: None,
        application: None,
        locale: visit.locale(&[]).tag(),
        network: Network::of(visit.address),
        known_browser: visit.known,
    };
    match app.reception.email_change().ask(member.session.user, typed, &asker).await {
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

/// `GET /account/email/confirm`.
pub(crate) async fn confirm_show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<LinkQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    require_mail(&app)?;
    let Query(query) = query.map_err(unreadable_query)?;
    if let Some(token) = query.token {
        return take_from_address(&app, &visit, &token, "/account/email/confirm?opened=now");
    }
    let link = live(&app, &visit, LinkPurpose::VerifyEmail, query.opened.is_some()).await?;
    let member = match enter(&app, &visit, Room::ConfirmEmail).await? {
        Ok(member) => member,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if link.user != Some(member.session.user) {
        return sign_in_as_another(&app, &visit, Room::ConfirmEmail).await;
    }
    let support = support(&app, None);
    let page_of = ConfirmEmailPage {
        frame: frame(&visit, None, &support, &[], false),
        address: link.address.as_ref().map_or("", Address::as_str),
        person: member.account.user.label(),
    };
    Ok(page(&app, StatusCode::OK, page_of.render()))
}

/// `POST /account/email/confirm`.
pub(crate) async fn confirm(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
) -> Result<Response, Failure> {
    require_mail(&app)?;
    let member = match enter(&app, &visit, Room::ConfirmEmail).await? {
        Ok(member) => member,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let done = overview::done(AccountNotice::EmailVerified);
    let dead = match standing(&app, &visit, LinkPurpose::VerifyEmail).await?.live() {
        Ok(link) if link.user != Some(member.session.user) => {
            return sign_in_as_another(&app, &visit, Room::ConfirmEmail).await;
        }
        Ok(link) => {
            let changing = app.reception.email_change();
            match changing.confirm(&link, &member.account.user, here(&visit, &link)?).await {
                Ok(()) => return Ok(done),
                Err(EmailError::Dead(dead)) => dead,
                Err(EmailError::Store(error)) => return Err(error.into()),
            }
        }
        Err(dead) => dead,
    };
    // A second post in the browser of the first one (F14).
    if let LinkStanding::Used(link) = &dead
        && link.used_in.is_some_and(|used_in| visit.browser.is(&used_in))
    {
        return Ok(done);
    }
    Err(refusal(&app, &visit, LinkError::Dead(dead)).await?)
}

/// `GET /account/email/restore`: for whoever has the letter, signed in or not. Who changed the address may have changed
/// everything else.
pub(crate) async fn restore_show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<LinkQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    require_mail(&app)?;
    let Query(query) = query.map_err(unreadable_query)?;
    if let Some(token) = query.token {
        return take_from_address(&app, &visit, &token, "/account/email/restore?opened=now");
    }
    let link = live(&app, &visit, LinkPurpose::RestoreEmail, query.opened.is_some()).await?;
    Ok(render_restoring(&app, &visit, &link, false))
}

/// `POST /account/email/restore`.
pub(crate) async fn restore(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
) -> Result<Response, Failure> {
    require_mail(&app)?;
    let link = live(&app, &visit, LinkPurpose::RestoreEmail, true).await?;
    match app.reception.email_change().put_back(&link, here(&visit, &link)?).await {
        Ok(()) => Ok(render_restoring(&app, &visit, &link, true)),
        Err(EmailError::Dead(dead)) => Err(refusal(&app, &visit, LinkError::Dead(dead)).await?),
        Err(EmailError::Store(error)) => Err(error.into()),
    }
}

/// The live link for this purpose that this browser has opened.
async fn live(app: &App, visit: &Visit, purpose: LinkPurpose, opened: bool) -> Result<Link, Failure> {
    if opened && token(app, visit).is_none() {
        return Err(Failure::new(Code::BrowserNoCookies));
    }
    match standing(app, visit, purpose).await?.live() {
        Ok(link) => Ok(link),
        Err(dead) => Err(refusal(app, visit, LinkError::Dead(dead)).await?),
    }
}

async fn standing(app: &App, visit: &Visit, purpose: LinkPurpose) -> Result<LinkStanding, Failure> {
    let Some(token) = token(app, visit) else { return Ok(LinkStanding::Unknown) };
    Ok(app.reception.email_change().standing(purpose, &token).await?)
}

fn render(
    app: &App,
    visit: &Visit,
    member: &Member,
    status: StatusCode,
    typed: &str,
    error: Option<AskLinkError>,
) -> Response {
    let support = support(app, None);
    let user = &member.account.user;
    let page_of = AccountEmailPage {
        frame: frame(visit, None, &support, &[], false),
        unverified: user.email.as_ref().filter(|_| !user.email_verified).map(EmailAddress::as_str),
        typed,
        error,
    };
    page(app, status, page_of.render())
}

fn render_restoring(app: &App, visit: &Visit, link: &Link, done: bool) -> Response {
    let support = support(app, None);
    let address = link.address.as_ref().map_or("", Address::as_str);
    let page_of = RestoreEmailPage { frame: frame(visit, None, &support, &[], false), address, done };
    page(app, StatusCode::OK, page_of.render())
}
