//! Sign-ins on their way: one sealed cookie each, so that several tabs can sign in at once.

use axum::http::HeaderMap;
use client::Pending;
use model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::app::{App, Party};
use crate::cookies::{self, PENDING, SetCookie};

/// How long a sign-in may take: an hour, as at the provider, and some minutes for its last page.
const LIFETIME: i64 = 3_600 + 600;
/// How many sign-ins a browser may have on their way.
const MOST: usize = 6;
/// How much of a state names its cookie.
const SHORT: usize = 10;

#[derive(Debug, Serialize, Deserialize)]
struct Sealed {
    party: Party,
    began_at: Timestamp,
    pending: Pending,
}

/// The cookies for a sign-in that begins: its own, and an end to the oldest where there are too many.
pub(crate) fn begin(app: &App, headers: &HeaderMap, party: Party, pending: Pending) -> Vec<SetCookie> {
    let name = name_of(&pending.state).expect("a state of ours is long enough and of letters and digits");
    let sealed = Sealed { party, began_at: app.now(), pending };
    let json = serde_json::to_vec(&sealed).expect("plain structures with text keys become JSON");
    let value = app.sealer.seal_text(&json, &*app.entropy);

    let mut earlier: Vec<(Option<Timestamp>, String)> = cookies::read(headers)
        .filter(|(name, _)| name.starts_with(PENDING))
        .map(|(name, value)| (open(app, &value).map(|sealed| sealed.began_at), name))
        .collect();
    // What cannot be opened sorts first.
    earlier.sort();
    let surplus = (earlier.len() + 1).saturating_sub(MOST);
    let mut cookies: Vec<_> =
        earlier.into_iter().take(surplus).map(|(_, name)| app.cookies.clear(name)).collect();
    cookies.push(app.cookies.set(name, value, Some(LIFETIME)));
    cookies
}

/// The sign-in that an answer belongs to, if this browser began it for this party.
pub(crate) fn find(app: &App, headers: &HeaderMap, party: Party, state: &str) -> Option<Pending> {
    let wanted = name_of(state)?;
    let candidates = cookies::read(headers).filter(|(name, _)| *name == wanted);
    let mut opened = candidates.filter_map(|(_, value)| open(app, &value));
    let lifetime = std::time::Duration::from_secs(LIFETIME.unsigned_abs());
    let fits = |sealed: &Sealed| sealed.party == party && app.now().since(sealed.began_at) <= lifetime;
    opened.find(fits).map(|sealed| sealed.pending)
}

/// Clears the cookie of a sign-in that has ended.
pub(crate) fn end(app: &App, state: &str) -> Option<SetCookie> {
    name_of(state).map(|name| app.cookies.clear(name))
}

fn open(app: &App, value: &str) -> Option<Sealed> {
    serde_json::from_slice(&app.sealer.open_text(value)?).ok()
}

/// The name of a cookie; `None` when the state cannot be one of ours.
fn name_of(state: &str) -> Option<String> {
    let short = state.get(..SHORT)?;
    let ours = short.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    ours.then(|| format!("{PENDING}{short}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_state_of_ours_names_a_cookie() {
        assert_eq!(name_of("abcDEF-_12345").as_deref(), Some("demo-pending-abcDEF-_12"));
        for wrong in ["", "short", "a;b=c;d=efg", "aaaaaaaaa\u{e9}", "aaaaaaaa\r\n"] {
            assert_eq!(name_of(wrong), None, "{wrong:?}");
        }
    }
}
