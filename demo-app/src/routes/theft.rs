//! A theft, played by a second browser: it has a copy of the cookies, refreshes first, and uses what it got. Then the
//! owner comes back with a refresh token that was replaced by somebody else.

use axum::Extension;
use axum::extract::Request;
use axum::http::{HeaderValue, Method};
use axum::response::{IntoResponse as _, Redirect, Response};
use form_urlencoded::Serializer;
use model::Timestamp;
use toolkit::{Session, SessionContext, SessionFailure};

use super::errors::Live;
use crate::app::WINDOW;
use crate::wire::{Wire, jar, keep};
use crate::{pages, path};

/// `POST /auth/session/refresh/stolen`.
pub(super) async fn steal(
    context: SessionContext,
    session: Session,
    Extension(wire): Extension<Wire>,
    request: Request,
) -> Result<Response, SessionFailure> {
    let mut stolen = jar(request.headers());
    // A token that was handed out a moment ago is not replaced yet, whoever shows it.
    wait_for(&context, session.record().await?.chain.handed_out_at).await;
    let thief = HeaderValue::from_static("The second browser");
    let refreshed = wire.load(Method::GET, path::SESSION_REFRESH, &stolen, &thief).await;
    keep(&mut stolen, &refreshed);
    let used = wire.load(Method::GET, path::MEMBERS, &stolen, &thief).await;
    let generation = session.record().await?.chain.generation;
    Ok(pages::stolen(refreshed.status(), used.status(), generation).into_response())
}

/// `POST /session-errors/owner`: the owner refreshes, as their next page would.
pub(super) async fn owner(
    context: SessionContext,
    session: toolkit::Checked<Live>,
) -> Result<Redirect, SessionFailure> {
    let chain = session.record().await?.chain;
    wait_for(&context, chain.confirmed_at.unwrap_or(chain.handed_out_at)).await;
    let query = Serializer::new(String::new()).append_pair("return_to", path::ERRORS).finish();
    Ok(Redirect::to(&format!("{}?{query}", path::SESSION_REFRESH)))
}

/// Within the window two refreshes may be one browser with a bad connection. Only later they are a theft.
async fn wait_for(context: &SessionContext, since: Timestamp) {
    let past = context.sessions().engine().now().since(since);
    tokio::time::sleep(WINDOW.saturating_sub(past)).await;
}
