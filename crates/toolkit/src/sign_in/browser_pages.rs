//! Session errors of a website whose pages no script draws.

use std::time::Duration;

use http::header::{ACCEPT, HOST, LOCATION, REFERER};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use session::Theft;
use session::claim::ClaimFailure;

use super::page::{SignInPage, Way, render, settle};
use super::renewal;
use super::return_to::ReturnTo;
use super::trouble::{Trouble, Words};
use crate::handlers::{AnswerFuture, Defaults, ErrorHandlers, Exchange};

/// For websites with a [`SignIn`](crate::SignIn). Answers for plain page loads: whoever's access token is over is refreshed on the way and comes back, and whoever is
/// signed out is led to the sign-in. Calls of scripts, and everything else, are answered as the [`Defaults`] do.
///
/// ```
/// # use toolkit::{AppInfo, BrowserPages, MasterSecret, MemoryStore, Sessions, SystemEntropy};
/// let sessions = Sessions::builder(MemoryStore::new())
///     .app(AppInfo::new("Notes", "https://notes.example", "https://notes.example")?)
///     .handlers(BrowserPages::below("/auth"));
/// # Ok::<(), toolkit::AppInfoError>(())
/// ```
#[derive(Clone, Debug)]
pub struct BrowserPages {
    refresh: String,
    sign_in: String,
}

impl BrowserPages {
    /// For routes below this path, usually the API's base path.
    pub fn below(base: &str) -> Self {
        let base = base.trim_end_matches('/');
        Self { refresh: format!("{base}/session/refresh"), sign_in: format!("{base}/sign-in") }
    }

    /// Whether a browser loads a page, rather than a script calling an API.
    pub fn is_page_load(headers: &HeaderMap) -> bool {
        let accepts = |accept: &HeaderValue| accept.as_bytes().windows(9).any(|part| part == b"text/html");
        match headers.get("sec-fetch-mode") {
            Some(mode) => mode == "navigate",
            None => headers.get_all(ACCEPT).iter().any(accepts),
        }
    }

    /// Where the person was going. A form that was posted is not posted again: they come back to the page it was on.
    fn going_to(&self, exchange: &Exchange) -> ReturnTo {
        let uri = exchange.uri();
        if uri.path() == self.refresh {
            return renewal::return_to(uri.query().unwrap_or_default());
        }
        let going = match *exchange.method() {
            Method::GET => uri.path_and_query().and_then(|page| ReturnTo::parse(page.as_str())),
            _ => page_of_form(exchange.headers()),
        };
        going.unwrap_or_else(ReturnTo::home)
    }
}

impl ErrorHandlers for BrowserPages {
    fn on_unauthorised(&self, message: String, exchange: Exchange) -> AnswerFuture {
        if !Self::is_page_load(exchange.headers()) {
            return Defaults.on_unauthorised(message, exchange);
        }
        let to = renewal::address(&self.sign_in, &self.going_to(&exchange));
        lead(exchange, &to)
    }

    fn on_try_refresh_token(&self, message: String, exchange: Exchange) -> AnswerFuture {
        if !Self::is_page_load(exchange.headers()) {
            return Defaults.on_try_refresh_token(message, exchange);
        }
        let to = renewal::address_again(&self.refresh, &self.going_to(&exchange));
        lead(exchange, &to)
    }

    fn on_clear_duplicate_session_cookies(&self, message: String, exchange: Exchange) -> AnswerFuture {
        if !Self::is_page_load(exchange.headers()) {
            return Defaults.on_clear_duplicate_session_cookies(message, exchange);
        }
        let to = self.going_to(&exchange);
        lead(exchange, to.as_str())
    }

    fn on_invalid_claim(&self, failures: Vec<ClaimFailure>, exchange: Exchange) -> AnswerFuture {
        Defaults.on_invalid_claim(failures, exchange)
    }

    fn on_unavailable(&self, retry_after: Duration, exchange: Exchange) -> AnswerFuture {
        if !Self::is_page_load(exchange.headers()) {
            return Defaults.on_unavailable(retry_after, exchange);
        }
        let page = SignInPage {
            trouble: Some(Trouble::NotNow),
            words: Words {
                title: "That does not work right now",
                happened: "Your session could not be looked up at the moment. You are not signed out, and nothing was lost.",
                advice: "Try again in a moment.",
            },
            way: Way { label: "Try again", href: self.going_to(&exchange).as_str().to_owned(), posts: false },
        };
        let response = settle(&page, render(&page));
        Box::pin(std::future::ready(exchange.answer(response)))
    }

    fn on_token_theft_detected(&self, theft: Theft, exchange: Exchange) -> AnswerFuture {
        Defaults.on_token_theft_detected(theft, exchange)
    }
}

/// The page of our own that a form was on, if the browser says so.
fn page_of_form(headers: &HeaderMap) -> Option<ReturnTo> {
    let referer = headers.get(REFERER)?.to_str().ok()?;
    let (_, rest) = referer.split_once("//")?;
    let path = rest.strip_prefix(headers.get(HOST)?.to_str().ok()?)?;
    ReturnTo::parse(path)
}

fn lead(exchange: Exchange, to: &str) -> AnswerFuture {
    let mut response = Response::new("");
    *response.status_mut() = StatusCode::SEE_OTHER;
    let to = HeaderValue::try_from(to).expect("a checked path is of plain characters");
    response.headers_mut().insert(LOCATION, to);
    response.headers_mut().insert(http::header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Box::pin(std::future::ready(exchange.answer(response)))
}
