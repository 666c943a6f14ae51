//! The guard against forged requests.

use std::fmt;

use super::{AntiCsrf, Credentials, TransferMethod, Transport};

/// What a request has to prove, so that it is not one that another site forged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum AntiCsrfCheck<'a> {
    /// Nothing, or it has proved it.
    Passed,
    /// It has failed: the header `rid` is missing.
    RidMissing,
    /// That it knows the anti-CSRF token of its session. This is what it brings, to be compared with the token's
    /// claim or the session's row in constant time; a session without one passes nothing.
    Token(Option<&'a str>),
}

impl fmt::Debug for AntiCsrfCheck<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "Passed",
            Self::RidMissing => "RidMissing",
            Self::Token(Some(_)) => "Token(redacted)",
            Self::Token(None) => "Token(missing)",
        })
    }
}

impl Transport {
    /// What a request has to prove to use the access token that came by `method`. `wanted` is whether the
    /// caller wants a check; by default every method but GET is checked. To fail asks for a refresh.
    pub fn anti_csrf_on_verify<'a>(
        &self,
        credentials: &Credentials<'a>,
        method: TransferMethod,
        wanted: Option<bool>,
    ) -> AntiCsrfCheck<'a> {
        if wanted.unwrap_or(!credentials.is_get) {
            self.anti_csrf_on_refresh(credentials, method)
        } else {
            AntiCsrfCheck::Passed
        }
    }

    /// What a request has to prove to use the refresh token that came by `method`. To fail ends the session at
    /// this client.
    pub fn anti_csrf_on_refresh<'a>(
        &self,
        credentials: &Credentials<'a>,
        method: TransferMethod,
    ) -> AntiCsrfCheck<'a> {
        match (method, self.anti_csrf()) {
            // No other site can make a browser send an Authorization header.
            (TransferMethod::Header, _) | (TransferMethod::Cookie, AntiCsrf::None) => AntiCsrfCheck::Passed,
            (TransferMethod::Cookie, AntiCsrf::ViaCustomHeader) if credentials.has_rid => {
                AntiCsrfCheck::Passed
            }
            (TransferMethod::Cookie, AntiCsrf::ViaCustomHeader) => AntiCsrfCheck::RidMissing,
            (TransferMethod::Cookie, AntiCsrf::ViaToken) => AntiCsrfCheck::Token(credentials.anti_csrf),
        }
    }

    /// Whether sessions that travel by `method` get an anti-CSRF token.
    pub fn makes_anti_csrf_token(&self, method: TransferMethod) -> bool {
        method == TransferMethod::Cookie && self.anti_csrf() == AntiCsrf::ViaToken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::{AppInfo, RequestHead, TransportOptions};
    use TransferMethod::{Cookie, Header};

    fn transport(anti_csrf: AntiCsrf) -> Transport {
        let app = AppInfo::new("App", "https://api.example.com", "https://example.com").unwrap();
        Transport::new(&app, TransportOptions { anti_csrf: Some(anti_csrf), ..Default::default() }).unwrap()
    }

    fn request(method: &'static str, rid: bool, anti_csrf: Option<&'static str>) -> RequestHead<'static> {
        RequestHead { method, rid: rid.then_some("anti-csrf"), anti_csrf, ..Default::default() }
    }

    #[test]
    fn verification_is_guarded_except_for_get_and_headers() {
        #[track_caller]
        fn check(
            head: RequestHead<'_>,
            method: TransferMethod,
            wanted: Option<bool>,
            expected: AntiCsrfCheck<'_>,
        ) {
            let transport = transport(AntiCsrf::ViaCustomHeader);
            let read = transport.read(&head, []);
            assert_eq!(transport.anti_csrf_on_verify(&read, method, wanted), expected, "{head:?}");
        }
        use AntiCsrfCheck::{Passed, RidMissing};
        check(request("POST", false, None), Cookie, None, RidMissing);
        check(request("POST", true, None), Cookie, None, Passed);
        check(request("POST", false, None), Header, None, Passed);
        check(request("POST", false, None), Cookie, Some(false), Passed);
        check(request("GET", false, None), Cookie, None, Passed);
        check(request("get", false, None), Cookie, None, Passed);
        check(request("GET", false, None), Cookie, Some(true), RidMissing);
        check(request("HEAD", false, None), Cookie, None, RidMissing);
    }

    #[test]
    fn a_refresh_is_always_guarded() {
        #[track_caller]
        fn check(anti_csrf: AntiCsrf, method: TransferMethod, expected: AntiCsrfCheck<'_>) {
            let transport = transport(anti_csrf);
            let read = transport.read(&request("GET", false, Some("token")), []);
            assert_eq!(transport.anti_csrf_on_refresh(&read, method), expected);
        }
        check(AntiCsrf::ViaCustomHeader, Cookie, AntiCsrfCheck::RidMissing);
        check(AntiCsrf::ViaCustomHeader, Header, AntiCsrfCheck::Passed);
        check(AntiCsrf::ViaToken, Cookie, AntiCsrfCheck::Token(Some("token")));
        check(AntiCsrf::ViaToken, Header, AntiCsrfCheck::Passed);
        check(AntiCsrf::None, Cookie, AntiCsrfCheck::Passed);
    }

    #[test]
    fn tokens_are_made_where_they_are_asked_for_and_never_printed() {
        assert!(transport(AntiCsrf::ViaToken).makes_anti_csrf_token(Cookie));
        assert!(!transport(AntiCsrf::ViaToken).makes_anti_csrf_token(Header));
        assert!(!transport(AntiCsrf::ViaCustomHeader).makes_anti_csrf_token(Cookie));
        assert_eq!(format!("{:?}", AntiCsrfCheck::Token(Some("secret"))), "Token(redacted)");
    }
}
