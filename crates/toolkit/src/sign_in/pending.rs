//! Sign-ins on their way: one sealed cookie each, so that several tabs can sign in at once.

use std::time::Duration;

use client::Pending;
use http::HeaderMap;
use keys::Sealer;
use model::{Entropy, Timestamp};
use serde::{Deserialize, Serialize};

use super::cookies::{self, Cookies, SetCookie};
use super::return_to::ReturnTo;

/// What the names of the cookies begin with.
const NAME: &str = "sSignIn-";
/// How long a sign-in may take: an hour, as at most providers, and some minutes for its last page.
const LIFETIME: Duration = Duration::from_secs(3_600 + 600);
/// How many sign-ins a browser may have on their way.
const MOST: usize = 4;
/// How much of a state names its cookie.
const SHORT: usize = 10;

/// A sign-in on its way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Journey {
    /// Below which path it began: an answer for one application is none for another.
    pub(super) below: String,
    pub(super) began_at: Timestamp,
    pub(super) pending: Pending,
    pub(super) return_to: Option<ReturnTo>,
}

/// Writes and reads the cookies of journeys.
#[derive(Debug)]
pub(super) struct Journeys {
    pub(super) sealer: Sealer,
    pub(super) cookies: Cookies,
}

impl Journeys {
    /// The cookies for a sign-in that begins: its own, and an end to the oldest where there are too many.
    pub(super) fn begin(
        &self,
        headers: &HeaderMap,
        journey: &Journey,
        entropy: &dyn Entropy,
    ) -> Vec<SetCookie> {
        let name = self.name_of(&journey.pending.state);
        let name = name.expect("a state of ours is long enough and of letters and digits");
        let json = serde_json::to_vec(journey).expect("plain structures with text keys become JSON");
        let value = self.sealer.seal_text(&json, entropy);

        let prefix = self.cookies.name(NAME);
        let mut earlier: Vec<_> = cookies::read(headers)
            .filter(|(name, _)| name.starts_with(&prefix))
            .map(|(name, value)| (self.open(value).map(|journey| journey.began_at), name))
            .collect();
        // What cannot be opened sorts first.
        earlier.sort_unstable();
        let surplus = (earlier.len() + 1).saturating_sub(MOST);
        let earlier = earlier.into_iter().take(surplus);
        let mut cookies: Vec<_> = earlier.map(|(_, name)| self.cookies.clear(name)).collect();
        cookies.push(self.cookies.set(&name, &value, LIFETIME));
        cookies
    }

    /// The sign-in that an answer belongs to, if this browser began it below this path.
    pub(super) fn find(
        &self,
        headers: &HeaderMap,
        below: &str,
        state: &str,
        now: Timestamp,
    ) -> Option<Journey> {
        let wanted = self.name_of(state)?;
        let candidates = cookies::read(headers).filter(|(name, _)| *name == wanted);
        let mut opened = candidates.filter_map(|(_, value)| self.open(value));
        opened.find(|journey| journey.below == below && now.since(journey.began_at) <= LIFETIME)
    }

    /// Clears the cookie of a sign-in that has ended.
    pub(super) fn end(&self, state: &str) -> Option<SetCookie> {
        self.name_of(state).map(|name| self.cookies.clear(&name))
    }

    fn open(&self, value: &str) -> Option<Journey> {
        serde_json::from_slice(&self.sealer.open_text(value)?).ok()
    }

    /// The name of a cookie; `None` when the state cannot be one of ours.
    fn name_of(&self, state: &str) -> Option<String> {
        let short = state.get(..SHORT)?;
        let ours = short.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        ours.then(|| self.cookies.name(&format!("{NAME}{short}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::SeededEntropy;

    #[test]
    fn only_a_state_of_ours_names_a_cookie() {
        let secret = keys::MasterSecret::draw(&SeededEntropy::new(1));
        let journeys = Journeys { sealer: Sealer::new(&secret, "test"), cookies: Cookies::new(false) };
        assert_eq!(journeys.name_of("abcDEF-_12345").as_deref(), Some("sSignIn-abcDEF-_12"));
        for wrong in ["", "short", "a;b=c;d=efg", "aaaaaaaaa\u{e9}", "aaaaaaaa\r\n"] {
            assert_eq!(journeys.name_of(wrong), None, "{wrong:?}");
        }
    }
}
