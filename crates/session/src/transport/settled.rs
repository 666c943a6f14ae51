//! The transport, everything worked out.

use super::address::{Site, base_path};
use super::domains;
use super::names::is_token;
use super::{AntiCsrf, AppInfo, MethodSetting, SameSite, TokenNames, TransportError, TransportOptions};

/// Where the session API refreshes, below its base path.
const REFRESH: &str = "/session/refresh";

/// How tokens travel between one application's API and its clients: names, attributes and rules, settled once.
#[derive(Clone, Debug)]
pub struct Transport {
    pub(super) names: TokenNames,
    pub(super) cookie_domain: Option<String>,
    pub(super) secure: bool,
    pub(super) same_site: SameSite,
    pub(super) access_path: String,
    pub(super) refresh_path: String,
    /// Under which other domains a browser may hold cookies of our names; `None` is the host alone.
    pub(super) stray_domains: Vec<Option<String>>,
    pub(super) create_method: MethodSetting,
    pub(super) verify_method: MethodSetting,
    pub(super) expose_access: bool,
    anti_csrf: AntiCsrf,
    session_expired_status: u16,
    invalid_claim_status: u16,
}

impl Transport {
    /// Works out what the options leave open, and refuses what browsers would not do.
    pub fn new(app: &AppInfo, options: TransportOptions) -> Result<Self, TransportError> {
        check_statuses(options.session_expired_status, options.invalid_claim_status)?;

        let cookie_domain = match &options.cookie_domain {
            Some(given) => Some(domains::settable(&app.api, "cookie_domain", given)?),
            None => None,
        };
        let older = options.older_cookie_domain.as_deref();
        let stray_domains = domains::strays(&app.api, cookie_domain.as_deref(), older)?;

        let same_site = options.cookie_same_site.unwrap_or_else(|| default_same_site(app));
        let secure = options.cookie_secure.unwrap_or(app.api.is_https());
        let both_local = app.api.site() == Site::Local && app.website.site() == Site::Local;
        let makes_cookies = options.create_method != MethodSetting::Header;
        if same_site == SameSite::None && !secure && !both_local && makes_cookies {
            return Err(TransportError::Insecure);
        }

        let access_path = base_path(&options.access_token_path)
            .ok_or(TransportError::Path { given: options.access_token_path })?;
        let transport = Self {
            names: options.names,
            cookie_domain,
            secure,
            same_site,
            access_path: if access_path.is_empty() { "/".into() } else { access_path },
            refresh_path: format!("{}{REFRESH}", app.api_base_path()),
            stray_domains,
            create_method: options.create_method,
            verify_method: options.verify_method,
            expose_access: options.expose_access_token_to_frontend,
            anti_csrf: options.anti_csrf.unwrap_or(match same_site {
                SameSite::None => AntiCsrf::ViaCustomHeader,
                SameSite::Lax | SameSite::Strict => AntiCsrf::None,
            }),
            session_expired_status: options.session_expired_status,
            invalid_claim_status: options.invalid_claim_status,
        };
        transport.check_names()?;
        Ok(transport)
    }

    /// The path at which refresh tokens are accepted, and to which browsers send their cookie.
    pub fn refresh_path(&self) -> &str {
        &self.refresh_path
    }

    /// The guard against forged requests.
    pub const fn anti_csrf(&self) -> AntiCsrf {
        self.anti_csrf
    }

    /// From where browsers send the cookies.
    pub const fn same_site(&self) -> SameSite {
        self.same_site
    }

    /// Whether browsers keep the cookies to https.
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// The domain of the cookies as it is written into them, if they have one.
    pub fn cookie_domain(&self) -> Option<&str> {
        self.cookie_domain.as_deref()
    }

    /// The HTTP status of answers without a live session.
    pub const fn session_expired_status(&self) -> u16 {
        self.session_expired_status
    }

    /// The HTTP status of answers to sessions whose claims do not suffice.
    pub const fn invalid_claim_status(&self) -> u16 {
        self.invalid_claim_status
    }

    fn check_names(&self) -> Result<(), TransportError> {
        let TokenNames { access_cookie, access_header, refresh_cookie, refresh_header } = &self.names;
        for (field, name) in [
            ("access_cookie", access_cookie),
            ("access_header", access_header),
            ("refresh_cookie", refresh_cookie),
            ("refresh_header", refresh_header),
        ] {
            if !is_token(name) {
                return Err(TransportError::Name { field, given: name.clone() });
            }
        }
        for (field, name, path) in [
            ("access_cookie", access_cookie, &self.access_path),
            ("refresh_cookie", refresh_cookie, &self.refresh_path),
        ] {
            if !self.keeps_prefix(name, path) {
                return Err(TransportError::NamePrefix { field, given: name.clone() });
            }
        }
        if access_cookie == refresh_cookie {
            return Err(TransportError::NameTwice { given: access_cookie.clone() });
        }
        if access_header.eq_ignore_ascii_case(refresh_header) {
            return Err(TransportError::NameTwice { given: access_header.clone() });
        }
        Ok(())
    }

    fn keeps_prefix(&self, name: &str, path: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let whole_host = self.secure && path == "/" && self.cookie_domain.is_none();
        (!name.starts_with("__host-") || whole_host) && (!name.starts_with("__secure-") || self.secure)
    }
}

fn check_statuses(expired: u16, invalid_claim: u16) -> Result<(), TransportError> {
    for (field, given) in [("session_expired_status", expired), ("invalid_claim_status", invalid_claim)] {
        if !(400..600).contains(&given) {
            return Err(TransportError::Status { field, given });
        }
    }
    if expired == invalid_claim { Err(TransportError::StatusTwice) } else { Ok(()) }
}

/// supertokens-node's rule: another scheme makes another site, as browsers see it by now ("schemeful").
fn default_same_site(app: &AppInfo) -> SameSite {
    let same = app.api.site() == app.website.site() && app.api.is_https() == app.website.is_https();
    if same { SameSite::Lax } else { SameSite::None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transport(api: &str, website: &str, options: TransportOptions) -> Result<Transport, TransportError> {
        Transport::new(&AppInfo::new("App", api, website).unwrap(), options)
    }

    fn named(change: impl FnOnce(&mut TokenNames)) -> TransportOptions {
        let mut options = TransportOptions::default();
        change(&mut options.names);
        options
    }

    #[test]
    fn defaults_follow_from_the_sites() {
        #[track_caller]
        fn check(api: &str, website: &str, same_site: SameSite, anti_csrf: AntiCsrf) {
            let made = transport(api, website, TransportOptions::default()).unwrap();
            assert_eq!((made.same_site(), made.anti_csrf()), (same_site, anti_csrf), "{api} {website}");
            assert!(made.is_secure());
            assert_eq!((made.session_expired_status(), made.invalid_claim_status()), (401, 403));
            assert_eq!((made.refresh_path(), made.cookie_domain()), ("/auth/session/refresh", None));
        }
        use {AntiCsrf::ViaCustomHeader as Custom, SameSite as S};
        check("https://api.example.com", "https://www.example.com", S::Lax, AntiCsrf::None);
        check("https://api.example.com", "https://example.org", S::None, Custom);
        check("https://api.example.com", "http://example.com", S::None, Custom);
        check("https://a.github.io", "https://b.github.io", S::None, Custom);
    }

    #[test]
    fn cookies_that_browsers_would_drop_are_refused() {
        let plain = TransportOptions::default;
        assert_eq!(
            transport("http://a.example", "https://b.example", plain()).err(),
            Some(TransportError::Insecure)
        );
        let insecure = TransportOptions { cookie_secure: Some(false), ..plain() };
        let refused = transport("https://a.example", "https://b.example", insecure.clone());
        assert_eq!(refused.err(), Some(TransportError::Insecure));
        let headers = TransportOptions { create_method: MethodSetting::Header, ..insecure.clone() };
        assert!(transport("https://a.example", "https://b.example", headers).is_ok());
        // This machine is exempt: other schemes, other ports, no certificate.
        let local = TransportOptions { cookie_same_site: Some(SameSite::None), ..insecure };
        assert!(transport("http://localhost:3001", "http://127.0.0.1:3000", local).is_ok());
    }

    #[test]
    fn each_mistake_names_its_field() {
        #[track_caller]
        fn check(options: TransportOptions, expected: &str) {
            let refused = transport("https://api.example.com", "https://example.com", options).unwrap_err();
            assert_eq!(refused.to_string().split(':').next(), Some(expected), "{refused}");
        }
        let plain = TransportOptions::default;
        check(TransportOptions { cookie_domain: Some("..".into()), ..plain() }, "cookie_domain");
        check(
            TransportOptions { older_cookie_domain: Some("other.com".into()), ..plain() },
            "older_cookie_domain",
        );
        check(
            TransportOptions { older_cookie_domain: Some(String::new()), ..plain() },
            "older_cookie_domain",
        );
        check(TransportOptions { access_token_path: "http://".into(), ..plain() }, "access_token_path");
        check(TransportOptions { session_expired_status: 200, ..plain() }, "session_expired_status");
        check(TransportOptions { invalid_claim_status: 600, ..plain() }, "invalid_claim_status");
        check(TransportOptions { invalid_claim_status: 401, ..plain() }, "invalid_claim_status");
        check(named(|names| names.access_cookie = "a b".into()), "names.access_cookie");
        check(named(|names| names.refresh_header = String::new()), "names.refresh_header");
        check(named(|names| names.refresh_cookie = "__Host-refresh".into()), "names.refresh_cookie");
        check(named(|names| names.access_cookie = "sRefreshToken".into()), "names");
        check(named(|names| names.access_header = "ST-Refresh-Token".into()), "names");
    }

    #[test]
    fn prefixes_are_kept() {
        let host = || named(|names| names.access_cookie = "__Host-access".into());
        assert!(transport("https://api.example.com", "https://example.com", host()).is_ok());
        let shared = TransportOptions { cookie_domain: Some("example.com".into()), ..host() };
        assert!(transport("https://api.example.com", "https://example.com", shared).is_err());
        assert!(transport("http://localhost", "http://localhost", host()).is_err());
        let secure = named(|names| names.refresh_cookie = "__Secure-refresh".into());
        assert!(transport("https://api.example.com", "https://example.com", secure.clone()).is_ok());
        assert!(transport("http://localhost", "http://localhost", secure).is_err());
    }
}
