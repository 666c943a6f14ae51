//! The headers of every answer (C128, C129, C130).

use std::sync::LazyLock;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue};

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

static PAGE_POLICY: LazyLock<HeaderValue> = LazyLock::new(|| content_security_policy(&[]));

/// The policy of a page: nothing but its own style, and forms that may end at these origins as well as here.
/// Chromium holds redirects after a form to `form-action` too.
pub(crate) fn content_security_policy(form_targets: &[String]) -> HeaderValue {
    policy("", form_targets)
}

/// The policy of the page that posts an answer by its one line of script.
pub(crate) fn self_posting_policy(target: &str) -> HeaderValue {
    policy(&format!("script-src '{}'; ", pages::script_hash()), &[target.to_owned()])
}

fn policy(script: &str, form_targets: &[String]) -> HeaderValue {
    let targets = form_targets.iter().fold(String::new(), |list, target| format!("{list} {target}"));
    let style = pages::style_hash();
    let text = format!(
        "default-src 'none'; style-src '{style}'; {script}img-src data:; form-action 'self'{targets}; \
         frame-ancestors 'none'; base-uri 'none'"
    );
    let closed = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    HeaderValue::try_from(text).unwrap_or(closed)
}

/// Adds what is missing. A handler that sets one of these itself keeps it.
pub(crate) async fn harden(is_https: bool, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let put = |headers: &mut HeaderMap, name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    put(headers, CONTENT_SECURITY_POLICY, PAGE_POLICY.clone());
    put(headers, X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    put(headers, X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    put(headers, REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    put(headers, CACHE_CONTROL, NO_STORE);
    let permissions = HeaderName::from_static("permissions-policy");
    put(
        headers,
        permissions,
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    );
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    put(headers, opener, HeaderValue::from_static("same-origin"));
    if is_https {
        put(headers, STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
    }
    response
}
