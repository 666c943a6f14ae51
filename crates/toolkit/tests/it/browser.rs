//! A browser that keeps cookies, or a client that keeps header tokens.

use axum::body::Body;
use axum::extract::Request;
use http::{HeaderName, Method};
use serde_json::Value;

use crate::application::{Application, Told};

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cookie {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) path: String,
    pub(crate) domain: Option<String>,
    pub(crate) attributes: String,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Browser {
    pub(crate) cookies: Vec<Cookie>,
    pub(crate) access: Option<String>,
    pub(crate) refresh: Option<String>,
    pub(crate) anti_csrf: Option<String>,
    pub(crate) extra: Vec<(&'static str, String)>,
    pub(crate) mode: &'static str,
}

impl Browser {
    pub(crate) fn with_cookies() -> Self {
        Self { mode: "cookie", ..Self::default() }
    }

    pub(crate) fn with_headers() -> Self {
        Self { mode: "header", ..Self::default() }
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&Cookie> {
        self.cookies.iter().find(|cookie| cookie.name == name)
    }

    pub(crate) async fn get(&mut self, app: &Application, path: &str) -> Told {
        self.send(app, Method::GET, path, None).await
    }

    pub(crate) async fn post(&mut self, app: &Application, path: &str) -> Told {
        self.send(app, Method::POST, path, None).await
    }

    pub(crate) async fn post_json(&mut self, app: &Application, path: &str, body: &Value) -> Told {
        self.send(app, Method::POST, path, Some(body)).await
    }

    pub(crate) async fn refresh(&mut self, app: &Application) -> Told {
        self.post(app, "/auth/session/refresh").await
    }

    pub(crate) async fn send(
        &mut self,
        app: &Application,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Told {
        let mut request = Request::builder().method(method).uri(path).header("st-auth-mode", self.mode);
        let jar: Vec<_> = self.cookies.iter().filter(|cookie| path.starts_with(&cookie.path)).collect();
        if !jar.is_empty() {
            let line: Vec<_> = jar.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
            request = request.header("cookie", line.join("; "));
        }
        let refreshing = path.ends_with("/session/refresh");
        if let Some(token) = if refreshing { &self.refresh } else { &self.access } {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(token) = &self.anti_csrf {
            request = request.header("anti-csrf", token);
        }
        for (name, value) in &self.extra {
            request = request.header(HeaderName::from_static(name), value);
        }
        let request = match body {
            Some(body) => {
                request.header("content-type", "application/json").body(Body::from(body.to_string()))
            }
            None => request.body(Body::empty()),
        };
        let told = app.answer(request.unwrap()).await;
        self.keep(&told);
        told
    }

    fn keep(&mut self, told: &Told) {
        for line in told.headers.get_all("set-cookie") {
            self.keep_cookie(line.to_str().unwrap());
        }
        let token =
            |name: &str| told.header(name).map(|value| Some(value.to_owned()).filter(|it| !it.is_empty()));
        if let Some(access) = token("st-access-token") {
            self.access = access;
        }
        if let Some(refresh) = token("st-refresh-token") {
            self.refresh = refresh;
        }
        if let Some(anti_csrf) = token("anti-csrf") {
            self.anti_csrf = anti_csrf;
        }
    }

    fn keep_cookie(&mut self, line: &str) {
        let (pair, attributes) = line.split_once("; ").unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        let attribute = |wanted: &str| {
            let mut all = attributes.split("; ");
            all.find_map(|one| one.strip_prefix(wanted)?.strip_prefix('=')).map(str::to_owned)
        };
        let (path, domain) = (attribute("Path").unwrap(), attribute("Domain"));
        self.cookies.retain(|old| (old.name.as_str(), &old.path, &old.domain) != (name, &path, &domain));
        if !value.is_empty() {
            let (name, value) = (name.to_owned(), value.to_owned());
            self.cookies.push(Cookie { name, value, path, domain, attributes: attributes.to_owned() });
        }
    }
}
