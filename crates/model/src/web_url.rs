//! Addresses that an operator may save and a person may be sent to.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// The longest address that is accepted, in bytes.
const LONGEST: usize = 2_048;

/// An absolute `https:` address without user-info; `http:` only for the loopback host
/// (`spec/failures` §1, C004, C135).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebUrl(Url);

/// Why an address is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebUrlError {
    /// It does not parse as an absolute address, or is too long.
    #[error("an absolute address is expected, such as https://example.com/")]
    Malformed,
    /// A scheme other than https, or http for a host that is not loopback.
    #[error("only https: is accepted (http: for localhost, 127.0.0.1 and [::1] only)")]
    Scheme,
    /// `user@host`, which people mistake for another host.
    #[error("an address with a user name or password is not accepted")]
    UserInfo,
}

impl WebUrl {
    /// Reads and checks an address.
    pub fn parse(text: &str) -> Result<Self, WebUrlError> {
        // The URL standard drops tabs and newlines and maps backslashes; an address that needs that is not
        // what its author meant.
        let plain = text.bytes().all(|byte| byte > b' ' && byte != b'\\' && byte != 0x7f);
        if text.len() > LONGEST || !plain {
            return Err(WebUrlError::Malformed);
        }
        let url = Url::parse(text).map_err(|_| WebUrlError::Malformed)?;
        let secure = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
        if !secure {
            return Err(WebUrlError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() || text.contains('@') && has_user_info(text)
        {
            return Err(WebUrlError::UserInfo);
        }
        Ok(Self(url))
    }

    /// The parsed address.
    pub const fn as_url(&self) -> &Url {
        &self.0
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Scheme, host and port, as browsers compare them.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }
}

/// Whether the host is this machine by name or number.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// An empty user-info (`https://@host`) parses away, yet is written to mislead.
fn has_user_info(text: &str) -> bool {
    let after_scheme = text.split_once("//").map_or("", |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or("");
    authority.contains('@')
}

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for WebUrl {
    type Error = WebUrlError;

    fn try_from(text: String) -> Result<Self, WebUrlError> {
        Self::parse(&text)
    }
}

impl From<WebUrl> for String {
    fn from(url: WebUrl) -> Self {
        url.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c004_c135_only_https_and_loopback_are_accepted() {
        for good in [
            "https://example.com",
            "https://a.example/x?y=1#z",
            "http://localhost:3000/",
            "http://127.0.0.1:1",
        ] {
            assert!(WebUrl::parse(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("http://example.com/", WebUrlError::Scheme),
            ("http://localhost.example.com/", WebUrlError::Scheme),
            ("javascript:alert(1)", WebUrlError::Scheme),
            ("data:text/html,x", WebUrlError::Scheme),
            ("vbscript:x", WebUrlError::Scheme),
            ("file:///etc/passwd", WebUrlError::Scheme),
            ("blob:https://example.com/x", WebUrlError::Scheme),
            ("//example.com", WebUrlError::Malformed),
            ("/path", WebUrlError::Malformed),
            ("https:\\\\example.com", WebUrlError::Malformed),
            ("java\tscript:alert(1)", WebUrlError::Malformed),
            ("https://example.com/\r\nX: y", WebUrlError::Malformed),
            ("https://user@example.com/", WebUrlError::UserInfo),
            ("https://user:pass@example.com/", WebUrlError::UserInfo),
            ("https://@example.com/", WebUrlError::UserInfo),
        ] {
            assert_eq!(WebUrl::parse(bad).err(), Some(why), "{bad}");
        }
        assert!(WebUrl::parse("https://example.com/users/@me").is_ok(), "an @ in the path is no user-info");
        assert_eq!(
            WebUrl::parse(&format!("https://e.example/{}", "a".repeat(2_100))),
            Err(WebUrlError::Malformed)
        );
    }
}
