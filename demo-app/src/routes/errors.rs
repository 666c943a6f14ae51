//! `/session-errors`: each of the five, met for real. A button arranges what leads to the error, then the request that
//! meets it goes out with this browser's own cookies, and what comes back is shown to this browser.

use std::sync::Arc;

use axum::Extension;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::{IntoResponse as _, Redirect, Response};
use toolkit::claim::ClaimValidator;
use toolkit::{Checked, Requirements, Session, SessionContext, SessionFailure, TokenNames};

use crate::app::supporter;
use crate::wire::{Jar, Wire, damaged, jar};
use crate::{pages, path};

/// `GET /session-errors`.
pub(super) async fn overview(session: Option<Session>) -> Response {
    pages::errors(session.is_some())
}

/// Asks the store whether the session has ended.
pub(super) struct Live;

impl Requirements for Live {
    const CHECK_DATABASE: bool = true;
}

/// `GET /session-errors/members`.
pub(super) async fn members(_: Checked<Live>) -> Response {
    pages::open_to("members", "You are signed in, so there is nothing to see here but this.", None)
}

/// Asks for a supporter.
pub(super) struct Supporters;

impl Requirements for Supporters {
    fn validators(global: &[Arc<dyn ClaimValidator>]) -> Vec<Arc<dyn ClaimValidator>> {
        let own: Arc<dyn ClaimValidator> = Arc::new(supporter().is_true());
        global.iter().cloned().chain([own]).collect()
    }
}

/// `GET /session-errors/supporters`.
pub(super) async fn supporters(_: Checked<Supporters>) -> Response {
    pages::open_to("supporters", "Your access token says that you are one.", Some("Stop being one"))
}

/// `POST /session-errors/support`: the claim changes, and a new access token says so at once.
pub(super) async fn support(
    context: SessionContext,
    mut session: Session,
) -> Result<Redirect, SessionFailure> {
    let claim = supporter().claim();
    let is_one = claim.value(&session.payload()).is_some_and(|value| value == true);
    let now = context.sessions().engine().now();
    session.merge_into_payload(claim.setting((!is_one).into(), now)).await?;
    Ok(Redirect::to(if is_one { path::ERRORS } else { path::SUPPORTERS }))
}

/// `POST /session-errors/unauthorised`: the session is ended as from another device, then a page is opened.
pub(super) async fn unauthorised(
    context: SessionContext,
    session: Session,
    Extension(wire): Extension<Wire>,
    request: Request,
) -> Result<Response, SessionFailure> {
    context.sessions().revoke(session.handle()).await?;
    let own = jar(request.headers());
    Ok(meet(&wire, Method::GET, path::MEMBERS, &own, request.headers()).await)
}

/// `POST /session-errors/try-refresh-token`: a page is opened with an access token that is not good any more.
pub(super) async fn try_refresh_token(
    _: Session,
    Extension(wire): Extension<Wire>,
    request: Request,
) -> Response {
    let mut own = jar(request.headers());
    let access = TokenNames::default().access_cookie;
    for (_, token) in own.iter_mut().filter(|(name, _)| *name == access) {
        *token = damaged(token);
    }
    meet(&wire, Method::GET, path::MEMBERS, &own, request.headers()).await
}

/// `POST /session-errors/invalid-claim`: a page is opened that is for supporters only.
pub(super) async fn invalid_claim(
    _: Session,
    Extension(wire): Extension<Wire>,
    request: Request,
) -> Response {
    let own = jar(request.headers());
    meet(&wire, Method::GET, path::SUPPORTERS, &own, request.headers()).await
}

/// `POST /auth/session/refresh/duplicates`: a refresh with an older cookie beside each, as a browser sends after the
/// cookies moved to another domain.
pub(super) async fn duplicates(Extension(wire): Extension<Wire>, request: Request) -> Response {
    let own = jar(request.headers());
    let TokenNames { access_cookie, refresh_cookie, .. } = TokenNames::default();
    let older = own.iter().filter(|(name, _)| *name == access_cookie || *name == refresh_cookie);
    let older: Jar = older.map(|(name, token)| (name.clone(), damaged(token))).collect();
    let both = [older, own].concat();
    meet(&wire, Method::POST, path::SESSION_REFRESH, &both, request.headers()).await
}

async fn meet(wire: &Wire, method: Method, path: &str, jar: &Jar, headers: &HeaderMap) -> Response {
    wire.load(method, path, jar, &agent(headers)).await.into_response()
}

/// What the browser calls itself.
fn agent(headers: &HeaderMap) -> HeaderValue {
    let agent = headers.get(axum::http::header::USER_AGENT).cloned();
    agent.unwrap_or_else(|| HeaderValue::from_static("a browser without a name"))
}
