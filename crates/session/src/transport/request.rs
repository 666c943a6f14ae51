//! What of a request matters to a session.

use std::fmt;

use super::candidates::{Candidates, find};
use super::names::LEGACY_COOKIE;
use super::{TransferMethod, Transport};

/// The parts of a request's head that [`Transport::read`] takes, besides its cookies: the values of the
/// [headers](super::header) that its fields are named after, each the first of its name.
#[derive(Clone, Copy, Default)]
pub struct RequestHead<'a> {
    /// The method, such as `GET`.
    pub method: &'a str,
    /// `anti-csrf`.
    pub anti_csrf: Option<&'a str>,
    /// `st-auth-mode`.
    pub auth_mode: Option<&'a str>,
    /// `authorization`.
    pub authorization: Option<&'a str>,
    /// `rid`.
    pub rid: Option<&'a str>,
}

impl fmt::Debug for RequestHead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestHead").field("method", &self.method).finish_non_exhaustive()
    }
}

/// What a request brings along. Which of it is good is not known here. Tokens never appear in its debug form.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    pub(super) bearer: Option<&'a str>,
    pub(super) access_cookies: Candidates<'a>,
    pub(super) refresh_cookies: Candidates<'a>,
    pub(super) anti_csrf: Option<&'a str>,
    pub(super) auth_mode: Option<TransferMethod>,
    pub(super) has_rid: bool,
    pub(super) is_legacy: bool,
    /// Whether the method is GET, which changes nothing and so needs no guard.
    pub(super) is_get: bool,
}

impl<'a> Credentials<'a> {
    /// The token of `Authorization: Bearer`: the access token, or at the refresh path the refresh token.
    pub const fn bearer(&self) -> Option<&'a str> {
        self.bearer
    }

    /// The cookies of the access token.
    pub const fn access_cookies(&self) -> &Candidates<'a> {
        &self.access_cookies
    }

    /// The cookies of the refresh token.
    pub const fn refresh_cookies(&self) -> &Candidates<'a> {
        &self.refresh_cookies
    }

    /// Whether the cookie `sIdRefreshToken` is there, of a session from before access tokens could be read.
    pub const fn is_legacy(&self) -> bool {
        self.is_legacy
    }

    /// Whether a session cookie is there more than once, as happens after a change of the cookies' domain.
    pub const fn has_duplicates(&self) -> bool {
        self.access_cookies.is_duplicated() || self.refresh_cookies.is_duplicated()
    }

    /// Whether something came where an access token comes by this method. After a new session was attached by
    /// one method, the other is to be cleared if it carries one.
    pub const fn carries_access(&self, method: TransferMethod) -> bool {
        match method {
            TransferMethod::Cookie => self.access_cookies.seen() > 0,
            TransferMethod::Header => self.bearer.is_some(),
        }
    }

    /// Whether something came where a refresh token comes by this method. After a refresh by one method, the
    /// other is to be cleared if it carries one.
    pub const fn carries_refresh(&self, method: TransferMethod) -> bool {
        match method {
            TransferMethod::Cookie => self.refresh_cookies.seen() > 0,
            TransferMethod::Header => self.bearer.is_some(),
        }
    }
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("bearer", &self.bearer.is_some())
            .field("access_cookies", &self.access_cookies)
            .field("refresh_cookies", &self.refresh_cookies)
            .field("anti_csrf", &self.anti_csrf.is_some())
            .field("auth_mode", &self.auth_mode)
            .field("has_rid", &self.has_rid)
            .field("is_legacy", &self.is_legacy)
            .finish_non_exhaustive()
    }
}

impl Transport {
    /// Takes the credentials from a request: its head, and the values of all its `cookie` headers, as bytes,
    /// since cookies of others may hold any. Allocates nothing, and reads within
    /// [`MAX_COOKIE_BYTES`](super::MAX_COOKIE_BYTES) and [`MAX_CANDIDATES`](super::MAX_CANDIDATES).
    pub fn read<'a>(
        &self,
        head: &RequestHead<'a>,
        cookies: impl IntoIterator<Item = &'a [u8]>,
    ) -> Credentials<'a> {
        let names = [&*self.names.access_cookie, &*self.names.refresh_cookie, LEGACY_COOKIE];
        let [access_cookies, refresh_cookies, legacy] = find(names, cookies);
        Credentials {
            bearer: head.authorization.and_then(bearer),
            access_cookies,
            refresh_cookies,
            anti_csrf: head.anti_csrf,
            auth_mode: head.auth_mode.and_then(auth_mode),
            has_rid: head.rid.is_some(),
            is_legacy: legacy.seen() > 0,
            is_get: head.method.eq_ignore_ascii_case("GET"),
        }
    }
}

/// The token of a bearer; the scheme's case does not matter (RFC 9110 §11.1).
fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty()).then_some(token)
}

fn auth_mode(value: &str) -> Option<TransferMethod> {
    if value.eq_ignore_ascii_case("cookie") {
        Some(TransferMethod::Cookie)
    } else if value.eq_ignore_ascii_case("header") {
        Some(TransferMethod::Header)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::transport::{AppInfo, TransportOptions};

    fn transport() -> Transport {
        let app = AppInfo::new("App", "https://api.example.com", "https://example.com").unwrap();
        Transport::new(&app, TransportOptions::default()).unwrap()
    }

    #[test]
    fn bearers() {
        #[track_caller]
        fn check(authorization: &str, token: Option<&str>) {
            assert_eq!(bearer(authorization), token, "{authorization}");
        }
        check("Bearer abc", Some("abc"));
        check("bearer  abc ", Some("abc"));
        check("Bearer", None);
        check("Bearer ", None);
        check("Basic abc", None);
        check("Bearerabc", None);
        check("", None);
    }

    #[test]
    fn a_request_is_read() {
        let head = RequestHead {
            method: "get",
            auth_mode: Some("Cookie"),
            authorization: Some("Bearer b"),
            rid: Some(""),
            ..RequestHead::default()
        };
        let cookies = [b"sAccessToken=a; sIdRefreshToken=x".as_slice(), b"sRefreshToken=r"];
        let read = transport().read(&head, cookies);
        assert_eq!(read.bearer(), Some("b"));
        assert_eq!(read.access_cookies().iter().collect::<Vec<_>>(), ["a"]);
        assert_eq!(read.refresh_cookies().iter().collect::<Vec<_>>(), ["r"]);
        assert_eq!(read.auth_mode, Some(TransferMethod::Cookie));
        assert!(read.is_get && read.is_legacy() && read.has_rid && !read.has_duplicates());
        assert!(transport().read(&head, [b"sRefreshToken=r; sRefreshToken=".as_slice()]).has_duplicates());
    }

    #[test]
    fn tokens_are_never_printed() {
        let head = RequestHead {
            authorization: Some("Bearer secret"),
            anti_csrf: Some("secret"),
            ..RequestHead::default()
        };
        let read = transport().read(&head, [b"sAccessToken=secret; sRefreshToken=secret".as_slice()]);
        assert!(!format!("{head:?} {read:?}").contains("secret"));
    }

    proptest! {
        #[test]
        fn garbage_is_survived(
            line in ".{0,80}",
            cookies in proptest::collection::vec("(sAccessToken|sRefreshToken|.{0,9})[=; ]{0,2}[^=]{0,9}", 0..9),
        ) {
            let line = Some(line.as_str());
            let head =
                RequestHead { method: "", anti_csrf: line, auth_mode: line, authorization: line, rid: line };
            let transport = transport();
            let read = transport.read(&head, cookies.iter().map(String::as_bytes));
            let bearer = read.bearer();
            prop_assert!(bearer.is_none_or(|token| !token.is_empty() && token.trim() == token));
            transport.choose_access(&read, Some);
            transport.choose_refresh(&read);
            transport.choose_for_create(&read);
        }
    }
}
