//! What browsers ask before scripts of the website may call the API (Fetch Standard, CORS protocol).

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use session::transport::Transport;

use crate::context::RequestInfo;

/// Answers for one origin, the website's.
#[derive(Debug)]
pub(super) struct Cors {
    origin: HeaderValue,
    headers: HeaderValue,
}

impl Cors {
    pub(super) fn new(origin: &str) -> Self {
        let headers = format!("content-type, {}", Transport::cors_headers().join(", "));
        Self {
            origin: HeaderValue::from_str(origin).expect("an origin is ASCII"),
            headers: HeaderValue::from_str(&headers).expect("names of headers are ASCII"),
        }
    }

    /// The answer to a browser that asks beforehand; `None` for everything else.
    pub(super) fn preflight(&self, request: &RequestInfo) -> Option<Response<Bytes>> {
        let asks =
            request.method == Method::OPTIONS && request.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if !asks || !self.is_website(request) {
            return None;
        }
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        // The website's own scripts may send what they like.
        let asked = request.headers.get(ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or(&self.headers);
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
        let methods = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        Some(response)
    }

    /// Lets the website's scripts read a response, and nobody else's.
    pub(super) fn allow(&self, request: &RequestInfo, headers: &mut HeaderMap) {
        if headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
            return;
        }
        headers.append(VARY, HeaderValue::from_name(ORIGIN));
        if self.is_website(request) {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, self.origin.clone());
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
    }

    fn is_website(&self, request: &RequestInfo) -> bool {
        request.headers.get(ORIGIN) == Some(&self.origin)
    }
}
