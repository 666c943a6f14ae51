//! The visit: what a request to a human page tells about the browser. The recovery layer reads it once and hands it to
//! the handler as an extension.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use accounts::throttle::Device;
use axum::extract::ConnectInfo;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, HOST, USER_AGENT};
use http::request::Parts;
use http::{Extensions, HeaderMap, Method, Uri};
use model::{FlowId, UserId};
use pages::Locale;
use signin::{Browser, Visitor};
use store::browser_sessions::BrowserSession;

use crate::app::App;
use crate::cookies::Name;

/// A visit. Reading one never fails: what is missing or damaged counts as absent.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) address: IpAddr,
    pub(crate) browser: Browser,
    pub(crate) known: Option<(UserId, Device)>,
}

impl Visit {
    pub(crate) fn read(app: &App, parts: &Parts) -> Self {
        let headers = parts.headers.clone();
        let browser = app.cookies.values(&headers, Name::Browser);
        Self {
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            address: address(app, &parts.extensions, &headers),
            browser: Browser::from_values(browser.iter().map(String::as_str)),
            known: app.cookies.device(&headers),
            headers,
        }
    }

    /// The live session of the browser.
    pub(crate) async fn session(&self, app: &App) -> Result<Option<BrowserSession>, store::Error> {
        let values = app.cookies.values(&self.headers, Name::Session);
        app.reception.recognise(values.iter().map(String::as_str)).await
    }

    /// The language of the page.
    pub(crate) fn locale(&self, ui_locales: &[String]) -> Locale {
        let wanted: Vec<&str> = ui_locales.iter().map(String::as_str).collect();
        Locale::negotiate(&wanted, self.text(ACCEPT_LANGUAGE))
    }

    /// The language of letters to whoever is there; none where no letters can be sent.
    pub(crate) fn letters(&self, app: &App) -> Option<&'static str> {
        app.sends_mail().then(|| self.locale(&[]).tag())
    }

    /// Whether a person reads the answer: only if the browser asks for HTML in so many words.
    pub(crate) fn wants_html(&self) -> bool {
        self.headers
            .get_all(ACCEPT)
            .iter()
            .any(|value| value.to_str().is_ok_and(|text| text.contains("text/html")))
    }

    /// Whether the browser fetches the page before anybody asks to see it.
    pub(crate) fn is_ahead_of_time(&self) -> bool {
        self.headers.contains_key("sec-purpose") || self.headers.contains_key("purpose")
    }

    /// The host name that the browser used.
    pub(crate) fn host(&self) -> Option<&str> {
        let authority = self.text(HOST)?;
        let host = authority.rsplit_once(':').map_or(authority, |(host, port)| {
            if port.bytes().all(|byte| byte.is_ascii_digit()) { host } else { authority }
        });
        Some(host)
    }

    /// The flow that the address names, whosever it is.
    pub(crate) fn named_flow(&self) -> Option<FlowId> {
        let mut flows = self.uri.query()?.split('&').filter_map(|pair| pair.strip_prefix("flow="));
        flows.find_map(|id| id.parse().ok())
    }

    pub(crate) fn user_agent(&self) -> Option<&str> {
        self.text(USER_AGENT)
    }

    pub(crate) fn visitor(&self, app: &App, session: Option<&BrowserSession>) -> Visitor<'_> {
        Visitor {
            address: self.address,
            user_agent: self.user_agent(),
            known: self.known,
            session: session.map(|session| session.id),
            letters: self.letters(app),
        }
    }

    fn text(&self, name: http::HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// Where a request comes from.
pub(crate) fn address(app: &App, extensions: &Extensions, headers: &HeaderMap) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip());
    app.proxies.client(peer, headers)
}
