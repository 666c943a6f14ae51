//! `POST /refresh`: renews the tokens of a session.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use client::{Client, ErrorCode, TokenError};
use secrecy::ExposeSecret as _;

use crate::app::{App, Party};
use crate::cookies::SESSION;
use crate::path;
use crate::sessions::Session;
use crate::trouble::{Trouble, TroublePage, Way};

/// `POST /refresh`.
pub(super) async fn refresh(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, TroublePage> {
    let home = || Redirect::to(path::HOME).into_response();
    let Some(found) = app.sessions.find(&app, &headers) else {
        return Err(Trouble::SessionEnded.page().setting([app.cookies.clear(SESSION)]));
    };
    // Two clicks are one renewal: a refresh token is never sent twice at once.
    let _turn = found.turn.lock().await;
    let Some(session) = app.sessions.again(&found) else { return Ok(home()) };
    if session.renewals != found.session.renewals {
        return Ok(home());
    }
    // Whoever is signed in stays signed in while the provider is away.
    let keep = |trouble: Trouble| {
        if trouble == Trouble::ProviderDown {
            trouble.with(Way::to("Back to the front page", path::HOME))
        } else {
            trouble.page()
        }
    };
    let client = app.client(Party::Own).await.map_err(|error| keep(error.into()))?;
    let client = client.expect("our own application is always registered");
    match renew(&app, &client, &session).await {
        Ok(renewed) => {
            app.sessions.replace(&found, renewed);
            Ok(home())
        }
        Err(Renewal::Over) => {
            app.sessions.end(&found);
            Err(Trouble::SessionEnded.page().setting([app.cookies.clear(SESSION)]))
        }
        Err(Renewal::Failed(error)) => Err(keep(error.into())),
    }
}

/// Why tokens were not renewed.
enum Renewal {
    /// They never will be: the session has ended.
    Over,
    /// They may be, later.
    Failed(TokenError),
}

async fn renew(app: &App, client: &Client, session: &Session) -> Result<Session, Renewal> {
    let refresh_token = session.refresh_token.as_ref().ok_or(Renewal::Over)?;
    let subject = &session.claims().sub;
    let refreshed = client.refresh(refresh_token.expose_secret(), subject).await.map_err(|error| {
        if let TokenError::Refused { code: ErrorCode::InvalidGrant, .. } = error {
            Renewal::Over
        } else {
            Renewal::Failed(error)
        }
    })?;
    let mut renewed = session.clone();
    // The userinfo endpoint may be slow or gone: what was known stays then.
    if let Ok(userinfo) = client.userinfo(&refreshed.access_token, subject).await {
        renewed.userinfo = userinfo.other;
    }
    renewed.access_token = refreshed.access_token;
    renewed.access_ends_at = refreshed.expires_in.map(|span| app.now().plus(span));
    renewed.renewals = session.renewals.saturating_add(1);
    if let Some(id_token) = refreshed.id_token {
        renewed.id_token = id_token;
    }
    if let Some(refresh_token) = refreshed.refresh_token {
        renewed.refresh_token = Some(refresh_token);
    }
    if let Some(scope) = refreshed.scope {
        renewed.scope = scope;
    }
    Ok(renewed)
}
