//! The front page, signed out and signed in.

use askama::Template;
use axum::http::Response;
use axum::response::Html;
use bytes::Bytes;
use model::Timestamp;
use toolkit::{Session, SessionRecord};

use super::{Place, device, document, html, moment};
use crate::DemoOptions;
use crate::profile::{Profile, text};

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOut<'a> {
    place: Place,
    email: &'a str,
    password: &'a str,
    provider: Option<&'a (String, String)>,
    endpoint: &'a str,
    third_party: bool,
    letters: bool,
}

/// The front page for a stranger.
pub(crate) fn signed_out(options: &DemoOptions) -> Html<String> {
    html(&SignedOut {
        place: Place::Home,
        email: &options.user_name_hint.0,
        password: &options.user_name_hint.1,
        provider: options.provider_hint.as_ref(),
        endpoint: &options.endpoint,
        third_party: options.third_party.is_some(),
        letters: options.letters.is_some(),
    })
}

#[derive(Template)]
#[template(path = "signed_in.html")]
struct SignedIn<'a> {
    place: Place,
    profile: Profile,
    /// Whole minutes that the provider's access token is still good.
    minutes_left: Option<u64>,
    session: Shown<'a>,
    generation: u32,
    access_ends: String,
    in_token: Vec<(String, String)>,
    all: Vec<Shown<'a>>,
}

/// A session as its owner sees it.
struct Shown<'a> {
    handle: String,
    device: &'a str,
    created: String,
    last_used: String,
    ends: String,
    is_this: bool,
}

impl<'a> Shown<'a> {
    fn of(record: &'a SessionRecord, this: &SessionRecord) -> Self {
        Self {
            handle: record.handle().to_string(),
            device: device(&record.last_use),
            created: moment(record.first_use.at),
            last_used: moment(record.last_use.at),
            ends: moment(record.expires_at()),
            is_this: record.handle() == this.handle(),
        }
    }
}

/// The front page for somebody who is signed in, with this session and all of theirs.
pub(crate) fn signed_in(
    session: &Session,
    record: &SessionRecord,
    all: &[SessionRecord],
    now: Timestamp,
) -> Html<String> {
    let profile = Profile::read_from(&record.data);
    let in_token = session.payload().iter().map(|(name, value)| (name.clone(), text(value))).collect();
    html(&SignedIn {
        place: Place::Home,
        minutes_left: profile.access_ends_at.map(|end| end.since(now).as_secs() / 60),
        profile,
        session: Shown::of(record, record),
        generation: record.chain.generation,
        access_ends: moment(session.token().expires_at()),
        in_token,
        all: all.iter().map(|one| Shown::of(one, record)).collect(),
    })
}

#[derive(Template)]
#[template(path = "third_party.html")]
struct ThirdParty<'a> {
    place: Place,
    profile: &'a Profile,
}

/// What the application of somebody else was allowed to see.
pub(crate) fn third_party(profile: &Profile) -> Response<Bytes> {
    document(html(&ThirdParty { place: Place::Elsewhere, profile }))
}
