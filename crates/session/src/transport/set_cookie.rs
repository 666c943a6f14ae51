//! One cookie to set or to clear.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::time::{Duration, SystemTime};

use httpdate::HttpDate;
use model::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::SameSite;

/// The longest `set-cookie` line that is issued, in bytes: name, value and attributes together. It is what
/// browsers promise at least (RFC 6265 §6.1); beyond it some drop the cookie without a word.
pub const MAX_SET_COOKIE_BYTES: usize = 4_096;

/// The last second that a date of HTTP can say, in seconds: the end of the year 9999.
const END_OF_DATES: u64 = 253_402_300_799;

/// The attributes of a cookie without its domain and path, in bytes: more than they ever take.
const LONGEST_ATTRIBUTES: usize = 128;

/// All but what JavaScript's `encodeURIComponent` leaves alone, since supertokens-node writes with it.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// A cookie that browsers would drop: the application has put too much into a session's payload.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cookie {name} would have {size} bytes, and browsers keep {MAX_SET_COOKIE_BYTES}")]
pub struct CookieTooLarge {
    /// The cookie.
    pub name: String,
    /// Its size in bytes, attributes included.
    pub size: usize,
}

/// A line `set-cookie` of a response, always HttpOnly. Its value is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SetCookie {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) domain: Option<String>,
    pub(super) path: String,
    pub(super) expires: Timestamp,
    pub(super) secure: bool,
    pub(super) same_site: SameSite,
}

impl SetCookie {
    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value, before it is percent-encoded. A secret.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The domain, if it is not for the host alone.
    pub fn domain(&self) -> Option<&str> {
        self.domain.as_deref()
    }

    /// The path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Until when a browser keeps it, to the second.
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }

    /// Whether it makes the browser forget the cookie.
    pub const fn is_clearing(&self) -> bool {
        self.value.is_empty()
    }

    /// The value of the header (RFC 6265 §4.1.1), its attributes in supertokens-node's order. A secret, unless
    /// it is clearing.
    pub fn line(&self) -> String {
        let value = encoded(&self.value);
        let mut line =
            String::with_capacity(self.name.len() + value.len() + self.path.len() + LONGEST_ATTRIBUTES);
        line += &self.name;
        line.push('=');
        line += &value;
        if let Some(domain) = &self.domain {
            line += "; Domain=";
            line += domain;
        }
        line += "; Path=";
        line += &self.path;
        line += "; Expires=";
        write!(line, "{}", date(self.expires)).expect("a text takes what is written");
        line += "; HttpOnly";
        if self.secure {
            line += "; Secure";
        }
        line += "; SameSite=";
        line += &self.same_site.to_string();
        line
    }

    /// The same, unless it is too large for a browser.
    pub(super) fn fitting(self) -> Result<Self, CookieTooLarge> {
        // Of nearly all cookies that much is plain without writing them: encoding makes three bytes of one at most.
        let domain = self.domain.as_ref().map_or(0, String::len);
        let most = self.name.len() + 3 * self.value.len() + domain + self.path.len() + LONGEST_ATTRIBUTES;
        if most <= MAX_SET_COOKIE_BYTES {
            return Ok(self);
        }
        let size = self.line().len();
        if size > MAX_SET_COOKIE_BYTES { Err(CookieTooLarge { name: self.name, size }) } else { Ok(self) }
    }

    /// Whether a browser keeps only the later of the two.
    pub(super) fn replaces(&self, other: &Self) -> bool {
        (&self.name, &self.domain, &self.path) == (&other.name, &other.domain, &other.path)
    }
}

impl fmt::Debug for SetCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetCookie")
            .field("name", &self.name)
            .field("domain", &self.domain)
            .field("path", &self.path)
            .field("expires", &self.expires)
            .field("is_clearing", &self.is_clearing())
            .finish_non_exhaustive()
    }
}

/// A value as it is sent. Tokens are long and have nothing to encode, which is soon seen: without a branch at each byte,
/// many are looked at at once.
fn encoded(value: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' || byte == b'.';
    if value.bytes().fold(true, |all, byte| all & is_plain(byte)) {
        return value.into();
    }
    utf8_percent_encode(value, ENCODED).into()
}

/// The date as HTTP writes it (RFC 9110 §5.6.7).
fn date(at: Timestamp) -> HttpDate {
    let seconds = u64::try_from(at.as_seconds()).unwrap_or_default().min(END_OF_DATES);
    (SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::transport::candidates::find;

    fn cookie(value: &str) -> SetCookie {
        SetCookie {
            name: "sAccessToken".into(),
            value: value.into(),
            domain: None,
            path: "/".into(),
            expires: Timestamp::from_seconds(0),
            secure: false,
            same_site: SameSite::Lax,
        }
    }

    #[test]
    fn a_line_has_all_attributes() {
        let line = "sAccessToken=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax";
        assert_eq!(cookie("").line(), line);
        let rich = SetCookie {
            value: "a+b/c=; d".into(),
            domain: Some(".example.com".into()),
            expires: Timestamp::from_seconds(1_700_000_000),
            secure: true,
            same_site: SameSite::None,
            ..cookie("")
        };
        assert_eq!(
            rich.line(),
            "sAccessToken=a%2Bb%2Fc%3D%3B%20d; Domain=.example.com; Path=/; \
             Expires=Tue, 14 Nov 2023 22:13:20 GMT; HttpOnly; Secure; SameSite=None"
        );
    }

    #[test]
    fn a_cookie_that_browsers_drop_is_refused_with_its_size() {
        let rest = cookie("").line().len();
        assert!(cookie(&"a".repeat(MAX_SET_COOKIE_BYTES - rest)).fitting().is_ok());
        let refused = cookie(&"a".repeat(MAX_SET_COOKIE_BYTES - rest + 1)).fitting().unwrap_err();
        assert_eq!(refused.size, 4_097);
        assert_eq!(
            refused.to_string(),
            "the cookie sAccessToken would have 4097 bytes, and browsers keep 4096"
        );
        assert!(cookie(&"+".repeat(1_400)).fitting().is_err(), "what is sent counts: three bytes each");
    }

    #[test]
    fn any_time_can_be_written() {
        assert!(date(Timestamp::from_micros(i64::MAX)).to_string().ends_with(" 9999 23:59:59 GMT"));
        assert_eq!(date(Timestamp::from_micros(-1)).to_string(), "Thu, 01 Jan 1970 00:00:00 GMT");
    }

    #[test]
    fn values_are_never_printed() {
        assert!(!format!("{:?}", cookie("secret")).contains("secret"));
    }

    proptest! {
        #[test]
        fn what_is_set_comes_back(value in ".{1,40}") {
            let line = cookie(&value).line();
            let pair = line.split(';').next().unwrap_or_default();
            let [found] = find(["sAccessToken"], [pair.as_bytes()]);
            prop_assert_eq!(found.iter().collect::<Vec<_>>(), [value]);
        }
    }
}
