//! What stands before every route: our own host name, posts from our own pages, and the headers of every answer.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::app::App;
use crate::pages;
use crate::trouble::{Trouble, Way};

/// Nothing but the inline style and the icon; forms may end here, and at the provider when they sign out.
pub(crate) fn content_security_policy(endpoint: &str) -> HeaderValue {
    let policy = |forms: &str| {
        format!(
            "default-src 'none'; style-src '{}'; img-src 'self'; form-action 'self'{forms}; \
             frame-ancestors 'none'; base-uri 'none'",
            pages::style_hash()
        )
    };
    // A separator in the address would end the directive.
    let plain = !endpoint.contains([';', ',', ' ', '\'']);
    let forms = if plain { format!(" {endpoint}") } else { String::new() };
    HeaderValue::try_from(policy(&forms))
        .or_else(|_| HeaderValue::try_from(policy("")))
        .expect("the hash of the style is plain text")
}

pub(crate) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let reading = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let mut response = if !is_own_host(headers, &app.options.base_url) {
        Trouble::WrongHost.with(Way::to("Go to the right address", &app.options.base_url)).into_response()
    } else if !reading && !is_same_origin(headers, &app.options.base_url) {
        Trouble::ForeignPost.page().into_response()
    } else {
        next.run(request).await
    };
    harden(&app, response.headers_mut());
    response
}

fn harden(app: &App, headers: &mut HeaderMap) {
    headers.insert(CONTENT_SECURITY_POLICY, app.content_security_policy.clone());
    for (name, value) in [
        (CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        // Not `no-referrer`: with that, browsers without Sec-Fetch-Site would post with `Origin: null`.
        (REFERRER_POLICY, "same-origin"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// Cookies belong to a host name: under another one no sign-in could ever end.
fn is_own_host(headers: &HeaderMap, base_url: &str) -> bool {
    let authority = base_url.split_once("//").map_or(base_url, |(_, rest)| rest);
    headers.get(HOST).is_none_or(|host| host.as_bytes().eq_ignore_ascii_case(authority.as_bytes()))
}

/// Only our own pages post here (C120). Another port of the same host is another origin, yet the same site.
fn is_same_origin(headers: &HeaderMap, base_url: &str) -> bool {
    match (headers.get("sec-fetch-site"), headers.get(ORIGIN)) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => origin == base_url,
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(of: &[(&'static str, &'static str)]) -> HeaderMap {
        of.iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn c120_only_our_own_pages_post() {
        let base = "http://localhost:3000";
        for (fields, own) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "same-origin"), ("origin", "null")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("origin", "http://localhost:3000")], true),
            (&[("origin", "http://localhost:3001")], false),
            (&[("origin", "null")], false),
            (&[], true),
        ] {
            assert_eq!(is_same_origin(&headers(fields), base), own, "{fields:?}");
        }
    }

    #[test]
    fn an_endpoint_cannot_end_the_policy() {
        let policy = content_security_policy("http://a; script-src *");
        assert!(!policy.to_str().unwrap().contains("script-src"));
        let policy = content_security_policy("http://localhost:3001");
        assert!(policy.to_str().unwrap().contains("form-action 'self' http://localhost:3001;"));
    }
}
