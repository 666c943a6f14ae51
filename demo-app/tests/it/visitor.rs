//! A browser: it keeps cookies, and looks at every page with a critical eye.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use base64::Engine as _;
use demo_app::{DemoApp, DemoOptions, Rehearsal};
use http_body_util::BodyExt as _;
use model::{FrozenClock, SeededEntropy, Timestamp};
use scraper::{Html, Selector};
use tower::ServiceExt as _;

use crate::provider::{NOW, Provider};

pub(crate) fn options(issuer: &str) -> DemoOptions {
    DemoOptions {
        issuer: issuer.to_owned(),
        endpoint: issuer.trim_end_matches("/oidc").to_owned(),
        client_id: "app".into(),
        client_secret: "secret".into(),
        base_url: "http://localhost:3000".into(),
        user_name_hint: ("ada@example.com".into(), "a password & more".into()),
        rehearsals: vec![Rehearsal {
            code: "flow.expired".into(),
            title: "An expired sign-in".into(),
            url: "http://localhost:3001/rehearse?ticket=t".into(),
        }],
        third_party: Some(("third".into(), "secret-3".into())),
    }
}

pub(crate) struct Visitor {
    router: Router,
    pub(crate) cookies: BTreeMap<String, String>,
}

pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Visitor {
    pub(crate) fn of(options: DemoOptions) -> Self {
        let clock = Arc::new(FrozenClock::at(Timestamp::from_seconds(NOW)));
        let app = DemoApp::new(options, clock, Arc::new(SeededEntropy::new(5)));
        Self { router: app.router(), cookies: BTreeMap::new() }
    }

    pub(crate) fn at(provider: &Provider) -> Self {
        Self::of(options(&provider.issuer))
    }

    /// Another browser at the same application.
    pub(crate) fn another(&self) -> Self {
        Self { router: self.router.clone(), cookies: BTreeMap::new() }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, &[]).await
    }

    pub(crate) async fn post(&mut self, path: &str) -> Page {
        self.send("POST", path, &[("sec-fetch-site", "same-origin")]).await
    }

    pub(crate) async fn send(&mut self, method: &str, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        for line in response.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap();
            assert!(
                line.contains("HttpOnly") && line.contains("SameSite=Lax") && line.contains("Path=/"),
                "{line}"
            );
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let page = Page { status, headers, text: String::from_utf8(body.to_vec()).unwrap() };
        page.inspect();
        page
    }

    /// Begins a sign-in, as far as the provider; yields its state.
    pub(crate) async fn begin(&mut self, provider: &Provider, path: &str) -> String {
        let page = self.get(path).await;
        assert_eq!(page.status, 303);
        let location = page.location();
        assert!(location.starts_with(&format!("{}/auth?", provider.issuer)), "{location}");
        let nonce = parameter(&location, "nonce");
        let audience = parameter(&location, "client_id");
        provider.set(|mood| (mood.nonce, mood.audience) = (Some(nonce), audience));
        parameter(&location, "state")
    }

    pub(crate) async fn sign_in(&mut self, provider: &Provider) {
        let state = self.begin(provider, "/sign-in").await;
        let page = self.get(&answer(provider, "/callback", &state, "code=c")).await;
        assert_eq!((page.status.as_u16(), page.location().as_str()), (303, "/"));
        provider.set(|mood| mood.nonce = None);
    }
}

/// The address with which the provider sends somebody back.
pub(crate) fn answer(provider: &Provider, path: &str, state: &str, more: &str) -> String {
    format!("{path}?{more}&state={state}&iss={}", provider.issuer)
}

fn parameter(url: &str, name: &str) -> String {
    let (_, query) = url.split_once('?').unwrap();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(found, _)| found == name).unwrap().1.into_owned()
}

impl Page {
    pub(crate) fn location(&self) -> String {
        self.headers["location"].to_str().unwrap().to_owned()
    }

    pub(crate) fn title(&self) -> String {
        let h1 = Html::parse_document(&self.text);
        h1.select(&Selector::parse("h1").unwrap()).map(|h1| h1.text().collect::<String>()).collect()
    }

    /// Where the way forward leads.
    pub(crate) fn forward(&self) -> String {
        let page = Html::parse_document(&self.text);
        let link = Selector::parse("a#forward").unwrap();
        page.select(&link).next().unwrap().attr("href").unwrap().to_owned()
    }

    /// What holds for every answer.
    fn inspect(&self) {
        let header = |name: &str| self.headers[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("x-content-type-options"), "nosniff");
        let kind = self.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("text/html") {
            return;
        }
        let page = Html::parse_document(&self.text);
        assert!(page.errors.is_empty(), "{:?}\n{}", page.errors, self.text);
        let count = |selector: &str| page.select(&Selector::parse(selector).unwrap()).count();
        for (selector, expected) in
            [("html[lang=en]", 1), ("title", 1), ("main", 1), ("h1", 1), ("script", 0), ("[style]", 0)]
        {
            assert_eq!(count(selector), expected, "{selector}\n{}", self.text);
        }
        let ids: Vec<_> =
            page.select(&Selector::parse("[id]").unwrap()).filter_map(|one| one.attr("id")).collect();
        let different: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), different.len(), "{ids:?}");
        let style =
            page.select(&Selector::parse("style").unwrap()).next().unwrap().text().collect::<String>();
        let hash = base64::engine::general_purpose::STANDARD.encode(keys::opaque::hash(style.as_bytes()));
        assert!(policy.contains(&format!("style-src 'sha256-{hash}'")), "the policy names the style");
    }
}
