//! Where the link of an invitation leads: a page with one button, which accepts it.
//!
//! As with every link, opening it changes nothing, and its token leaves the address for a cookie (C159, C162). The
//! cookie outlives the sign-in that may lie between.

use std::sync::Arc;

use accounts::AskError;
use axum::Extension;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use fault::Code;
use http::header::REFERRER_POLICY;
use http::{HeaderValue, StatusCode};
use keys::opaque;
use model::{LinkPurpose, User};
use pages::{InvitationPage, InvitationStep, InvitedBy, JoinedPage};
use serde::Deserialize;
use signin::{AcceptError, Guest, Invited};
use store::invitations::InvitationStanding;

use super::ask_link::{asker, sent};
use super::begin::binding;
use super::whereabouts::{Whereabouts, require_mail};
use super::{frame, page, support, unreadable_form, unreadable_query};
use crate::app::App;
use crate::cookies::{DAY, Name, attach};
use crate::recovery::{Failure, InvitationNames, see_other};
use crate::visit::Visit;

/// The page, once the token has left the address.
pub(super) const PATH: &str = "/invitation?opened=now";
/// The page after somebody has joined.
const JOINED: &str = "/invitation?opened=joined";

/// The query: what a letter's link has, or how one came here.
#[derive(Deserialize)]
pub(crate) struct InvitationQuery {
    token: Option<String>,
    opened: Option<String>,
}

/// What the form posts.
#[derive(Deserialize)]
pub(crate) struct InvitationForm {
    #[serde(default)]
    nonce: String,
    switch: Option<String>,
}

/// `GET /invitation`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<InvitationQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    let Query(query) = query.map_err(unreadable_query)?;
    if let Some(token) = query.token {
        return take_from_address(&app, &visit, &token);
    }
    let opened = query.opened.as_deref();
    let invited = opened_here(&app, &visit, opened.is_some()).await?;
    let session = visit.session(&app).await?;
    let accepted_by = invited.invitation.accepted_by;
    if accepted_by.is_some() && accepted_by == session.as_ref().map(|session| session.user) {
        return Ok(joined(&app, &visit, &invited, opened != Some("joined")));
    }
    let names = open(&invited)?;
    let guest = app.reception.guest(&invited.invitation, session.as_ref()).await?;
    let nonce = nonce(&app, &visit, &invited)?;
    let hint = invited.invitation.address.hint();
    let (step, person) = match guest {
        Guest::SignedIn(_) => (InvitationStep::Join, invited.invitation.address.as_str()),
        Guest::Newcomer => (InvitationStep::Register, hint.as_str()),
        Guest::Member => (InvitationStep::SignIn, hint.as_str()),
        Guest::SomebodyElse => {
            return Err(Failure::new(Code::LinkOtherAccount).invitation(names).nonce(nonce));
        }
    };
    let support = support(&app, None);
    let page_of = InvitationPage {
        frame: frame(&visit, None, &support, &[], false),
        by: InvitedBy { organization: &names.organization, inviter: names.inviter.as_deref() },
        person,
        step,
        nonce: &nonce,
    };
    Ok(with_own_referrer(page(&app, StatusCode::OK, page_of.render(), None)))
}

/// `POST /invitation`.
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    form: Result<Form<InvitationForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(unreadable_form)?;
    let invited = opened_here(&app, &visit, true).await?;
    let session = visit.session(&app).await?;
    let guessed = !opaque::equal(form.nonce.as_bytes(), nonce(&app, &visit, &invited)?.as_bytes());
    // Whoever has joined reads it on the page; so does who posts an old page, or one that is not ours.
    if guessed || invited.standing != InvitationStanding::Open {
        return Ok(see_other(PATH));
    }
    let invitation = &invited.invitation;
    let kept = session.as_ref().filter(|_| form.switch.is_none());
    let done = match app.reception.guest(invitation, kept).await? {
        Guest::SignedIn(user) => app.reception.accept(invitation, user).await.map(|()| None),
        Guest::Newcomer => {
            let visitor = visit.visitor(&app, session.as_ref());
            app.reception.accept_as_newcomer(invitation, &visitor).await.map(Some)
        }
        Guest::Member if is_open(&app, &visit).await? => {
            return ask_to_sign_in(&app, &visit, invitation.address.as_str()).await;
        }
        // A press a moment ago made the account (F14), or the page asks whether to switch.
        Guest::Member | Guest::SomebodyElse => return Ok(see_other(PATH)),
    };
    match done {
        Ok(arrival) => {
            let mut response = see_other(JOINED);
            if let Some(arrival) = arrival {
                let lives = app.reception.lifetimes.session_absolute;
                attach(&mut response, app.cookies.set(Name::Session, arrival.cookie.expose(), lives));
                attach(&mut response, app.cookies.set_device(arrival.session.user));
            }
            Ok(response)
        }
        Err(AcceptError::Over) => Ok(see_other(PATH)),
        Err(error @ AcceptError::Held) => Err(Failure::new(Code::AccessDenied).cause(&error)),
        Err(AcceptError::Suspended) => Err(Failure::new(Code::AccountSuspended)),
        Err(AcceptError::Store(error)) => Err(error.into()),
    }
}

/// Whether this browser has opened an invitation that can be accepted: a sign-in without an application goes on to it.
pub(super) async fn is_open(app: &App, visit: &Visit) -> Result<bool, store::Error> {
    let Some(token) = token(app, visit) else { return Ok(false) };
    let invited = app.reception.invited(&token).await?;
    Ok(invited.is_some_and(|invited| invited.standing == InvitationStanding::Open))
}

/// Out of the address, into a cookie; the browser gets its binding cookie here if it has none.
fn take_from_address(app: &App, visit: &Visit, token: &str) -> Result<Response, Failure> {
    if app.reception.link_key.open(token).is_none() {
        return Err(Failure::new(Code::LinkUnknown));
    }
    let mut response = see_other(PATH);
    attach(&mut response, keep_token(app, token));
    if visit.browser.binding().is_none() {
        attach(&mut response, binding(app, visit).1);
    }
    Ok(response)
}

pub(super) fn keep_token(app: &App, token: &str) -> HeaderValue {
    app.cookies.set(Name::Invitation, token, DAY)
}

fn token(app: &App, visit: &Visit) -> Option<String> {
    app.cookies.values(&visit.headers, Name::Invitation).into_iter().next()
}

/// The invitation that this browser has opened.
async fn opened_here(app: &App, visit: &Visit, opened: bool) -> Result<Invited, Failure> {
    let Some(token) = token(app, visit) else {
        return Err(Failure::new(if opened { Code::BrowserNoCookies } else { Code::LinkUnknown }));
    };
    app.reception.invited(&token).await?.ok_or_else(|| Failure::new(Code::LinkUnknown))
}

/// What an open invitation names; else why it is over, and whom to ask.
fn open(invited: &Invited) -> Result<InvitationNames, Failure> {
    let code = match invited.standing {
        InvitationStanding::Open => None,
        InvitationStanding::Accepted => Some(Code::LinkUsed),
        InvitationStanding::Expired => Some(Code::LinkExpired),
        InvitationStanding::Replaced => Some(Code::LinkReplaced),
        InvitationStanding::Revoked => Some(Code::LinkRevoked),
    };
    let named = |failure: Failure| if invited.invitation.rehearsal { failure.rehearsal() } else { failure };
    let Some(organization) = &invited.organization else {
        return Err(named(Failure::new(code.unwrap_or(Code::LinkRevoked))));
    };
    let names = InvitationNames {
        organization: organization.name.clone(),
        inviter: invited.inviter.as_ref().map(|inviter: &User| inviter.contact().to_owned()),
    };
    match code {
        None => Ok(names),
        Some(code) => Err(named(Failure::new(code).invitation(names))),
    }
}

fn nonce(app: &App, visit: &Visit, invited: &Invited) -> Result<String, Failure> {
    let browser = visit.browser.binding().ok_or_else(|| Failure::new(Code::BrowserNoCookies))?;
    Ok(app.reception.invitation_nonce(invited.invitation.id, &browser))
}

/// Sends a link and a code to the address of the invitation. Once signed in, this browser comes back here.
async fn ask_to_sign_in(app: &App, visit: &Visit, address: &str) -> Result<Response, Failure> {
    require_mail(app)?;
    let (browser, cookie) = binding(app, visit);
    let asker = asker(visit, &Whereabouts::default(), browser);
    match app.reception.links().ask(LinkPurpose::SignIn, address, &asker).await {
        Ok(link) => {
            let mut response = sent(link);
            attach(&mut response, cookie);
            Ok(response)
        }
        Err(AskError::Throttled { retry_after }) => {
            Err(Failure::new(Code::Throttled).retry_after(retry_after).again(PATH.to_owned()))
        }
        Err(AskError::Address) => Err(Failure::new(Code::LinkUnknown)),
        Err(AskError::Store(error)) => Err(error.into()),
    }
}

fn joined(app: &App, visit: &Visit, invited: &Invited, already: bool) -> Response {
    let support = support(app, None);
    let settings = app.directory().settings();
    let forward = ::recovery::starting_point(None, &settings, app.endpoint().issuer());
    let page_of = JoinedPage {
        frame: frame(visit, None, &support, &[], false),
        organization: invited.organization.as_ref().map_or("", |organization| &organization.name),
        already,
        forward: forward.as_ref().map(url::Url::as_str),
    };
    page(app, StatusCode::OK, page_of.render(), None)
}

/// With `no-referrer` a browser sends `Origin: null` with our own form.
fn with_own_referrer(mut response: Response) -> Response {
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
