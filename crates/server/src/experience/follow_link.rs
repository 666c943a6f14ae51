//! Where the link of a letter leads: a page with one button, which signs in.
//!
//! The link itself only puts its token into a cookie and leads on, so that the token stands in no address that is
//! kept, shown or sent on (C162). Opening it, or the page, changes nothing (C159).

use std::sync::Arc;

use accounts::LinkStanding;
use axum::Extension;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use fault::Code;
use http::header::CONTENT_SECURITY_POLICY;
use http::{HeaderValue, StatusCode};
use keys::opaque;
use model::LinkPurpose;
use pages::{FollowLinkPage, Script};
use serde::Deserialize;
use signin::{Arrival, LinkError, LinkOwner};
use store::links::Link;

use super::account::Room;
use super::link_sent::send_again;
use super::whereabouts::{Whereabouts, require_mail};
use super::{begin, frame, invitation, support, unreadable_form, unreadable_query};
use crate::app::App;
use crate::cookies::{DAY, Name, attach};
use crate::headers::scripted_policy;
use crate::recovery::{Failure, form_targets, see_other};
use crate::visit::Visit;

/// The query: what a letter's link has, or that it was just followed.
#[derive(Deserialize)]
pub(crate) struct LinkQuery {
    pub(super) token: Option<String>,
    pub(super) opened: Option<String>,
}

/// What the form posts.
#[derive(Deserialize)]
pub(crate) struct LinkForm {
    #[serde(default)]
    nonce: String,
    switch: Option<String>,
}

/// `GET /link`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<LinkQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    require_mail(&app)?;
    let Query(query) = query.map_err(unreadable_query)?;
    if let Some(token) = query.token {
        return take_from_address(&app, &visit, &token, "/link?opened=now");
    }
    let link = live(&app, &visit, query.opened.is_some()).await?;
    let owner = app.reception.owner(&link).await?;
    refuse_other_account(&app, &visit, &link, owner).await?;
    let here = Whereabouts::of_link(&app, &visit, &link).await?;
    let asked_here = visit.browser.is(&link.browser);
    // A page that is fetched beforehand, or again after its form was refused, waits for the person.
    let by_itself = asked_here && query.opened.as_deref() == Some("now") && !visit.is_ahead_of_time();
    let support = support(&app, here.application());
    let page_of = FollowLinkPage {
        frame: frame(&visit, here.application(), &support, &[], link.rehearsal),
        person: &link.address.as_ref().map(model::Address::hint).unwrap_or_default(),
        newcomer: owner == LinkOwner::Newcomer,
        asked_here,
        by_itself,
        nonce: &nonce(&app, &visit, &link)?,
    };
    let mut response = here.page(&app, StatusCode::OK, page_of.render());
    if by_itself {
        let targets =
            here.application().map(|application| form_targets(&app, application)).unwrap_or_default();
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, scripted_policy(Script::Follow, &targets));
    }
    Ok(response)
}

/// `POST /link`.
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<LinkForm>, FormRejection>,
) -> Result<Response, Failure> {
    require_mail(&app)?;
    let Form(form) = form.map_err(unreadable_form)?;
    let link = match live(&app, &visit, true).await {
        Ok(link) => link,
        Err(failure) => return twice(&app, &visit, failure).await,
    };
    if !opaque::equal(form.nonce.as_bytes(), nonce(&app, &visit, &link)?.as_bytes()) {
        return Ok(see_other("/link?opened=again"));
    }
    let session = visit.session(&app).await?;
    if form.switch.is_none() {
        let owner = app.reception.owner(&link).await?;
        refuse_other_account(&app, &visit, &link, owner).await?;
    }
    let browser = here(&visit, &link)?;
    match app.reception.sign_in_by_link(&link, browser, &visit.visitor(&app, session.as_ref())).await {
        Ok(arrival) => arrived(&app, &visit, &link, &arrival).await,
        Err(refused) => {
            let failure = refusal(&app, &visit, refused).await?;
            twice(&app, &visit, failure).await
        }
    }
}

/// `POST /link/again`: a new link in place of the dead one that this browser has opened.
pub(crate) async fn again(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
) -> Result<Response, Failure> {
    require_mail(&app)?;
    let token = token(&app, &visit).ok_or_else(|| Failure::new(Code::LinkUnknown))?;
    match app.reception.links().standing(&token).await? {
        // The way to object is given once, for a week, and by nobody's wish for longer.
        LinkStanding::Live(link) if link.purpose == LinkPurpose::RestoreEmail => {
            Ok(see_other("/account/email/restore"))
        }
        LinkStanding::Expired(link) | LinkStanding::Replaced(link) | LinkStanding::Used(link)
            if link.purpose == LinkPurpose::RestoreEmail =>
        {
            Err(refusal(&app, &visit, LinkError::Dead(LinkStanding::Revoked(link))).await?)
        }
        LinkStanding::Live(link)
        | LinkStanding::Expired(link)
        | LinkStanding::Replaced(link)
        | LinkStanding::Used(link) => match send_again(&app, &visit, &link).await? {
            Ok(response) => Ok(response),
            // Back to the page of the link, which says what became of it.
            Err(retry_after) => {
                let failure = Whereabouts::of_link(&app, &visit, &link).await?.failure(Code::Throttled);
                Err(failure.retry_after(retry_after).again(page_of(link.purpose).to_owned()))
            }
        },
        dead @ (LinkStanding::Revoked(_) | LinkStanding::Unknown) => {
            Err(refusal(&app, &visit, LinkError::Dead(dead)).await?)
        }
    }
}

/// Where the link of a letter leads, opened once more.
const fn page_of(purpose: LinkPurpose) -> &'static str {
    match purpose {
        LinkPurpose::Register | LinkPurpose::SignIn => "/link?opened=again",
        LinkPurpose::ResetPassword => "/reset-password?opened=again",
        LinkPurpose::RestoreEmail => "/account/email/restore?opened=again",
        LinkPurpose::VerifyEmail => "/account/email/confirm?opened=again",
        // A text message has no link.
        LinkPurpose::VerifyPhone => Room::Overview.path(),
    }
}

/// Out of the address, into a cookie. It stays for a day: for how long the link is good the store says. The browser
/// gets its binding cookie here if it has none, so that the link knows where it was followed.
pub(super) fn take_from_address(
    app: &App,
    visit: &Visit,
    token: &str,
    clean: &str,
) -> Result<Response, Failure> {
    if app.reception.link_key.open(token).is_none() {
        return Err(Failure::new(Code::LinkUnknown));
    }
    let mut response = see_other(clean);
    attach(&mut response, keep_token(app, token));
    if visit.browser.binding().is_none() {
        attach(&mut response, begin::binding(app, visit).1);
    }
    Ok(response)
}

pub(super) fn keep_token(app: &App, token: &str) -> HeaderValue {
    app.cookies.set(Name::Link, token, DAY)
}

pub(super) fn token(app: &App, visit: &Visit) -> Option<String> {
    app.cookies.values(&visit.headers, Name::Link).into_iter().next()
}

/// The live link that this browser has opened, for one of the purposes of this page (C158).
async fn live(app: &App, visit: &Visit, opened: bool) -> Result<Link, Failure> {
    let Some(token) = token(app, visit) else {
        return Err(Failure::new(if opened { Code::BrowserNoCookies } else { Code::LinkUnknown }));
    };
    let standing = app.reception.links().standing(&token).await?;
    if standing.link().is_some_and(|link| !signs_in(link.purpose)) {
        return Err(Failure::new(Code::LinkUnknown));
    }
    match standing.live() {
        Ok(link) => Ok(link),
        Err(dead) => Err(refusal(app, visit, LinkError::Dead(dead)).await?),
    }
}

/// Whether to follow a link of this purpose is to sign in.
const fn signs_in(purpose: LinkPurpose) -> bool {
    match purpose {
        LinkPurpose::Register | LinkPurpose::SignIn => true,
        LinkPurpose::ResetPassword
        | LinkPurpose::RestoreEmail
        | LinkPurpose::VerifyEmail
        | LinkPurpose::VerifyPhone => false,
    }
}

fn nonce(app: &App, visit: &Visit, link: &Link) -> Result<String, Failure> {
    Ok(app.reception.link_key.nonce(link.id, &here(visit, link)?))
}

/// The hash of this browser's binding cookie: of several (C122) the one that the link is bound to, else the first.
pub(super) fn here(visit: &Visit, link: &Link) -> Result<[u8; 32], Failure> {
    if visit.browser.is(&link.browser) {
        return Ok(link.browser);
    }
    visit.browser.binding().ok_or_else(|| Failure::new(Code::BrowserNoCookies))
}

/// Nobody is signed out by opening a link: whoever is signed in as somebody else is asked.
async fn refuse_other_account(
    app: &App,
    visit: &Visit,
    link: &Link,
    owner: LinkOwner,
) -> Result<(), Failure> {
    match visit.session(app).await? {
        Some(session) if owner != LinkOwner::Member(session.user) => {
            let here = Whereabouts::of_link(app, visit, link).await?;
            let failure = here.failure(Code::LinkOtherAccount).nonce(nonce(app, visit, link)?);
            Err(if link.rehearsal { failure.rehearsal() } else { failure })
        }
        Some(_) | None => Ok(()),
    }
}

/// A second post in the browser where the first one has signed in goes on as the first did (F14).
async fn twice(app: &App, visit: &Visit, failure: Failure) -> Result<Response, Failure> {
    let Some(token) = token(app, visit).filter(|_| failure.details().code == Code::LinkUsed) else {
        return Err(failure);
    };
    match app.reception.links().standing(&token).await? {
        LinkStanding::Used(link) if link.used_in.is_some_and(|used_in| visit.browser.is(&used_in)) => {
            go_on(app, visit, &link).await
        }
        LinkStanding::Used(_)
        | LinkStanding::Live(_)
        | LinkStanding::Expired(_)
        | LinkStanding::Replaced(_)
        | LinkStanding::Revoked(_)
        | LinkStanding::Unknown => Err(failure),
    }
}

/// Signed in by a link or its code: new cookies, and on.
pub(super) async fn arrived(
    app: &App,
    visit: &Visit,
    link: &Link,
    arrival: &Arrival,
) -> Result<Response, Failure> {
    let lives = app.reception.lifetimes.session_absolute;
    let session = app.cookies.set(Name::Session, arrival.cookie.expose(), lives);
    let device = app.cookies.set_device(arrival.session.user);
    let mut response = match go_on(app, visit, link).await {
        Ok(response) => response,
        Err(failure) => return Err(failure.cookie(session).cookie(device)),
    };
    attach(&mut response, session);
    attach(&mut response, device);
    Ok(response)
}

/// Where somebody goes on who has followed a link here: the flow of this browser, else where the application begins.
/// The request of another browser is never completed from here (C161).
pub(super) async fn go_on(app: &App, visit: &Visit, link: &Link) -> Result<Response, Failure> {
    if matches!(link.purpose, LinkPurpose::VerifyEmail | LinkPurpose::VerifyPhone) {
        return Ok(see_other(Room::Overview.path()));
    }
    if let Some(flow) = link.flow.filter(|_| visit.browser.is(&link.browser)) {
        return Ok(see_other(&format!("/sign-in?flow={flow}")));
    }
    let here = Whereabouts::of_link(app, visit, link).await?;
    if here.application().is_none() && invitation::is_open(app, visit).await? {
        return Ok(see_other(invitation::PATH));
    }
    let settings = app.directory().settings();
    let begins = ::recovery::starting_point(here.application(), &settings, app.endpoint().issuer());
    Ok(see_other(begins.as_ref().map_or("/", |url| url.as_str())))
}

/// The failure of a link that cannot be followed; it leads on to the sign-in of this browser, if that is known.
pub(super) async fn refusal(app: &App, visit: &Visit, refused: LinkError) -> Result<Failure, store::Error> {
    let (code, link) = match refused {
        LinkError::Dead(LinkStanding::Expired(link)) => (Code::LinkExpired, Some(link)),
        LinkError::Dead(LinkStanding::Replaced(link)) => (Code::LinkReplaced, Some(link)),
        LinkError::Dead(LinkStanding::Revoked(link)) => (Code::LinkRevoked, Some(link)),
        LinkError::Dead(LinkStanding::Used(link)) => (Code::LinkUsed, Some(link)),
        LinkError::Dead(LinkStanding::Live(_) | LinkStanding::Unknown) => (Code::LinkUnknown, None),
        LinkError::Suspended(link) => (Code::AccountSuspended, Some(link)),
        LinkError::Store(error) => return Err(error),
    };
    let Some(link) = link else { return Ok(Failure::new(code)) };
    // Whoever has the letter may know why: the account's links ended with it.
    let suspended = code == Code::LinkRevoked && app.reception.is_suspended(&link).await?;
    let code = if suspended { Code::AccountSuspended } else { code };
    let failure = Whereabouts::of_link(app, visit, &link).await?.failure(code);
    Ok(if link.rehearsal { failure.rehearsal() } else { failure })
}
