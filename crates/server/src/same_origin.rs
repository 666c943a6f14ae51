//! Cross-site posts are refused (C119, C120), but where the protocol has them.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use fault::Code;
use http::header::ORIGIN;
use http::{HeaderMap, Method};
use serde_json::json;

use crate::app::App;
use crate::recovery::Failure;

/// Lets a post pass only if it comes from a page of ours. Browsers that say nothing of where a post comes from
/// are held by the `SameSite` cookie that every form's flow is bound to.
pub(crate) async fn require(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if *request.method() == Method::POST && !is_ours(request.headers(), app.endpoint().as_str()) {
        let detail = json!({"cause": "a form was posted from another site"});
        return Failure::new(Code::RequestMalformed).detail(detail).into_response();
    }
    next.run(request).await
}

fn is_ours(headers: &HeaderMap, endpoint: &str) -> bool {
    match (headers.get("sec-fetch-site"), headers.get(ORIGIN)) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => origin == endpoint,
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c120_only_posts_from_our_own_pages_pass() {
        let ours = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            is_ours(&headers, "https://id.example")
        };
        assert!(ours(&[]));
        assert!(ours(&[("sec-fetch-site", "same-origin"), ("origin", "https://id.example")]));
        assert!(ours(&[("origin", "https://id.example")]));
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "null"),
            ("origin", "https://id.example.evil.example"),
            ("origin", "https://sub.id.example"),
            ("origin", "http://id.example"),
        ] {
            assert!(!ours(&[(name, value)]), "{name}: {value}");
        }
    }
}
