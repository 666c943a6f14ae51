//! Handlers as closures.

use std::fmt;
use std::time::Duration;

use session::Theft;
use session::claim::ClaimFailure;

use super::{Answer, AnswerFuture, Defaults, ErrorHandlers, Exchange};

/// A handler of one error, which is given `E`.
pub type Handler<E> = Box<dyn Fn(E, Exchange) -> AnswerFuture + Send + Sync>;

/// Makes a handler of an asynchronous closure.
pub(crate) fn boxed<E, F, A>(closure: F) -> Handler<E>
where
    F: Fn(E, Exchange) -> A + Send + Sync + 'static,
    A: Future<Output = Answer> + Send + 'static,
{
    Box::new(move |error, exchange| Box::pin(closure(error, exchange)))
}

/// A closure for each error that is not answered as the rest says.
pub(crate) struct Closures {
    pub(crate) unauthorised: Option<Handler<String>>,
    pub(crate) invalid_claim: Option<Handler<Vec<ClaimFailure>>>,
    pub(crate) token_theft_detected: Option<Handler<Theft>>,
    pub(crate) try_refresh_token: Option<Handler<String>>,
    pub(crate) clear_duplicate_session_cookies: Option<Handler<String>>,
    pub(crate) rest: Box<dyn ErrorHandlers>,
}

impl Default for Closures {
    fn default() -> Self {
        Self {
            unauthorised: None,
            invalid_claim: None,
            token_theft_detected: None,
            try_refresh_token: None,
            clear_duplicate_session_cookies: None,
            rest: Box::new(Defaults),
        }
    }
}

impl fmt::Debug for Closures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Closures").finish_non_exhaustive()
    }
}

impl ErrorHandlers for Closures {
    fn on_unauthorised(&self, message: String, exchange: Exchange) -> AnswerFuture {
        match &self.unauthorised {
            Some(handler) => handler(message, exchange),
            None => self.rest.on_unauthorised(message, exchange),
        }
    }

    fn on_invalid_claim(&self, failures: Vec<ClaimFailure>, exchange: Exchange) -> AnswerFuture {
        match &self.invalid_claim {
            Some(handler) => handler(failures, exchange),
            None => self.rest.on_invalid_claim(failures, exchange),
        }
    }

    fn on_token_theft_detected(&self, theft: Theft, exchange: Exchange) -> AnswerFuture {
        match &self.token_theft_detected {
            Some(handler) => handler(theft, exchange),
            None => self.rest.on_token_theft_detected(theft, exchange),
        }
    }

    fn on_try_refresh_token(&self, message: String, exchange: Exchange) -> AnswerFuture {
        match &self.try_refresh_token {
            Some(handler) => handler(message, exchange),
            None => self.rest.on_try_refresh_token(message, exchange),
        }
    }

    fn on_clear_duplicate_session_cookies(&self, message: String, exchange: Exchange) -> AnswerFuture {
        match &self.clear_duplicate_session_cookies {
            Some(handler) => handler(message, exchange),
            None => self.rest.on_clear_duplicate_session_cookies(message, exchange),
        }
    }

    fn on_unavailable(&self, retry_after: Duration, exchange: Exchange) -> AnswerFuture {
        self.rest.on_unavailable(retry_after, exchange)
    }
}
