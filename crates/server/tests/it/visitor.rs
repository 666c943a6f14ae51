//! A visitor: a browser with a cookie jar.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, SET_COOKIE};
use http::{Method, Request};

use store::browser_sessions::BrowserSession;

use crate::answer::Answer;
use crate::client_app::ClientApp;
use crate::world::{PASSWORD, World};

#[derive(Clone)]
pub(crate) struct Visitor<'a> {
    world: &'a World,
    pub(crate) jar: BTreeMap<String, String>,
    pub(crate) keeps_cookies: bool,
    pub(crate) accept: &'static str,
    pub(crate) language: &'static str,
    pub(crate) site: Option<&'static str>,
    /// Headers beside the usual ones.
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    /// Where the requests come from.
    pub(crate) address: IpAddr,
}

impl<'a> Visitor<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        Self {
            world,
            jar: BTreeMap::new(),
            keeps_cookies: true,
            accept: "text/html,application/xhtml+xml",
            language: "en",
            site: Some("same-origin"),
            headers: Vec::new(),
            address: "192.0.2.10".parse().unwrap(),
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.request(Method::GET, path, None).await
    }

    pub(crate) async fn head(&mut self, path: &str) -> Answer {
        self.request(Method::HEAD, path, None).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.request(Method::POST, path, Some(body)).await
    }

    async fn request(&mut self, method: Method, path: &str, body: Option<String>) -> Answer {
        let path = path.strip_prefix(crate::world::ENDPOINT).unwrap_or(path);
        let mut request = Request::builder().method(method).uri(path);
        request = request
            .header(ACCEPT, self.accept)
            .header(ACCEPT_LANGUAGE, self.language)
            .header("host", "id.example");
        if let Some(site) = self.site {
            request = request.header("sec-fetch-site", site);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, *value);
        }
        let cookies: Vec<String> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        request = request.extension(ConnectInfo(SocketAddr::new(self.address, 40_000)));
        let request = request.body(body.map_or_else(Body::empty, Body::from)).unwrap();
        let answer = self.world.send(request).await;
        if self.keeps_cookies {
            self.keep(&answer);
        }
        answer
    }

    fn keep(&mut self, answer: &Answer) {
        for line in answer.headers.get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (pair, attributes) = line.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            assert!(attributes.contains("HttpOnly") && attributes.contains("Secure"), "{line}");
            assert!(name.starts_with("__Host-"), "{line}");
            if attributes.contains("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// The live session of the browser, as the server reads it.
    pub(crate) async fn session(&self) -> Option<BrowserSession> {
        let value = self.jar.get("__Host-onward-session")?;
        self.world.app.reception.recognise([value.as_str()]).await.unwrap()
    }

    /// Opens the sign-in page of an application. Returns the id of the flow.
    pub(crate) async fn begin(&mut self, application: &ClientApp) -> String {
        self.begin_with(application, &[]).await
    }

    pub(crate) async fn begin_with(&mut self, application: &ClientApp, more: &[(&str, &str)]) -> String {
        let answer = self.get(&application.authorize(more)).await;
        let flow = answer.parameter("flow").unwrap_or_else(|| panic!("a flow: {}", answer.location()));
        let page = self.get(answer.location().as_str()).await;
        assert_eq!(page.status, 200, "{}", page.text());
        flow
    }

    /// Fills in the form.
    pub(crate) async fn submit(&mut self, flow: &str, identifier: &str, password: &str) -> Answer {
        let action = format!("/sign-in?flow={flow}");
        self.post(&action, &[("flow", flow), ("identifier", identifier), ("password", password)]).await
    }

    /// Signs in from the beginning to the code.
    pub(crate) async fn sign_in(&mut self, application: &ClientApp, identifier: &str) -> Answer {
        let flow = self.begin(application).await;
        self.submit(&flow, identifier, PASSWORD).await
    }
}
