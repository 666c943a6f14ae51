//! Redirect URIs: what may be registered, and when a presented one matches.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::ApplicationKind;
use crate::web_url::is_loopback;

/// The longest redirect URI that is accepted, in bytes.
const LONGEST: usize = 2_048;

/// A registered redirect URI, kept exactly as written: it is compared as a string (RFC 9700 §2.1, C001).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

/// Why a redirect URI may not be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriError {
    /// Not an absolute URI, or too long, or with characters that parsers disagree about.
    #[error("an absolute URI is expected, such as https://app.example.com/callback")]
    Malformed,
    /// RFC 6749 §3.1.2 forbids a fragment, an empty one too.
    #[error("a redirect URI has no fragment (RFC 6749 section 3.1.2)")]
    Fragment,
    /// A scheme that runs script or reads files, or http for a host that is not loopback.
    #[error(
        "this scheme is not accepted: use https: (http: for the loopback host only; native applications may use a scheme in reverse domain form, such as com.example.app:)"
    )]
    Scheme,
    /// `user@host`.
    #[error("a redirect URI with a user name or password is not accepted")]
    UserInfo,
}

impl RedirectUri {
    /// Checks a URI for registration with an application of this kind.
    pub fn register(text: &str, kind: ApplicationKind) -> Result<Self, RedirectUriError> {
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        if text.len() > LONGEST || !plain {
            return Err(RedirectUriError::Malformed);
        }
        if text.contains('#') {
            return Err(RedirectUriError::Fragment);
        }
        let url = Url::parse(text).map_err(|_| RedirectUriError::Malformed)?;
        let accepted = match url.scheme() {
            "https" => true,
            "http" => is_loopback(&url),
            // RFC 8252 §7.1: a private-use scheme is a domain name in reverse, so it contains a period.
            private_use => kind == ApplicationKind::Native && private_use.contains('.'),
        };
        if !accepted {
            return Err(RedirectUriError::Scheme);
        }
        let authority = text.split_once("//").map_or("", |(_, rest)| rest);
        let authority = authority.split(['/', '?']).next().unwrap_or("");
        if authority.contains('@') {
            return Err(RedirectUriError::UserInfo);
        }
        Ok(Self(text.to_owned()))
    }

    /// Whether a presented URI is this one: the same string, or, for a native application on an IP literal of
    /// the loopback interface, the same but for the port (RFC 8252 §7.3, C002).
    pub fn matches(&self, presented: &str, kind: ApplicationKind) -> bool {
        self.0 == presented
            || (kind == ApplicationKind::Native
                && without_loopback_port(&self.0)
                    .is_some_and(|registered| without_loopback_port(presented).as_ref() == Some(&registered)))
    }

    /// The text, exactly as registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The origin of an http or https URI: which pages may call from it (C127).
    pub fn origin(&self) -> Option<String> {
        let url = Url::parse(&self.0).ok()?;
        matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
    }
}

/// The text before and after the port of an `http:` URI whose host is `127.0.0.1` or `[::1]`.
fn without_loopback_port(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("http://")?;
    let host = ["127.0.0.1", "[::1]"].into_iter().find(|host| rest.starts_with(host))?;
    let after_host = &rest[host.len()..];
    let tail = match after_host.strip_prefix(':') {
        None => after_host,
        Some(port_and_tail) => {
            let digits = port_and_tail.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 || port_and_tail[..digits].parse::<u16>().is_err() {
                return None;
            }
            &port_and_tail[digits..]
        }
    };
    // Anything else after the port (a letter, an @) would be another host.
    let whole = Url::parse(text).ok()?;
    let loopback = matches!(whole.host(), Some(Host::Ipv4(a)) if a.is_loopback())
        || matches!(whole.host(), Some(Host::Ipv6(a)) if a.is_loopback());
    (loopback && (tail.is_empty() || tail.starts_with(['/', '?'])) && !tail.contains(['#', '\\']))
        .then_some((host, tail))
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ApplicationKind::{Native, Spa, Web};

    #[test]
    fn c001_a_redirect_uri_is_compared_as_an_exact_string() {
        let registered = RedirectUri::register("https://app.example.com/cb?x=1", Web).unwrap();
        assert!(registered.matches("https://app.example.com/cb?x=1", Web));
        for near_miss in [
            "",
            "https",
            "https://",
            "https://app.example.com",
            "https://app.example.com/",
            "https://app.example.com/cb",
            "https://app.example.com/cb?x=2",
            "https://app.example.com/cb?x=1&",
            "https://app.example.com/cb?x=1&y=2",
            "https://app.example.com/cb?X=1",
            "https://app.example.com/CB?x=1",
            "https://APP.example.com/cb?x=1",
            "HTTPS://app.example.com/cb?x=1",
            "http://app.example.com/cb?x=1",
            "https://app.example.com:443/cb?x=1",
            "https://app.example.com:8443/cb?x=1",
            "https://app.example.com./cb?x=1",
            "https://app.example.com/cb/?x=1",
            "https://app.example.com//cb?x=1",
            "https://app.example.com/./cb?x=1",
            "https://app.example.com/a/../cb?x=1",
            "https://app.example.com/%63b?x=1",
            "https://app.example.com/cb%2e?x=1",
            "https://app.example.com/cb%2f?x=1",
            "https://app.example.com/cb?x=%31",
            "https://app.example.com/cb?x=1#",
            "https://app.example.com/cb?x=1#f",
            "https://app.example.com/cb?x=1%00",
            "https://app.example.com/cb?x=1\0",
            "https://app.example.com/cb?x=1 ",
            " https://app.example.com/cb?x=1",
            "https://app.example.com/cb?x=1\t",
            "https://app.example.com/cb?x=1\n",
            "ht\ttps://app.example.com/cb?x=1",
            "https:\\\\app.example.com\\cb?x=1",
            "https:/app.example.com/cb?x=1",
            "https:app.example.com/cb?x=1",
            "https:///app.example.com/cb?x=1",
            "//app.example.com/cb?x=1",
            "/cb?x=1",
            "https://user@app.example.com/cb?x=1",
            "https://@app.example.com/cb?x=1",
            "https://a:b@app.example.com/cb?x=1",
            "https://app.example.com@evil.example/cb?x=1",
            "https://evil.example/https://app.example.com/cb?x=1",
            "https://evil.example\\@app.example.com/cb?x=1",
            "https://app.example.com.evil.example/cb?x=1",
            "https://evilapp.example.com/cb?x=1",
            "https://app.example.com%2eevil.example/cb?x=1",
            "https://app.example.com%00.evil.example/cb?x=1",
            "https://app\u{ff0e}example.com/cb?x=1",
            "https://\u{430}pp.example.com/cb?x=1",
            "https://xn--pp-7kc.example.com/cb?x=1",
            "https://app.example.com/cb;?x=1",
            "https://app.example.com/cb?x=1;",
            "https://app.example.com/cb?x=1?",
            "https://*.example.com/cb?x=1",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://app.example.com/cb?x=1https://app.example.com/cb?x=1",
            "https://[::1]/cb?x=1",
            "https://127.0.0.1/cb?x=1",
        ] {
            assert!(!registered.matches(near_miss, Web), "{near_miss:?}");
        }
    }

    #[test]
    fn c002_only_the_port_of_a_loopback_literal_varies_and_only_for_native_applications() {
        let registered = RedirectUri::register("http://127.0.0.1/cb", Native).unwrap();
        assert!(registered.matches("http://127.0.0.1:51004/cb", Native));
        assert!(registered.matches("http://127.0.0.1:1/cb", Native));
        let six = RedirectUri::register("http://[::1]:80/cb", Native).unwrap();
        assert!(six.matches("http://[::1]:9/cb", Native));
        assert!(!registered.matches("http://127.0.0.1:51004/cb", Web), "not for web applications");
        for refused in [
            "http://localhost:51004/cb",
            "https://127.0.0.1:51004/cb",
            "http://127.0.0.1:51004/other",
            "http://127.0.0.1:51004/cb?x",
            "http://127.0.0.1:51004/cb#",
            "http://127.0.0.1:99999/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:5@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.1:80\\@evil.example/cb",
            "http://127.0.0.2:80/cb",
            "http://[::1]:80/cb",
        ] {
            assert!(!registered.matches(refused, Native), "{refused}");
        }
        let named = RedirectUri::register("http://localhost/cb", Native).unwrap();
        assert!(!named.matches("http://localhost:5000/cb", Native), "localhost is a name, not a literal");
    }

    #[test]
    fn c004_script_and_file_schemes_are_never_registered() {
        for scheme in
            ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///x", "blob:https://a.example/x"]
        {
            for kind in [Web, Spa, Native] {
                assert_eq!(RedirectUri::register(scheme, kind), Err(RedirectUriError::Scheme), "{scheme}");
            }
        }
        assert_eq!(RedirectUri::register("http://app.example.com/cb", Web), Err(RedirectUriError::Scheme));
        assert_eq!(RedirectUri::register("com.example.app:/cb", Web), Err(RedirectUriError::Scheme));
        assert!(RedirectUri::register("com.example.app:/cb", Native).is_ok());
        assert_eq!(RedirectUri::register("https://a@b.example/cb", Web), Err(RedirectUriError::UserInfo));
    }

    #[test]
    fn c005_a_fragment_is_refused_an_empty_one_too() {
        for text in ["https://a.example/#", "https://a.example/#x", "https://a.example#"] {
            assert_eq!(RedirectUri::register(text, Web), Err(RedirectUriError::Fragment), "{text}");
        }
    }
}
