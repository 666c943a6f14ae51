//! The cookies of the provider: names, attributes, sealing.
//!
//! | cookie | holds | lives |
//! |---|---|---|
//! | `onward-browser` | a random value that flows and links are bound to | as long as a flow and its tombstone |
//! | `onward-session` | a random value that names the session | as long as the session may |
//! | `onward-device` | sealed: whose sign-in this browser has seen, and a random name of it | a year |
//! | `onward-way-back` | sealed: at most three of (application, flow, time) | a day |
//! | `onward-guard` | sealed: when the browser was last sent on by itself | a minute |
//! | `onward-invitation` | the token of an invitation that was opened | a day |
//! | `onward-link` | the token of a link that was opened | a day |
//! | `onward-one-time-token` | a one-time token that an application sent along | a day |
//! | `onward-rehearsal` | sealed: failures here are rehearsed | ten minutes |
//!
//! Over https each carries the `__Host-` prefix and `Secure`; on loopback over plain http neither, as some
//! browsers would drop it (C111).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ::recovery::{LoopGuard, WayBack};
use accounts::throttle::Device;
use cookie::{Cookie, SameSite};
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use keys::{MasterSecret, Sealer};
use model::{Entropy, UserId, entropy};

pub(crate) const DAY: Duration = Duration::from_secs(24 * 3_600);

/// A cookie of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Browser,
    Device,
    Guard,
    Invitation,
    Link,
    OneTimeToken,
    Rehearsal,
    Session,
    WayBack,
}

impl Name {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "onward-browser",
            Self::Device => "onward-device",
            Self::Guard => "onward-guard",
            Self::Invitation => "onward-invitation",
            Self::Link => "onward-link",
            Self::OneTimeToken => "onward-one-time-token",
            Self::Rehearsal => "onward-rehearsal",
            Self::Session => "onward-session",
            Self::WayBack => "onward-way-back",
        }
    }
}

/// Reads and writes them.
pub(crate) struct Cookies {
    secure: bool,
    device: Sealer,
    guard: Sealer,
    way_back: Sealer,
    entropy: Arc<dyn Entropy>,
}

impl Cookies {
    pub(crate) fn new(secret: &MasterSecret, secure: bool, entropy: Arc<dyn Entropy>) -> Self {
        let sealer = |name: Name| Sealer::new(secret, name.as_str());
        Self {
            secure,
            device: sealer(Name::Device),
            guard: sealer(Name::Guard),
            way_back: sealer(Name::WayBack),
            entropy,
        }
    }

    /// Every value of a cookie: a browser may send several of one name, and none is trusted for coming first
    /// (C122).
    pub(crate) fn values(&self, headers: &HeaderMap, name: Name) -> Vec<String> {
        let wanted = self.full_name(name);
        let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let values = pairs.filter(|(name, value)| *name == wanted && !value.is_empty());
        values.map(|(_, value)| value.to_owned()).take(4).collect()
    }

    /// Sets a cookie.
    pub(crate) fn set(&self, name: Name, value: &str, lives: Duration) -> HeaderValue {
        let lives = cookie::time::Duration::try_from(lives).unwrap_or(cookie::time::Duration::MAX);
        self.header(Cookie::build((self.full_name(name), value)).max_age(lives))
    }

    /// Clears a cookie, with the attributes it was set with (C126).
    pub(crate) fn clear(&self, name: Name) -> HeaderValue {
        self.header(Cookie::build((self.full_name(name), "")).max_age(cookie::time::Duration::ZERO))
    }

    pub(crate) fn way_back(&self, headers: &HeaderMap) -> WayBack {
        self.opened(headers, Name::WayBack, &self.way_back)
            .map_or_else(WayBack::default, |b| WayBack::from_bytes(&b))
    }

    pub(crate) fn set_way_back(&self, way_back: &WayBack) -> HeaderValue {
        self.set(Name::WayBack, &self.way_back.seal_text(&way_back.to_bytes(), &*self.entropy), DAY)
    }

    pub(crate) fn guard(&self, headers: &HeaderMap) -> LoopGuard {
        self.opened(headers, Name::Guard, &self.guard)
            .map_or_else(LoopGuard::default, |b| LoopGuard::from_bytes(&b))
    }

    pub(crate) fn set_guard(&self, guard: &LoopGuard) -> HeaderValue {
        let sealed = self.guard.seal_text(&guard.to_bytes(), &*self.entropy);
        self.set(Name::Guard, &sealed, LoopGuard::LIFETIME)
    }

    /// Whose sign-in this browser has seen, and which browser it is.
    pub(crate) fn device(&self, headers: &HeaderMap) -> Option<(UserId, Device)> {
        let bytes = self.opened(headers, Name::Device, &self.device)?;
        let (user, device) = bytes.split_first_chunk::<16>()?;
        Some((UserId::from_bytes(*user), Device(device.try_into().ok()?)))
    }

    pub(crate) fn set_device(&self, user: UserId) -> HeaderValue {
        let device: [u8; 16] = entropy::draw(&*self.entropy);
        let sealed = self.device.seal_text(&[*user.as_bytes(), device].concat(), &*self.entropy);
        self.set(Name::Device, &sealed, DAY * 365)
    }

    fn opened(&self, headers: &HeaderMap, name: Name, sealer: &Sealer) -> Option<Vec<u8>> {
        self.values(headers, name).iter().find_map(|value| sealer.open_text(value))
    }

    fn full_name(&self, name: Name) -> String {
        let prefix = if self.secure { "__Host-" } else { "" };
        format!("{prefix}{}", name.as_str())
    }

    fn header(&self, cookie: cookie::CookieBuilder<'_>) -> HeaderValue {
        let cookie = cookie.path("/").http_only(true).secure(self.secure).same_site(SameSite::Lax).build();
        HeaderValue::try_from(cookie.to_string()).expect("names and values of ours are plain text")
    }
}

impl fmt::Debug for Cookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cookies(…)")
    }
}

/// Adds a cookie to a response.
pub(crate) fn attach(response: &mut axum::response::Response, cookie: HeaderValue) {
    response.headers_mut().append(SET_COOKIE, cookie);
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::SeededEntropy;

    fn cookies(secure: bool) -> Cookies {
        let entropy = Arc::new(SeededEntropy::new(1));
        Cookies::new(&MasterSecret::draw(&*entropy), secure, entropy)
    }

    #[test]
    fn c111_attributes_and_prefix() {
        let set = cookies(true).set(Name::Session, "x", DAY);
        assert_eq!(set, "__Host-onward-session=x; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=86400");
        let plain = cookies(false).set(Name::Session, "x", DAY);
        assert_eq!(plain, "onward-session=x; HttpOnly; SameSite=Lax; Path=/; Max-Age=86400");
    }

    #[test]
    fn c122_every_value_of_a_name_is_a_candidate() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=b; onward-session=1; onward-session=2".parse().unwrap());
        headers.append(COOKIE, "onward-session=3; onward-sessions=4; onward-session=".parse().unwrap());
        assert_eq!(cookies(false).values(&headers, Name::Session), ["1", "2", "3"]);
        assert!(cookies(true).values(&headers, Name::Session).is_empty(), "the prefix is part of the name");
    }

    #[test]
    fn c124_cookies_stay_far_below_4096_bytes() {
        let mut way_back = WayBack::default();
        for n in 0..5_u8 {
            way_back = way_back.with(::recovery::Visit {
                application: model::ApplicationId::from_bytes([n; 16]),
                flow: model::FlowId::from_bytes([n; 16]),
                at: model::Timestamp::from_seconds(0),
            });
        }
        assert!(cookies(true).set_way_back(&way_back).len() < 512);
    }
}
