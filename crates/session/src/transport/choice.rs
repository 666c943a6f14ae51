//! Which of a request's credentials count, by the tables of supertokens-node.
//!
//! | setting | header and cookie | header only | cookie only |
//! |---|---|---|---|
//! | any | header | header | cookie |
//! | header | header | header | none |
//! | cookie | cookie | none | cookie |

use std::borrow::Cow;

use super::{Candidates, Credentials, MethodSetting, TransferMethod, Transport};

/// Which access token of a request counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessChoice<T> {
    /// None came by a method that is allowed: there is no session.
    Absent,
    /// The cookie is there more than once, and who knows which is right: the client is to refresh.
    Duplicated,
    /// This one.
    Found {
        /// How it came.
        method: TransferMethod,
        /// The token, as parsed.
        token: T,
    },
    /// The request is of a legacy session: the client is to refresh.
    Legacy,
}

/// Which refresh token of a request counts.
#[derive(Clone, Copy, Debug)]
pub enum RefreshChoice<'c, 'a> {
    /// None came by a method that is allowed.
    Absent {
        /// Whether a cookie of an access token came without it.
        has_access_cookie: bool,
    },
    /// One of these cookies; if there are several, the store knows which one is live.
    Cookie(&'c Candidates<'a>),
    /// The one of the header.
    Header(&'a str),
}

impl Transport {
    /// Chooses the access token of a request. `parse` tells whether a text has the form of a token of ours:
    /// what has not is overlooked, so that a bearer token of another system does not hide our cookie.
    pub fn choose_access<'a, T>(
        &self,
        credentials: &Credentials<'a>,
        mut parse: impl FnMut(Cow<'a, str>) -> Option<T>,
    ) -> AccessChoice<T> {
        if credentials.is_legacy {
            return AccessChoice::Legacy;
        }
        if self.verify_method.allows(TransferMethod::Header)
            && let Some(token) = credentials.bearer.and_then(|token| parse(token.into()))
        {
            return AccessChoice::Found { method: TransferMethod::Header, token };
        }
        if self.verify_method.allows(TransferMethod::Cookie)
            && let Some(token) = credentials.access_cookies.iter().find_map(parse)
        {
            return if credentials.access_cookies.is_duplicated() {
                AccessChoice::Duplicated
            } else {
                AccessChoice::Found { method: TransferMethod::Cookie, token }
            };
        }
        AccessChoice::Absent
    }

    /// Chooses the refresh token of a request to the [refresh path](Self::refresh_path).
    pub fn choose_refresh<'c, 'a>(&self, credentials: &'c Credentials<'a>) -> RefreshChoice<'c, 'a> {
        let cookies_allowed = self.verify_method.allows(TransferMethod::Cookie);
        match credentials.bearer {
            Some(token) if self.verify_method.allows(TransferMethod::Header) => RefreshChoice::Header(token),
            Some(_) | None if cookies_allowed && credentials.refresh_cookies.iter().next().is_some() => {
                RefreshChoice::Cookie(&credentials.refresh_cookies)
            }
            Some(_) | None => RefreshChoice::Absent {
                has_access_cookie: cookies_allowed && credentials.carries_access(TransferMethod::Cookie),
            },
        }
    }

    /// Whether a new session may travel by a method.
    pub const fn may_create(&self, method: TransferMethod) -> bool {
        self.create_method.allows(method)
    }

    /// Chooses how the tokens of a new session travel: as is set, else as the client wishes, else as headers.
    pub fn choose_for_create(&self, credentials: &Credentials<'_>) -> TransferMethod {
        match self.create_method {
            MethodSetting::Any => credentials.auth_mode.unwrap_or(TransferMethod::Header),
            MethodSetting::Cookie => TransferMethod::Cookie,
            MethodSetting::Header => TransferMethod::Header,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::{AppInfo, RequestHead, TransportOptions};

    fn transport(setting: MethodSetting) -> Transport {
        let app = AppInfo::new("App", "https://api.example.com", "https://example.com").unwrap();
        let options =
            TransportOptions { create_method: setting, verify_method: setting, ..Default::default() };
        Transport::new(&app, options).unwrap()
    }

    /// Tokens of ours begin with an `o`.
    fn access(setting: MethodSetting, authorization: Option<&str>, cookie: &str) -> AccessChoice<String> {
        let transport = transport(setting);
        let read = transport.read(&RequestHead { authorization, ..Default::default() }, [cookie.as_bytes()]);
        transport.choose_access(&read, |token| token.starts_with('o').then(|| token.into_owned()))
    }

    fn found(method: TransferMethod, token: &str) -> AccessChoice<String> {
        AccessChoice::Found { method, token: token.into() }
    }

    #[test]
    fn what_is_not_ours_is_overlooked() {
        let cookie = found(TransferMethod::Cookie, "ours");
        assert_eq!(access(MethodSetting::Any, Some("Bearer theirs"), "sAccessToken=ours"), cookie);
        assert_eq!(access(MethodSetting::Any, Some("Bearer theirs"), "sAccessToken=x"), AccessChoice::Absent);
    }

    #[test]
    fn a_duplicated_cookie_asks_for_a_refresh_unless_a_header_counts() {
        let twice = "sAccessToken=x; sAccessToken=ours";
        assert_eq!(access(MethodSetting::Any, None, twice), AccessChoice::Duplicated);
        assert_eq!(access(MethodSetting::Any, Some("Bearer o"), twice), found(TransferMethod::Header, "o"));
        assert_eq!(access(MethodSetting::Header, None, twice), AccessChoice::Absent);
        assert_eq!(access(MethodSetting::Any, None, "sAccessToken=x; sAccessToken=y"), AccessChoice::Absent);
    }

    #[test]
    fn legacy_sessions_are_seen_before_anything_else() {
        let cookie = "sIdRefreshToken=";
        assert_eq!(access(MethodSetting::Any, Some("Bearer ours"), cookie), AccessChoice::Legacy);
    }

    #[test]
    fn an_empty_refresh_cookie_is_none() {
        #[track_caller]
        fn check(setting: MethodSetting, expected: bool) {
            let transport = transport(setting);
            let cookies = b"sRefreshToken=; sAccessToken=a".as_slice();
            let read = transport.read(&RequestHead::default(), [cookies]);
            let choice = transport.choose_refresh(&read);
            assert!(
                matches!(choice, RefreshChoice::Absent { has_access_cookie } if has_access_cookie == expected),
                "{choice:?}"
            );
        }
        check(MethodSetting::Any, true);
        check(MethodSetting::Cookie, true);
        check(MethodSetting::Header, false);
    }
}
