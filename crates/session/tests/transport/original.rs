//! What the script noted of the original.

use std::collections::BTreeMap;

use model::Timestamp;
use serde::Deserialize;
use session::transport::{
    AntiCsrf, AppInfo, Credentials, MethodSetting, RequestHead, ResponseParts, SameSite, Transport,
    TransportOptions, header,
};

#[derive(Deserialize)]
pub(crate) struct Cases {
    now: i64,
    pub(crate) verify: Vec<Verify>,
    pub(crate) refresh: Vec<Refresh>,
    pub(crate) create: Vec<Create>,
    pub(crate) defaults: Vec<Defaults>,
    pub(crate) addresses: Vec<(String, Option<String>)>,
    pub(crate) paths: Vec<(String, Option<String>)>,
    pub(crate) cookie_domains: Vec<(String, Option<String>)>,
    pub(crate) cors_headers: Vec<String>,
}

impl Cases {
    /// When the script pretends to run.
    pub(crate) const fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.now * 1_000)
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Verify {
    pub(crate) options: Options,
    pub(crate) request: Request,
    pub(crate) check: Option<bool>,
    pub(crate) method: Option<String>,
    /// Whether the anti-CSRF token was then asked for.
    pub(crate) token: Option<bool>,
    pub(crate) error: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Refresh {
    pub(crate) options: Options,
    pub(crate) request: Request,
    pub(crate) error: Option<String>,
    #[serde(flatten)]
    pub(crate) parts: Parts,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Create {
    pub(crate) sites: Sites,
    pub(crate) options: Options,
    pub(crate) request: Request,
    pub(crate) anti_csrf: Option<String>,
    #[serde(flatten)]
    pub(crate) parts: Parts,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Defaults {
    #[serde(flatten)]
    pub(crate) sites: Sites,
    pub(crate) same_site: String,
    pub(crate) secure: bool,
    pub(crate) anti_csrf: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Sites {
    api: String,
    website: String,
}

impl Default for Sites {
    fn default() -> Self {
        Self { api: "https://api.example.com".into(), website: "https://example.com".into() }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Options {
    setting: Option<String>,
    anti_csrf: Option<String>,
    cookie_domain: Option<String>,
    cookie_same_site: Option<String>,
    cookie_secure: Option<bool>,
    access_token_path: Option<String>,
    expose_access_token_to_frontend_in_cookie_based_auth: Option<bool>,
}

impl Options {
    pub(crate) fn transport(&self, sites: &Sites) -> Transport {
        let defaults = TransportOptions::default();
        let setting = self.setting.as_deref().map_or(MethodSetting::Any, setting);
        let options = TransportOptions {
            create_method: setting,
            verify_method: setting,
            anti_csrf: self.anti_csrf.as_deref().map(anti_csrf),
            cookie_domain: self.cookie_domain.clone(),
            cookie_same_site: self.cookie_same_site.as_deref().map(same_site),
            cookie_secure: self.cookie_secure,
            access_token_path: self.access_token_path.clone().unwrap_or(defaults.access_token_path),
            expose_access_token_to_frontend: self
                .expose_access_token_to_frontend_in_cookie_based_auth
                .unwrap_or_default(),
            ..TransportOptions::default()
        };
        Transport::new(&sites.app_info(), options).expect("what the original takes is taken")
    }
}

impl Sites {
    pub(crate) fn app_info(&self) -> AppInfo {
        AppInfo::new("App", &self.api, &self.website).expect("what the original takes is taken")
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Request {
    method: Option<String>,
    headers: BTreeMap<String, String>,
}

impl Request {
    pub(crate) fn read<'a>(&'a self, transport: &Transport) -> Credentials<'a> {
        let value = |name| self.headers.get(name).map(String::as_str);
        let head = RequestHead {
            method: self.method.as_deref().unwrap_or("POST"),
            anti_csrf: value(header::ANTI_CSRF),
            auth_mode: value(header::AUTH_MODE),
            authorization: value(header::AUTHORIZATION),
            rid: value(header::RID),
        };
        transport.read(&head, value("cookie").map(str::as_bytes))
    }
}

/// What a response has, order aside.
#[derive(Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Parts {
    cookies: Vec<String>,
    headers: BTreeMap<String, String>,
    exposed: Vec<String>,
}

impl From<&ResponseParts> for Parts {
    fn from(parts: &ResponseParts) -> Self {
        let mut all = Self { cookies: Vec::new(), headers: BTreeMap::new(), exposed: Vec::new() };
        for (name, value) in parts.iter() {
            match name {
                header::SET_COOKIE => all.cookies.push(value.into()),
                header::EXPOSE_HEADERS => all.exposed.extend(value.split(", ").map(Into::into)),
                name => assert_eq!(all.headers.insert(name.into(), value.into()), None, "{name} twice"),
            }
        }
        all.cookies.sort_unstable();
        all.exposed.sort_unstable();
        all
    }
}

fn setting(text: &str) -> MethodSetting {
    match text {
        "any" => MethodSetting::Any,
        "cookie" => MethodSetting::Cookie,
        "header" => MethodSetting::Header,
        unknown => panic!("no setting {unknown}"),
    }
}

pub(crate) fn anti_csrf(text: &str) -> AntiCsrf {
    match text {
        "NONE" => AntiCsrf::None,
        "VIA_CUSTOM_HEADER" => AntiCsrf::ViaCustomHeader,
        "VIA_TOKEN" => AntiCsrf::ViaToken,
        unknown => panic!("no guard {unknown}"),
    }
}

pub(crate) fn same_site(text: &str) -> SameSite {
    match text.to_lowercase().as_str() {
        "lax" => SameSite::Lax,
        "none" => SameSite::None,
        "strict" => SameSite::Strict,
        unknown => panic!("no site {unknown}"),
    }
}
