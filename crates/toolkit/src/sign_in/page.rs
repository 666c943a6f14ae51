//! The small page of the toolkit: whole by itself, without script. A website may have its own instead.

use std::fmt::Write as _;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, Response, StatusCode};

use super::trouble::{Trouble, Words};

/// The one way forward of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// What stands on it.
    pub label: &'static str,
    /// Where it leads: a path of the website's own.
    pub href: String,
    /// Whether it is the button of a form that posts, rather than a link.
    pub posts: bool,
}

/// A page of a sign-in: trouble, or the question whether to sign out. Show it as the website shows pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInPage {
    /// What went wrong; nothing, on the page that asks whether to sign out.
    pub trouble: Option<Trouble>,
    /// What it says.
    pub words: Words,
    /// The one way forward.
    pub way: Way,
}

impl SignInPage {
    /// The status that the page should have.
    pub fn status(&self) -> StatusCode {
        self.trouble.map_or(StatusCode::OK, Trouble::status)
    }
}

const STYLE: &str = ":root{color-scheme:light dark}\
body{margin:0 auto;max-inline-size:34rem;padding:clamp(1.5rem,8vh,5rem) 1.25rem;font:1.0625rem/1.6 system-ui,sans-serif;overflow-wrap:anywhere}\
h1{font-size:1.75rem;line-height:1.2;text-wrap:balance}\
a,button{display:inline-block;margin-block-start:1rem;padding:.75rem 1.5rem;border:1px solid;border-radius:.625rem;background:none;color:inherit;font:inherit;font-weight:600;text-decoration:none;cursor:pointer}\
:focus-visible{outline:3px solid;outline-offset:2px}";

/// Without `form-action`: the one form leads on to the provider, and browsers hold that redirect to it too.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = STANDARD.encode(keys::opaque::hash(STYLE.as_bytes()));
    let policy =
        format!("default-src 'none'; style-src 'sha256-{hash}'; frame-ancestors 'none'; base-uri 'none'");
    HeaderValue::try_from(policy).expect("a hash in base64 is plain text")
});

/// The page as the toolkit shows it.
pub(super) fn render(page: &SignInPage) -> Response<Bytes> {
    let Words { title, happened, advice } = page.words;
    let Way { label, href, posts } = &page.way;
    let href = escaped(href);
    let way = if *posts {
        format!(
            "<form method=\"post\" action=\"{href}\"><button id=\"forward\" type=\"submit\">{label}</button></form>"
        )
    } else {
        format!("<p><a id=\"forward\" href=\"{href}\">{label}</a></p>")
    };
    let html = format!(
        "<!doctype html>\n<html lang=\"en\" dir=\"ltr\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n<p>{happened}</p>\n<p>{advice}</p>\n{way}\n</main>\n</body>\n</html>\n"
    );
    let mut response = Response::new(Bytes::from(html));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_SECURITY_POLICY, POLICY.clone());
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// What holds for a page whoever has drawn it.
pub(super) fn settle(page: &SignInPage, mut response: Response<Bytes>) -> Response<Bytes> {
    *response.status_mut() = page.status();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if page.status() == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// The only text that is not a constant of ours: a path.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '&' | '<' | '>' | '"' | '\'' => {
                write!(out, "&#{};", u32::from(c)).expect("a string takes any text");
            }
            plain => out.push(plain),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_ends_its_attribute() {
        assert_eq!(escaped("/a?b=\"><script>&'"), "/a?b=&#34;&#62;&#60;script&#62;&#38;&#39;");
    }
}
