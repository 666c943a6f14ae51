//! `GET /sign-in`: begins a sign-in, for our own button and for a provider that sends people to start afresh
//! (OpenID Connect Core §4).

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use client::RequestOptions;

use crate::app::{App, Party};
use crate::trouble::{Trouble, TroublePage, Way};
use crate::{path, pending};

/// What the application asks for itself.
const OWN_SCOPE: &str = "openid profile email offline_access";
/// What the application of somebody else asks for.
const THIRD_PARTY_SCOPE: &str = "openid profile email";
/// The longest e-mail address (RFC 5321 §4.5.3.1.3).
const LONGEST_HINT: usize = 254;

/// `GET /sign-in`.
pub(super) async fn sign_in(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, TroublePage> {
    let wish = Wish::read(query.as_deref().unwrap_or_default(), &app.options.issuer)?;
    let options = RequestOptions {
        scope: OWN_SCOPE,
        login_hint: wish.login_hint.as_deref(),
        ..RequestOptions::default()
    };
    begin(&app, &headers, Party::Own, &options).await
}

/// `GET /unhappy/silent`: asks without a page whether somebody is signed in.
pub(super) async fn silent(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, TroublePage> {
    let options = RequestOptions { scope: OWN_SCOPE, prompt: Some("none"), ..RequestOptions::default() };
    begin(&app, &headers, Party::Own, &options).await
}

/// `GET /third-party/sign-in`: as the application of somebody else, which asks for consent every time.
pub(super) async fn third_party(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, TroublePage> {
    Wish::read(query.as_deref().unwrap_or_default(), &app.options.issuer)?;
    let options =
        RequestOptions { scope: THIRD_PARTY_SCOPE, prompt: Some("consent"), ..RequestOptions::default() };
    begin(&app, &headers, Party::Third, &options).await
}

async fn begin(
    app: &App,
    headers: &HeaderMap,
    party: Party,
    options: &RequestOptions<'_>,
) -> Result<Response, TroublePage> {
    let client =
        app.client(party).await.map_err(|error| Trouble::from(error).page().starting_at(start(party)))?;
    let client = client.ok_or_else(|| Trouble::NoSuchPage.page())?;
    let request = client
        .authorization_request(options, &*app.entropy)
        .expect("no extra parameters are named here, so none can be reserved");
    let mut response = Redirect::to(request.url.as_str()).into_response();
    for cookie in pending::begin(app, headers, party, request.pending) {
        cookie.add_to(&mut response);
    }
    Ok(response)
}

/// Where a sign-in of a party starts.
pub(super) const fn start(party: Party) -> &'static str {
    match party {
        Party::Own => path::SIGN_IN,
        Party::Third => path::THIRD_PARTY_SIGN_IN,
    }
}

/// What a link to `/sign-in` may wish for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wish {
    login_hint: Option<String>,
}

impl Wish {
    /// Only our own provider may send people here, and never on to somewhere else: `target_link_uri` would make an
    /// open redirect of us.
    fn read(query: &str, issuer: &str) -> Result<Self, TroublePage> {
        let refused = || Trouble::BeginningRefused.with(Way::to("Sign in", path::SIGN_IN));
        let (mut iss, mut login_hint) = (None, None);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let slot = match &*name {
                "iss" => &mut iss,
                "login_hint" => &mut login_hint,
                "target_link_uri" => return Err(refused()),
                _ => continue,
            };
            if slot.replace(value.into_owned()).is_some() {
                return Err(refused());
            }
        }
        if iss.is_some_and(|iss| iss != issuer) {
            return Err(refused());
        }
        // A hint that cannot be one is left out: it would only have filled a field.
        let plain = |hint: &String| {
            !hint.is_empty() && hint.len() <= LONGEST_HINT && !hint.chars().any(char::is_control)
        };
        Ok(Self { login_hint: login_hint.filter(plain) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_provider_begins_a_sign_in() {
        let read = |query| Wish::read(query, "http://localhost:3001/oidc").ok();
        let hint = |text: &str| Some(Wish { login_hint: Some(text.to_owned()) });
        assert_eq!(read(""), Some(Wish::default()));
        assert_eq!(
            read("iss=http%3A%2F%2Flocalhost%3A3001%2Foidc&login_hint=a%40b.example"),
            hint("a@b.example")
        );
        assert_eq!(read("login_hint=a%0Ab"), Some(Wish::default()));
        for wrong in [
            "iss=http%3A%2F%2Flocalhost%3A3001",
            "iss=https%3A%2F%2Fevil.example",
            "iss=",
            "target_link_uri=https%3A%2F%2Fevil.example",
            "login_hint=a&login_hint=b",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
