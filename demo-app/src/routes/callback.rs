//! `GET /callback`: where the provider sends people back to.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use client::{Client, Tokens, UserInfo};

use super::sign_in::start;
use crate::app::{App, Party};
use crate::sessions::Session;
use crate::trouble::{Trouble, TroublePage, Way};
use crate::{pages, path, pending};

/// `GET /callback`.
pub(super) async fn own(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, TroublePage> {
    let arrival = arrive(&app, &headers, Party::Own, &query.unwrap_or_default()).await?;
    let Arrival { tokens, userinfo, state } = arrival;
    let session = Session {
        id_token: tokens.id_token,
        access_token: tokens.access_token,
        refresh_token: tokens.refresh_token,
        scope: tokens.scope,
        userinfo: userinfo.map(|userinfo| userinfo.other).unwrap_or_default(),
        access_ends_at: tokens.expires_in.map(|span: Duration| app.now().plus(span)),
        renewals: 0,
    };
    let mut response = Redirect::to(path::HOME).into_response();
    app.sessions.begin(&app, &headers, session).add_to(&mut response);
    forget(&app, &state, &mut response);
    Ok(response)
}

/// `GET /third-party/callback`: shows what was allowed, and keeps nothing of it.
pub(super) async fn third_party(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, TroublePage> {
    let Arrival { tokens, userinfo, state } =
        arrive(&app, &headers, Party::Third, &query.unwrap_or_default()).await?;
    let mut response = pages::third_party(&tokens.id_token.claims, userinfo.as_ref(), &tokens.scope);
    forget(&app, &state, &mut response);
    Ok(response)
}

/// Somebody who came back, and is who the provider says.
struct Arrival {
    tokens: Tokens,
    userinfo: Option<UserInfo>,
    state: String,
}

async fn arrive(app: &App, headers: &HeaderMap, party: Party, query: &str) -> Result<Arrival, TroublePage> {
    let begin_again = |trouble: Trouble| trouble.page().starting_at(start(party));
    let state = client::state_of(query).ok_or_else(|| begin_again(Trouble::AnswerWrong))?;
    let Some(pending) = pending::find(app, headers, party, &state) else {
        return Err(if app.used_states.holds(&state) {
            used(app, headers, party)
        } else {
            begin_again(Trouble::AnswerLost)
        });
    };
    let client = app.client(party).await.map_err(|error| begin_again(error.into()))?;
    let client = client.ok_or_else(|| Trouble::NoSuchPage.page())?;
    // From here on this sign-in is over, well or not.
    let over = |trouble: Trouble| begin_again(trouble).setting(pending::end(app, &state));
    let code = client.callback(query, &pending).map_err(|error| over(error.into()))?;
    if !app.used_states.mark(&state) {
        return Err(used(app, headers, party));
    }
    let tokens = client.exchange(code).await.map_err(|error| over(error.into()))?;
    let userinfo = ask(&client, &tokens).await;
    Ok(Arrival { tokens, userinfo, state })
}

/// What the provider says about the person now. The id token is enough to go on without it.
async fn ask(client: &Client, tokens: &Tokens) -> Option<UserInfo> {
    let answer = client.userinfo(&tokens.access_token, &tokens.id_token.claims.sub).await;
    answer.inspect_err(|error| tracing::warn!(%error, "the userinfo endpoint was of no use")).ok()
}

/// The page for an answer that came twice: whoever is signed in goes on, everybody else starts again.
fn used(app: &App, headers: &HeaderMap, party: Party) -> TroublePage {
    match (party, app.sessions.find(app, headers)) {
        (Party::Own, Some(_)) => Trouble::AnswerUsed.page(),
        (Party::Own | Party::Third, _) => Trouble::AnswerUsed.with(Way::to("Start again", start(party))),
    }
}

fn forget(app: &App, state: &str, response: &mut Response) {
    if let Some(cookie) = pending::end(app, state) {
        cookie.add_to(response);
    }
}
