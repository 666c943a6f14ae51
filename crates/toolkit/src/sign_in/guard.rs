//! What begins again by itself must end: a sealed cookie remembers when it last did.

use http::HeaderMap;
use keys::Sealer;
use model::{Entropy, Timestamp};
use recovery::LoopGuard;

use super::cookies::{self, Cookies, SetCookie};

const NAME: &str = "sSignInAgain";

/// Keeps the [`LoopGuard`] of each browser in a cookie of its own.
#[derive(Debug)]
pub(super) struct Guard {
    pub(super) sealer: Sealer,
    pub(super) cookies: Cookies,
}

impl Guard {
    /// Whether the browser has kept the cookie: one that keeps none would come back for ever.
    pub(super) fn is_kept(&self, headers: &HeaderMap) -> bool {
        self.read(headers).is_some()
    }

    /// Whether it has begun again by itself within a minute. Once is enough here: the second time is no coincidence.
    pub(super) fn is_tired(&self, headers: &HeaderMap, now: Timestamp) -> bool {
        self.read(headers).is_some_and(|guard| guard.counting(now).is_tired(now))
    }

    /// Counts one more.
    pub(super) fn count(&self, headers: &HeaderMap, now: Timestamp, entropy: &dyn Entropy) -> SetCookie {
        let guard = self.read(headers).unwrap_or_default().counting(now);
        let value = self.sealer.seal_text(&guard.to_bytes(), entropy);
        self.cookies.set(&self.cookies.name(NAME), &value, LoopGuard::LIFETIME)
    }

    fn read(&self, headers: &HeaderMap) -> Option<LoopGuard> {
        let name = self.cookies.name(NAME);
        let mut values = cookies::read(headers).filter(|(found, _)| *found == name);
        values.find_map(|(_, value)| Some(LoopGuard::from_bytes(&self.sealer.open_text(value)?)))
    }
}
