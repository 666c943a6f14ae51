//! The five session errors, answered in this application's own way: a page that shows what the handler received and
//! what it answers.
//!
//! In everyday life nobody sees most of them: [`BrowserPages`] refreshes on the way, and leads to the sign-in.

use std::sync::Arc;

use axum::http::{Method, Response, StatusCode};
use serde_json::json;
use toolkit::claim::ClaimFailure;
use toolkit::rotation::Position;
use toolkit::store::Use;
use toolkit::{AnswerFuture, BrowserPages, ErrorHandlers, Exchange, Theft};

use crate::app::App;
use crate::pages::{self, Forward, Handled};
use crate::path;

#[derive(Debug)]
pub(crate) struct Handlers {
    app: Arc<App>,
    everyday: BrowserPages,
}

impl Handlers {
    pub(crate) fn new(app: Arc<App>) -> Self {
        Self { app, everyday: BrowserPages::below(path::AUTH) }
    }
}

impl ErrorHandlers for Handlers {
    fn on_unauthorised(&self, message: String, exchange: Exchange) -> AnswerFuture {
        if is_met(&exchange) {
            let received = vec![("message", message)];
            return show(exchange, "Unauthorised", "on_unauthorised", received, Forward::sign_in());
        }
        // The front page is for everybody; the tokens that are worth nothing are cleared along with it.
        if exchange.uri().path() == path::HOME && BrowserPages::is_page_load(exchange.headers()) {
            let page = pages::document(pages::signed_out(&self.app.options));
            return Box::pin(std::future::ready(exchange.answer(page)));
        }
        self.everyday.on_unauthorised(message, exchange)
    }

    fn on_try_refresh_token(&self, message: String, exchange: Exchange) -> AnswerFuture {
        if is_met(&exchange) {
            let received = vec![("message", message)];
            return show(exchange, "Try refresh token", "on_try_refresh_token", received, Forward::refresh());
        }
        self.everyday.on_try_refresh_token(message, exchange)
    }

    fn on_invalid_claim(&self, failures: Vec<ClaimFailure>, exchange: Exchange) -> AnswerFuture {
        if !BrowserPages::is_page_load(exchange.headers()) {
            return self.everyday.on_invalid_claim(failures, exchange);
        }
        let received = vec![("claimValidationErrors", json!(failures).to_string())];
        show(exchange, "Invalid claim", "on_invalid_claim", received, Forward::support())
    }

    fn on_token_theft_detected(&self, theft: Theft, exchange: Exchange) -> AnswerFuture {
        if !BrowserPages::is_page_load(exchange.headers()) {
            return self.everyday.on_token_theft_detected(theft, exchange);
        }
        let evidence = &theft.evidence;
        let received = vec![
            ("sessionHandle", theft.handle.to_string()),
            ("userId", theft.user.clone()),
            ("rule that found it", evidence.row.as_str().to_owned()),
            ("token presented", position(evidence.presented)),
            ("token of the session", position(evidence.current)),
            ("seen in use", evidence.confirmed_at.map(pages::moment).unwrap_or_default()),
            ("found", pages::moment(evidence.found_at)),
            ("last use", used(&theft.last_use)),
            ("this use", used(&theft.this_use)),
        ];
        show(exchange, "Token theft detected", "on_token_theft_detected", received, Forward::sign_in())
    }

    fn on_clear_duplicate_session_cookies(&self, message: String, exchange: Exchange) -> AnswerFuture {
        if exchange.method() == Method::POST && BrowserPages::is_page_load(exchange.headers()) {
            let received = vec![("message", message)];
            let name = "on_clear_duplicate_session_cookies";
            return show(exchange, "Duplicate cookies cleared", name, received, Forward::back());
        }
        self.everyday.on_clear_duplicate_session_cookies(message, exchange)
    }
}

/// Whether somebody wanted to meet the error, rather than to open a page.
fn is_met(exchange: &Exchange) -> bool {
    [path::MEMBERS, path::SUPPORTERS].contains(&exchange.uri().path())
}

fn position(of: Position) -> String {
    format!("generation {}, sibling {}", of.generation, of.sibling)
}

fn used(this: &Use) -> String {
    format!("{} by {}", pages::moment(this.at), pages::device(this))
}

/// The page, with the status, and the changes to the browser's tokens, that a script would have been answered with.
fn show(
    exchange: Exchange,
    title: &'static str,
    handler: &'static str,
    received: Vec<(&'static str, String)>,
    forward: Forward,
) -> AnswerFuture {
    let status: StatusCode = exchange.status();
    let parts = exchange.prepared();
    let strays = parts.cookies().any(toolkit::SetCookie::is_clearing);
    let tokens = match (parts.clears_tokens(), parts.is_empty()) {
        (true, _) => "cleared",
        (false, true) => "left as they are",
        (false, false) if strays => "replaced by new ones; older cookies are cleared",
        (false, false) => "replaced by new ones",
    };
    let page = pages::handled(&Handled {
        title,
        handler,
        received,
        status,
        body: exchange.body().to_string(),
        tokens,
        forward,
    });
    let mut response: Response<bytes::Bytes> = pages::document(page);
    *response.status_mut() = status;
    Box::pin(std::future::ready(exchange.answer(response)))
}
