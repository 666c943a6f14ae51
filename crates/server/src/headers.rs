//! The headers of every answer (C128, C129, C130).

use std::sync::LazyLock;

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue};
use pages::Script;

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

static PAGE_POLICY: LazyLock<HeaderValue> = LazyLock::new(|| content_security_policy(&[]));

/// The policy of a page: nothing but its own style, and forms that may end at these origins as well as here.
/// Chromium holds redirects after a form to `form-action` too.
pub(crate) fn content_security_policy(form_targets: &[String]) -> HeaderValue {
    policy("", form_targets)
}

/// The policy of a page with a script. One that waits for something looks for it here only.
pub(crate) fn scripted_policy(script: Script, form_targets: &[String]) -> HeaderValue {
    let connect = match script {
        Script::Post | Script::Follow => "",
        Script::Wait => "connect-src 'self'; ",
    };
    policy(&format!("script-src '{}'; {connect}", script.hash()), form_targets)
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
pub(crate) fn harden(headers: &mut HeaderMap, is_https: bool) {
    headers.reserve(8);
    let mut put = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    put(CONTENT_SECURITY_POLICY, PAGE_POLICY.clone());
    put(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    put(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    put(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    put(CACHE_CONTROL, NO_STORE);
    put(PERMISSIONS_POLICY, HeaderValue::from_static(PERMISSIONS));
    put(CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin"));
    if is_https {
        put(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
    }
}
