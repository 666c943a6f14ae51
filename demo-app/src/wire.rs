//! The website as browsers reach it, in the same process: for what happens on the wire between the two, and for a
//! second browser.

use axum::Router;
use axum::body::Body;
use axum::http::header::{ACCEPT, COOKIE, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response};
use tower::ServiceExt as _;

/// Carries requests to the website.
#[derive(Clone, Debug)]
pub(crate) struct Wire(Router);

/// The cookies that a browser shows, as name and value.
pub(crate) type Jar = Vec<(String, String)>;

impl Wire {
    pub(crate) const fn new(website: Router) -> Self {
        Self(website)
    }

    /// A page load with these cookies.
    pub(crate) async fn load(
        &self,
        method: Method,
        path: &str,
        jar: &Jar,
        agent: &HeaderValue,
    ) -> Response<Body> {
        let line: Vec<_> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(ACCEPT, "text/html")
            .header(COOKIE, line.join("; "))
            .header(USER_AGENT, agent)
            .body(Body::empty())
            .expect("paths of ours and cookies that were read make a request");
        let Ok(response) = self.0.clone().oneshot(request).await;
        response
    }
}

/// The cookies of a request.
pub(crate) fn jar(headers: &HeaderMap) -> Jar {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Keeps what a response sets, as a browser would.
pub(crate) fn keep(jar: &mut Jar, response: &Response<Body>) {
    for line in response.headers().get_all(SET_COOKIE).iter().filter_map(|line| line.to_str().ok()) {
        let pair = line.split(';').next().and_then(|pair| pair.split_once('='));
        let Some((name, value)) = pair else { continue };
        jar.retain(|(known, _)| known != name);
        if !value.is_empty() {
            jar.push((name.to_owned(), value.to_owned()));
        }
    }
}

/// A token of the same shape whose signature is not good: one letter differs.
pub(crate) fn damaged(token: &str) -> String {
    let (rest, signature) = token.rsplit_once('.').unwrap_or(("", token));
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    let tail = signature.get(1..).unwrap_or_default();
    if rest.is_empty() { format!("{flipped}{tail}") } else { format!("{rest}.{flipped}{tail}") }
}
