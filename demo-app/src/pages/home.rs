//! The front page, signed out and signed in.

use askama::Template;
use axum::response::Response;
use client::{IdClaims, UserInfo};
use model::Timestamp;
use serde_json::{Map, Value};

use super::{Place, html};
use crate::DemoOptions;
use crate::sessions::Session;

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOut<'a> {
    place: Place,
    email: &'a str,
    password: &'a str,
    endpoint: &'a str,
    third_party: bool,
}

/// The front page for a stranger.
pub(crate) fn signed_out(options: &DemoOptions) -> Response {
    html(&SignedOut {
        place: Place::Home,
        email: &options.user_name_hint.0,
        password: &options.user_name_hint.1,
        endpoint: &options.endpoint,
        third_party: options.third_party.is_some(),
    })
}

#[derive(Template)]
#[template(path = "signed_in.html")]
struct SignedIn<'a> {
    place: Place,
    name: &'a str,
    claims: Vec<(String, String)>,
    scope: &'a str,
    /// Whole minutes that the access token is still good.
    minutes_left: Option<u64>,
    renewable: bool,
    renewals: u32,
}

/// The front page for somebody who is signed in.
pub(crate) fn signed_in(session: &Session, now: Timestamp) -> Response {
    let claims = session.claims();
    html(&SignedIn {
        place: Place::Home,
        name: name(claims),
        claims: rows(claims, &session.userinfo),
        scope: &session.scope,
        minutes_left: session.access_ends_at.map(|end| end.since(now).as_secs() / 60),
        renewable: session.refresh_token.is_some(),
        renewals: session.renewals,
    })
}

#[derive(Template)]
#[template(path = "third_party.html")]
struct ThirdParty<'a> {
    place: Place,
    name: &'a str,
    claims: Vec<(String, String)>,
    scope: &'a str,
}

/// What the application of somebody else was allowed to see.
pub(crate) fn third_party(claims: &IdClaims, userinfo: Option<&UserInfo>, scope: &str) -> Response {
    let none = Map::new();
    let userinfo = userinfo.map_or(&none, |userinfo| &userinfo.other);
    html(&ThirdParty { place: Place::Elsewhere, name: name(claims), claims: rows(claims, userinfo), scope })
}

/// How to address somebody.
fn name(claims: &IdClaims) -> &str {
    let known = ["name", "preferred_username", "username", "email"];
    known.into_iter().find_map(|claim| claims.text(claim)).unwrap_or(&claims.sub)
}

/// Every claim as name and value: of the id token, and what the userinfo endpoint adds or changes.
fn rows(claims: &IdClaims, userinfo: &Map<String, Value>) -> Vec<(String, String)> {
    let mut rows = vec![("iss".to_owned(), claims.iss.clone()), ("sub".to_owned(), claims.sub.clone())];
    rows.extend(claims.sid.iter().map(|sid| ("sid".to_owned(), sid.clone())));
    let mut others = claims.other.clone();
    others.extend(userinfo.clone());
    rows.extend(others.into_iter().map(|(name, value)| match value {
        Value::String(text) => (name, text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            (name, value.to_string())
        }
    }));
    rows
}
