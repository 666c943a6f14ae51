//! `/sign-out`: ends the session here, then at the provider (OpenID Connect RP-Initiated Logout).

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use secrecy::ExposeSecret as _;

use crate::app::{App, Party};
use crate::cookies::SESSION;
use crate::sessions::Session;
use crate::{pages, path};

/// `GET /sign-out`: asks, as a link must not sign anybody out.
pub(super) async fn ask(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    match app.sessions.find(&app, &headers) {
        Some(_) => pages::sign_out(),
        None => pages::left(),
    }
}

/// `POST /sign-out`.
pub(super) async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let Some(found) = app.sessions.find(&app, &headers) else {
        return Redirect::to(path::SIGNED_OUT).into_response();
    };
    app.sessions.end(&found);
    let next = at_the_provider(&app, &found.session).await;
    let mut response = Redirect::to(next.as_deref().unwrap_or(path::SIGNED_OUT)).into_response();
    app.cookies.clear(SESSION).add_to(&mut response);
    response
}

/// Where the provider ends its session. When it cannot be asked, the person is at least signed out here.
async fn at_the_provider(app: &App, session: &Session) -> Option<String> {
    let client = app.client(Party::Own).await.inspect_err(|error| {
        tracing::warn!(%error, "somebody signed out here only, as the provider cannot be reached");
    });
    let hint = session.id_token.text.expose_secret();
    let url = client.ok()??.end_session_url(Some(hint), &app.at(path::SIGNED_OUT), None);
    url.map(Into::into)
}
