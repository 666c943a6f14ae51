//! From tokens to the parts of a response.

use std::fmt;
use std::time::Duration;

use model::Timestamp;

use super::names::{LEGACY_COOKIE, header};
use super::{CookieTooLarge, FRONT_TOKEN_REMOVED, ResponseParts, SetCookie, TransferMethod, Transport};

/// How long browsers keep the cookie of an access token. Longer than the token lives: that there is one says
/// that a refresh may help. Not for ever, since some browsers cap it at 400 days (RFC 6265bis §5.5).
const ACCESS_COOKIE: Duration = Duration::from_secs(365 * 24 * 3_600);

const EPOCH: Timestamp = Timestamp::from_micros(0);

/// The tokens of a session, to be handed to its client. Never printed.
#[derive(Clone, Copy)]
pub struct Tokens<'a> {
    /// The access token.
    pub access: &'a str,
    /// The refresh token and when it expires, which is how long a browser keeps its cookie. `None`: the client
    /// keeps the one it has.
    pub refresh: Option<(&'a str, Timestamp)>,
    /// The text of a [`FrontToken`](super::FrontToken).
    pub front: &'a str,
    /// The anti-CSRF token, if the session has one.
    pub anti_csrf: Option<&'a str>,
}

impl fmt::Debug for Tokens<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens(redacted)")
    }
}

impl Transport {
    /// Hands a session's tokens to its client. Changes nothing if one is too large for a cookie.
    pub fn attach(
        &self,
        parts: &mut ResponseParts,
        method: TransferMethod,
        tokens: &Tokens<'_>,
        now: Timestamp,
    ) -> Result<(), CookieTooLarge> {
        let mut new = ResponseParts::new();
        self.attach_access(&mut new, method, tokens.access, tokens.front, now)?;
        match (method, tokens.refresh) {
            (TransferMethod::Cookie, Some((token, expires))) => {
                new.set_cookie(self.refresh_cookie(token, expires).fitting()?);
            }
            (TransferMethod::Header, Some((token, _))) => {
                new.set_exposed_header(&self.names.refresh_header, token);
            }
            (TransferMethod::Cookie | TransferMethod::Header, None) => {}
        }
        if let Some(token) = tokens.anti_csrf {
            new.set_exposed_header(header::ANTI_CSRF, token);
        }
        parts.merge(new);
        Ok(())
    }

    /// Hands a new access token to a session's client, and the front token that goes with it. Changes nothing
    /// if it is too large for a cookie.
    pub fn attach_access(
        &self,
        parts: &mut ResponseParts,
        method: TransferMethod,
        access: &str,
        front: &str,
        now: Timestamp,
    ) -> Result<(), CookieTooLarge> {
        let in_header = match method {
            TransferMethod::Cookie => {
                parts.set_cookie(self.access_cookie(access, now.plus(ACCESS_COOKIE)).fitting()?);
                self.expose_access
            }
            TransferMethod::Header => true,
        };
        parts.set_exposed_header(header::FRONT_TOKEN, front);
        if in_header {
            parts.set_exposed_header(&self.names.access_header, access);
        }
        Ok(())
    }

    /// Clears the client's tokens, by whichever method it holds them: an earlier step of the same request may
    /// have attached new ones by the other.
    pub fn clear(&self, parts: &mut ResponseParts) {
        for method in TransferMethod::ALL {
            self.clear_method(parts, method);
        }
    }

    /// Clears the client's tokens of one method.
    pub fn clear_method(&self, parts: &mut ResponseParts, method: TransferMethod) {
        match method {
            TransferMethod::Cookie => {
                parts.set_cookie(self.access_cookie("", EPOCH));
                parts.set_cookie(self.refresh_cookie("", EPOCH));
            }
            TransferMethod::Header => {
                parts.set_exposed_header(&self.names.access_header, "");
                parts.set_exposed_header(&self.names.refresh_header, "");
            }
        }
        parts.remove_header(header::ANTI_CSRF);
        parts.set_exposed_header(header::FRONT_TOKEN, FRONT_TOKEN_REMOVED);
    }

    /// Clears what cookies of the session's names a browser may hold under other domains than the one in use:
    /// under [`older_cookie_domain`](super::TransportOptions::older_cookie_domain) if it is known, else under
    /// every domain that the API's host may set.
    pub fn clear_duplicates(&self, parts: &mut ResponseParts) {
        for domain in &self.stray_domains {
            for cookie in [self.access_cookie("", EPOCH), self.refresh_cookie("", EPOCH)] {
                parts.sweep(SetCookie { domain: domain.clone(), ..cookie });
            }
        }
    }

    /// Clears the cookie of a [legacy session](super::Credentials::is_legacy).
    pub fn clear_legacy(&self, parts: &mut ResponseParts) {
        parts.sweep(self.legacy_cookie());
    }

    /// The same under other domains than the one in use, as [`Self::clear_duplicates`] does: it may be as old as the
    /// domain before.
    pub fn clear_stray_legacy(&self, parts: &mut ResponseParts) {
        for domain in &self.stray_domains {
            parts.sweep(SetCookie { domain: domain.clone(), ..self.legacy_cookie() });
        }
    }

    fn legacy_cookie(&self) -> SetCookie {
        SetCookie { name: LEGACY_COOKIE.into(), ..self.access_cookie("", EPOCH) }
    }

    /// The request headers that CORS has to allow (`access-control-allow-headers`), besides the application's
    /// own. With cookies it has to allow credentials too, and to name the website's origin instead of `*`.
    pub const fn cors_headers() -> [&'static str; 5] {
        [header::ANTI_CSRF, header::RID, header::AUTHORIZATION, header::AUTH_MODE, header::FDI_VERSION]
    }

    /// The response headers that may be exposed to scripts, for layers that expose a fixed list. Otherwise
    /// each response says for itself which it has.
    pub fn exposed_headers(&self) -> [&str; 4] {
        [header::FRONT_TOKEN, header::ANTI_CSRF, &self.names.access_header, &self.names.refresh_header]
    }

    fn access_cookie(&self, value: &str, expires: Timestamp) -> SetCookie {
        self.cookie(&self.names.access_cookie, &self.access_path, value, expires)
    }

    fn refresh_cookie(&self, value: &str, expires: Timestamp) -> SetCookie {
        self.cookie(&self.names.refresh_cookie, &self.refresh_path, value, expires)
    }

    fn cookie(&self, name: &str, path: &str, value: &str, expires: Timestamp) -> SetCookie {
        SetCookie {
            name: name.into(),
            value: value.into(),
            domain: self.cookie_domain.clone(),
            path: path.into(),
            expires,
            secure: self.secure,
            same_site: self.same_site,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::{AppInfo, RequestHead, TokenNames, TransportOptions};

    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);
    const TOKENS: Tokens<'static> =
        Tokens { access: "access", refresh: Some(("refresh", NOW)), front: "front", anti_csrf: Some("csrf") };

    fn transport(options: TransportOptions) -> Transport {
        let app = AppInfo::new("App", "https://api.example.com", "https://example.com").unwrap();
        Transport::new(&app, options).unwrap()
    }

    /// Names and domains of the cookies, in the order in which a browser reads them.
    fn cookies(parts: &ResponseParts) -> Vec<(&str, Option<&str>, bool)> {
        parts.cookies().map(|cookie| (cookie.name(), cookie.domain(), cookie.is_clearing())).collect()
    }

    #[test]
    fn duplicates_are_cleared_wherever_they_may_be_and_before_the_new_is_set() {
        let transport = transport(TransportOptions::default());
        let mut parts = ResponseParts::new();
        transport.attach(&mut parts, TransferMethod::Cookie, &TOKENS, NOW).unwrap();
        transport.clear_duplicates(&mut parts);
        let [host, parent] = [Some("api.example.com"), Some("example.com")];
        assert_eq!(
            cookies(&parts),
            [
                ("sAccessToken", host, true),
                ("sRefreshToken", host, true),
                ("sAccessToken", parent, true),
                ("sRefreshToken", parent, true),
                ("sAccessToken", None, false),
                ("sRefreshToken", None, false),
            ]
        );
        assert_eq!(parts.header(header::FRONT_TOKEN), Some("front"), "the client keeps its session");
    }

    #[test]
    fn a_known_older_domain_is_the_only_one_cleared() {
        let options = TransportOptions {
            cookie_domain: Some(".example.com".into()),
            older_cookie_domain: Some(String::new()),
            ..TransportOptions::default()
        };
        let mut parts = ResponseParts::new();
        transport(options).clear_duplicates(&mut parts);
        assert_eq!(cookies(&parts), [("sAccessToken", None, true), ("sRefreshToken", None, true)]);
        assert!(parts.cookies().all(|cookie| cookie.expires() == EPOCH));
    }

    #[test]
    fn clearing_takes_back_what_was_attached() {
        let transport = transport(TransportOptions::default());
        let mut parts = ResponseParts::new();
        for method in TransferMethod::ALL {
            transport.attach(&mut parts, method, &TOKENS, NOW).unwrap();
        }
        transport.clear(&mut parts);
        assert!(parts.cookies().all(SetCookie::is_clearing));
        assert_eq!(parts.header("st-access-token"), Some(""));
        assert_eq!(parts.header("st-refresh-token"), Some(""));
        assert_eq!(parts.header(header::ANTI_CSRF), None);
        assert_eq!(parts.header(header::FRONT_TOKEN), Some(FRONT_TOKEN_REMOVED));
    }

    #[test]
    fn a_client_that_gets_no_refresh_token_keeps_its_own() {
        let transport = transport(TransportOptions::default());
        let tokens = Tokens { refresh: None, anti_csrf: None, ..TOKENS };
        let mut parts = ResponseParts::new();
        transport.attach(&mut parts, TransferMethod::Cookie, &tokens, NOW).unwrap();
        assert_eq!(cookies(&parts), [("sAccessToken", None, false)]);
        let mut parts = ResponseParts::new();
        transport.attach(&mut parts, TransferMethod::Header, &tokens, NOW).unwrap();
        assert_eq!(parts.header("st-refresh-token"), None);
    }

    #[test]
    fn what_is_too_large_changes_nothing() {
        let transport = transport(TransportOptions::default());
        let large = "a".repeat(4_096);
        for tokens in [Tokens { access: &large, ..TOKENS }, Tokens { refresh: Some((&large, NOW)), ..TOKENS }]
        {
            let mut parts = ResponseParts::new();
            let refused = transport.attach(&mut parts, TransferMethod::Cookie, &tokens, NOW).unwrap_err();
            assert!(refused.size > 4_096);
            assert!(parts.is_empty());
            transport.attach(&mut parts, TransferMethod::Header, &tokens, NOW).unwrap();
        }
    }

    #[test]
    fn names_can_be_chosen() {
        let names = TokenNames {
            access_cookie: "__Host-access".into(),
            access_header: "x-access".into(),
            refresh_cookie: "refresh".into(),
            refresh_header: "x-refresh".into(),
        };
        let transport = transport(TransportOptions { names, ..TransportOptions::default() });
        let mut parts = ResponseParts::new();
        transport.attach(&mut parts, TransferMethod::Cookie, &TOKENS, NOW).unwrap();
        assert_eq!(cookies(&parts), [("__Host-access", None, false), ("refresh", None, false)]);
        transport.attach(&mut parts, TransferMethod::Header, &TOKENS, NOW).unwrap();
        assert_eq!((parts.header("x-access"), parts.header("x-refresh")), (Some("access"), Some("refresh")));
        let read = transport
            .read(&RequestHead::default(), [b"__Host-access=a; refresh=r; sAccessToken=x".as_slice()]);
        assert_eq!((read.access_cookies().seen(), read.refresh_cookies().seen()), (1, 1));
    }

    #[test]
    fn all_that_is_ever_exposed_is_listed() {
        let transport = transport(TransportOptions::default());
        let mut parts = ResponseParts::new();
        transport.attach(&mut parts, TransferMethod::Header, &TOKENS, NOW).unwrap();
        let exposed = parts.iter().last().map(|(_, names)| names.into_owned()).unwrap();
        let mut exposed: Vec<_> = exposed.split(", ").collect();
        let mut listed = transport.exposed_headers();
        exposed.sort_unstable();
        listed.sort_unstable();
        assert_eq!(exposed, listed);
        assert_eq!(format!("{TOKENS:?}"), "Tokens(redacted)");
    }
}
