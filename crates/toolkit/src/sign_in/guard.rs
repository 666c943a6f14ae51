//! What happens again by itself must end: a sealed cookie remembers when it last did.

use http::HeaderMap;
use keys::{Sealer, opaque};
use model::{Entropy, Timestamp};
use recovery::LoopGuard;

use super::cookies::{self, Cookies, SetCookie};
use super::return_to::ReturnTo;

/// How much of a hash names a cookie.
const SHORT: usize = 10;

/// What happens again by itself.
#[derive(Clone, Copy, Debug)]
pub(super) enum Again<'a> {
    /// A sign-in begins anew.
    SignIn,
    /// A session is refreshed for this page. Several tabs may need that at once, each for its own.
    Refresh(&'a ReturnTo),
}

impl Again<'_> {
    fn name(self) -> String {
        match self {
            Self::SignIn => "sSignInAgain".to_owned(),
            Self::Refresh(page) => {
                let hash = opaque::hash_text(page.as_str().as_bytes());
                format!("sRefreshAgain-{}", &hash[..SHORT])
            }
        }
    }
}

/// Keeps the [`LoopGuard`] of each browser in a cookie of its own.
#[derive(Debug)]
pub(super) struct Guard {
    pub(super) sealer: Sealer,
    pub(super) cookies: Cookies,
}

impl Guard {
    /// Whether the browser has kept the cookie: one that keeps none would come back for ever.
    pub(super) fn is_kept(&self, headers: &HeaderMap, what: Again<'_>) -> bool {
        self.read(headers, what).is_some()
    }

    /// Whether it has happened by itself too often within a minute.
    pub(super) fn is_tired(&self, headers: &HeaderMap, what: Again<'_>, now: Timestamp) -> bool {
        let Some(guard) = self.read(headers, what) else { return false };
        match what {
            // A second answer lost within a minute is no coincidence.
            Again::SignIn => guard.counting(now).is_tired(now),
            Again::Refresh(_) => guard.is_tired(now),
        }
    }

    /// Counts one more.
    pub(super) fn count(
        &self,
        headers: &HeaderMap,
        what: Again<'_>,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> SetCookie {
        let guard = self.read(headers, what).unwrap_or_default().counting(now);
        let value = self.sealer.seal_text(&guard.to_bytes(), entropy);
        self.cookies.set(&self.cookies.name(&what.name()), &value, LoopGuard::LIFETIME)
    }

    fn read(&self, headers: &HeaderMap, what: Again<'_>) -> Option<LoopGuard> {
        let name = self.cookies.name(&what.name());
        let mut values = cookies::read(headers).filter(|(found, _)| *found == name);
        values.find_map(|(_, value)| Some(LoopGuard::from_bytes(&self.sealer.open_text(value)?)))
    }
}
