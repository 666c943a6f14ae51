//! Beginning a flow for a verified request, or once more for a stored one.

use ::oidc::authorize::{AuthorizationRequest, Verified};
use http::HeaderValue;
use keys::opaque::{self, OpaqueSecret};
use model::BrowserSessionId;
use signin::NewFlow;
use store::flows::Flow;
use store::purge::TOMBSTONE;

use crate::app::App;
use crate::cookies::Name;
use crate::recovery::reverify;
use crate::visit::Visit;

/// Begins a flow bound to this browser. Returns it with the cookie to be set. A flow that replays
/// another claims that replay in the same unit; none when it is taken.
pub(crate) async fn begin(
    app: &App,
    visit: &Visit,
    verified: &Verified,
    session: Option<BrowserSessionId>,
    before: Option<&Flow>,
) -> Result<Option<(Flow, HeaderValue)>, store::Error> {
    let (binding, cookie) = binding(app, visit);
    let new = NewFlow {
        application: verified.request.client_id,
        request: verified.request.to_text(),
        browser: binding,
        identifier: before.and_then(|flow| flow.identifier.clone()),
        restarted: before.is_some(),
        rehearsal: before.is_some_and(|flow| flow.rehearsal),
        session,
    };
    let flow = match before {
        None => Some(app.reception.begin(new).await?),
        Some(before) => app.reception.begin_again(before, new).await?,
    };
    Ok(flow.map(|flow| (flow, cookie)))
}

/// What flows and links are bound to in this browser, with the cookie to be set: anew with its full life each time, so
/// that it outlives them.
pub(crate) fn binding(app: &App, visit: &Visit) -> ([u8; 32], HeaderValue) {
    let lives = app.reception.lifetimes.flow + TOMBSTONE;
    let kept = app.cookies.values(&visit.headers, Name::Browser).into_iter().next();
    if let Some(value) = kept {
        (opaque::hash(value.as_bytes()), app.cookies.set(Name::Browser, &value, lives))
    } else {
        let secret = OpaqueSecret::draw(app.entropy());
        (secret.hash(), app.cookies.set(Name::Browser, secret.expose(), lives))
    }
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
    let (next, cookie) = begin(app, visit, &verified, None, Some(flow)).await.ok()??;
    Some((first_page(&verified.request, &next), vec![cookie]))
}
