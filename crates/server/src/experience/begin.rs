//! Beginning a flow for a verified request, or once more for a stored one.

use ::oidc::authorize::{AuthorizationRequest, Verified};
use http::HeaderValue;
use keys::opaque::OpaqueSecret;
use model::BrowserSessionId;
use signin::{NewFlow, Reception};
use store::flows::Flow;
use store::purge::TOMBSTONE;

use crate::app::App;
use crate::cookies::Name;
use crate::recovery::reverify;
use crate::visit::Visit;

/// Begins a flow bound to this browser. Returns it with the cookie to be set, if the browser has none yet.
pub(crate) async fn begin(
    app: &App,
    visit: &Visit,
    verified: &Verified,
    session: Option<BrowserSessionId>,
    before: Option<&Flow>,
) -> Result<(Flow, Option<HeaderValue>), store::Error> {
    let (binding, cookie) = if let Some(binding) = visit.browser.binding() {
        (binding, None)
    } else {
        let secret = OpaqueSecret::draw(app.entropy());
        let lives = app.reception.lifetimes.flow + TOMBSTONE;
        (secret.hash(), Some(app.cookies.set(Name::Browser, secret.expose(), lives)))
    };
    let new = NewFlow {
        application: verified.request.client_id,
        request: verified.request.to_text(),
        browser: binding,
        identifier: before.and_then(|flow| flow.identifier.clone()),
        restarted: before.is_some(),
        rehearsal: before.is_some_and(|flow| flow.rehearsal),
        session,
    };
    Ok((Reception::begin(&app.reception, new).await?, cookie))
}

/// The page that a flow begins on.
pub(crate) fn first_page(request: &AuthorizationRequest, flow: &Flow) -> String {
    let page = match (request.register_first, flow.session) {
        (_, Some(_)) => "/consent",
        (true, None) => "/register",
        (false, None) => "/sign-in",
    };
    format!("{page}?flow={}", flow.id)
}

/// Replays the request of this browser's own flow: once, from the first step. `None` when that cannot be.
pub(crate) async fn replay(app: &App, visit: &Visit, flow: &Flow) -> Option<(String, Vec<HeaderValue>)> {
    let verified = reverify(app, flow).await.ok()?;
    if !app.store().claim_replay(flow.id, app.clock().now()).await.ok()? {
        return None;
    }
    let (next, cookie) = begin(app, visit, &verified, None, Some(flow)).await.ok()?;
    Some((first_page(&verified.request, &next), cookie.into_iter().collect()))
}
