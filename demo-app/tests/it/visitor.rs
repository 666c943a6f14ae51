//! A browser: it keeps cookies, and looks at every page with a critical eye.

use std::sync::Arc;
use std::time::Duration;

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
        provider_hint: Some(("Harbour & ID".into(), "grace@example.org".into())),
        rehearsals: vec![Rehearsal {
            code: "flow.expired".into(),
            title: "An expired sign-in".into(),
            url: "http://localhost:3001/rehearse?ticket=t".into(),
        }],
        letters: None,
        third_party: Some(("third".into(), "secret-3".into())),
    }
}

pub(crate) struct Visitor {
    router: Router,
    clock: Arc<FrozenClock>,
    pub(crate) cookies: Vec<Cookie>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cookie {
    pub(crate) name: String,
    pub(crate) value: String,
    path: String,
}

pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Visitor {
    pub(crate) async fn of(options: DemoOptions) -> Self {
        let clock = Arc::new(FrozenClock::at(Timestamp::from_seconds(NOW)));
        let entropy = Arc::new(SeededEntropy::new(5));
        let app = DemoApp::new(options, Arc::<FrozenClock>::clone(&clock), entropy).await.unwrap();
        Self { router: app.router(), clock, cookies: Vec::new() }
    }

    pub(crate) async fn at(provider: &Provider) -> Self {
        Self::of(options(&provider.issuer)).await
    }

    pub(crate) fn after(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// The names of the cookies, in order.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.cookies.iter().map(|cookie| cookie.name.as_str()).collect()
    }

    /// Another browser at the same application.
    pub(crate) fn another(&self) -> Self {
        Self { router: self.router.clone(), clock: Arc::clone(&self.clock), cookies: Vec::new() }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, &[]).await
    }

    pub(crate) async fn post(&mut self, path: &str) -> Page {
        self.send("POST", path, &[("sec-fetch-site", "same-origin")]).await
    }

    pub(crate) async fn send(&mut self, method: &str, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut request = Request::builder().method(method).uri(path).header("accept", "text/html");
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let shown = self.cookies.iter().filter(|cookie| path.starts_with(&cookie.path));
        let cookies: Vec<_> = shown.map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        for line in response.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap();
            assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax"), "{line}");
            let attributes: Vec<_> = line.split("; ").collect();
            let (name, value) = attributes[0].split_once('=').unwrap();
            let path = attributes.iter().find_map(|one| one.strip_prefix("Path=")).unwrap().to_owned();
            self.cookies.retain(|known| (known.name.as_str(), &known.path) != (name, &path));
            if !value.is_empty() {
                self.cookies.push(Cookie { name: name.to_owned(), value: value.to_owned(), path });
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
        let state = self.begin(provider, "/auth/sign-in").await;
        let page = self.get(&answer(provider, "/auth/callback", &state, "code=c")).await;
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
        let link = Selector::parse("#forward[href]").unwrap();
        page.select(&link).next().unwrap().attr("href").unwrap().to_owned()
    }

    /// The text of an element.
    pub(crate) fn text_of(&self, selector: &str) -> String {
        let page = Html::parse_document(&self.text);
        let found = page.select(&Selector::parse(selector).unwrap()).next();
        found.unwrap_or_else(|| panic!("{selector} in {}", self.text)).text().collect()
    }

    /// Where the forms post to.
    pub(crate) fn forms(&self) -> Vec<String> {
        let page = Html::parse_document(&self.text);
        let forms = Selector::parse("main form[method=post]").unwrap();
        page.select(&forms).map(|form| form.attr("action").unwrap().to_owned()).collect()
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
