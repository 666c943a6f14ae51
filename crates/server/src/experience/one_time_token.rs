//! `/one-time-token`: where an authorization request with a one-time token leads, a page with one button.
//!
//! The token is kept in a cookie, never in the flow's request, so that a replayed request has none. Opening the page
//! changes nothing (C159); a dead token leaves the sign-in open for every other way.

use std::sync::Arc;

use accounts::Identifier;
use axum::Extension;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::response::Response;
use fault::Code;
use http::{HeaderValue, StatusCode};
use keys::opaque;
use model::FlowId;
use pages::OneTimeTokenPage;
use serde::Deserialize;
use signin::{Guest, TokenError};
use store::flows::Flow;
use store::one_time_tokens::{OneTimeToken, TokenStanding};

use super::sign_in::FlowQuery;
use super::whereabouts::Whereabouts;
use super::{frame, support, unreadable_form, unreadable_query};
use crate::app::App;
use crate::cookies::{DAY, Name, attach};
use crate::recovery::{Failure, reverify, see_other};
use crate::visit::Visit;

/// What the form posts.
#[derive(Deserialize)]
pub(crate) struct TokenForm {
    #[serde(default)]
    flow: String,
    #[serde(default)]
    nonce: String,
    switch: Option<String>,
}

/// Where a flow with a token begins, and the cookie that keeps the token.
pub(crate) fn first_page(app: &App, flow: FlowId, token: &str) -> (String, HeaderValue) {
    (path(flow), app.cookies.set(Name::OneTimeToken, token, DAY))
}

/// `GET /one-time-token`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<FlowQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    let Query(query) = query.map_err(unreadable_query)?;
    let flow = live(&app, &visit, query.flow.as_deref()).await?;
    let token = match active(&app, &visit, &flow).await {
        Ok(token) => token,
        Err(failure) => return after_use(&app, &visit, &flow, failure).await,
    };
    let session = visit.session(&app).await?;
    let nonce = app.reception.link_key.nonce(token.id, &flow.browser_hash);
    let newcomer = match app.reception.token_holder(&token, session.as_ref()).await? {
        Guest::SignedIn(_) | Guest::Member => false,
        Guest::Newcomer => true,
        Guest::SomebodyElse => {
            let (follows, stay) = (path(flow.id), sign_in(&flow));
            return Err(Failure::new(Code::LinkOtherAccount).flow(flow).follows(follows, stay).nonce(nonce));
        }
    };
    let id = flow.id.to_string();
    let here = Whereabouts::of(&app, &visit, Some(&id)).await?;
    let support = support(&app, here.application());
    let page_of = OneTimeTokenPage {
        frame: frame(&visit, here.application(), &support, &[], false),
        flow: &id,
        person: &token.address.hint(),
        newcomer,
        nonce: &nonce,
    };
    Ok(here.page(&app, StatusCode::OK, page_of.render()))
}

/// `POST /one-time-token`.
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    Extension(visit): Extension<Arc<Visit>>,
    query: Result<Query<FlowQuery>, QueryRejection>,
    form: Result<Form<TokenForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(unreadable_form)?;
    let Query(query) = query.map_err(unreadable_query)?;
    let named = if form.flow.is_empty() { query.flow.as_deref() } else { Some(form.flow.as_str()) };
    let flow = live(&app, &visit, named).await?;
    let token = match active(&app, &visit, &flow).await {
        Ok(token) => token,
        Err(failure) => return after_use(&app, &visit, &flow, failure).await,
    };
    let nonce = app.reception.link_key.nonce(token.id, &flow.browser_hash);
    if !opaque::equal(form.nonce.as_bytes(), nonce.as_bytes()) {
        return Ok(see_other(&path(flow.id)));
    }
    let session = visit.session(&app).await?;
    let kept = session.as_ref().filter(|_| form.switch.is_none());
    if app.reception.token_holder(&token, kept).await? == Guest::SomebodyElse {
        return Ok(see_other(&path(flow.id)));
    }
    let visitor = visit.visitor(&app, session.as_ref());
    match app.reception.sign_in_by_one_time_token(&token, flow.id, &visitor).await {
        Ok(arrival) => {
            let mut response = see_other(&sign_in(&flow));
            let lives = app.reception.lifetimes.session_absolute;
            attach(&mut response, app.cookies.set(Name::Session, arrival.cookie.expose(), lives));
            attach(&mut response, app.cookies.set_device(arrival.session.user));
            Ok(response)
        }
        // Somebody was quicker: the page says what became of it.
        Err(TokenError::Over) => Ok(see_other(&path(flow.id))),
        Err(error @ TokenError::Held) => Err(Failure::new(Code::AccessDenied).flow(flow).cause(&error)),
        Err(TokenError::Suspended) => Err(Failure::new(Code::AccountSuspended).flow(flow)),
        Err(TokenError::Store(error)) => Err(error.into()),
    }
}

fn path(flow: FlowId) -> String {
    format!("/one-time-token?flow={flow}")
}

fn sign_in(flow: &Flow) -> String {
    format!("/sign-in?flow={}", flow.id)
}

async fn live(app: &App, visit: &Visit, flow: Option<&str>) -> Result<Flow, Failure> {
    Failure::of_standing(app.reception.standing(flow, &visit.browser).await?)
}

/// A second post, and a page that is opened again, go on where the first one has signed in (F14). The flow is read anew:
/// the first one may have been at it between our looks at flow and token.
async fn after_use(app: &App, visit: &Visit, flow: &Flow, failure: Failure) -> Result<Response, Failure> {
    if failure.details().code != Code::LinkUsed {
        return Err(failure);
    }
    let now = live(app, visit, Some(&flow.id.to_string())).await?;
    if now.signed_in_at.is_some() { Ok(see_other(&sign_in(&now))) } else { Err(failure) }
}

/// The active token that this browser brought along. Only for a genuine one the ends are told apart.
async fn active(app: &App, visit: &Visit, flow: &Flow) -> Result<OneTimeToken, Failure> {
    // No new one can be asked for here: the application sends them. The sign-in itself is still good.
    let over = |code: Code| Failure::new(code).flow(flow.clone()).instead(sign_in(flow));
    let presented = app.cookies.values(&visit.headers, Name::OneTimeToken).into_iter().next();
    let found = match presented {
        Some(text) => app.reception.one_time_token(&text).await?,
        None => None,
    };
    let token = found.ok_or_else(|| over(Code::LinkUnknown))?;
    if !is_meant(app, flow, &token).await {
        return Err(over(Code::LinkUnknown));
    }
    match token.standing(app.clock().now()) {
        TokenStanding::Active => Ok(token),
        TokenStanding::Consumed => Err(over(Code::LinkUsed)),
        TokenStanding::Expired => Err(over(Code::LinkExpired)),
        TokenStanding::Replaced => Err(over(Code::LinkReplaced)),
        TokenStanding::Revoked => Err(over(Code::LinkRevoked)),
    }
}

/// Whether the token is for this sign-in: at its application, where it is for one (C158), and of its owner: the
/// `login_hint`, where there is one, is the token's address.
async fn is_meant(app: &App, flow: &Flow, token: &OneTimeToken) -> bool {
    if token.application.is_some_and(|application| application != flow.application) {
        return false;
    }
    let Ok(verified) = reverify(app, flow).await else { return false };
    verified.request.login_hint.is_none_or(|hint| {
        Identifier::email(&hint).is_ok_and(|hinted| hinted.key_text() == token.address_key)
    })
}
