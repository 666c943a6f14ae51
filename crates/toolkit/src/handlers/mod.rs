//! How an application answers the five session errors.
//!
//! Each default is what the browsers' SDKs expect. Replace them one by one with closures on the
//! [builder](crate::SessionsBuilder), or together by implementing [`ErrorHandlers`].

mod answer;
mod closures;
mod exchange;

use std::time::Duration;

use session::Theft;
use session::claim::ClaimFailure;

pub use answer::{Answer, AnswerFuture};
pub use closures::Handler;
pub(crate) use closures::{Closures, boxed};
pub use exchange::Exchange;
pub(crate) use exchange::json;

/// Answers the five session errors. Each method has the default of the field; override those that should differ.
///
/// By the time a handler runs, everything that protects people has happened: after a theft the session *is*
/// revoked, and no handler can lose that. What a handler decides is the answer, and, by
/// [`Exchange::keep_tokens`], whether the browser's tokens are cleared with it.
pub trait ErrorHandlers: Send + Sync {
    /// There is no session. The default answers 401 `{"message":"unauthorised"}` and clears the tokens, unless
    /// a parallel request may just have created them.
    fn on_unauthorised(&self, message: String, exchange: Exchange) -> AnswerFuture {
        let _ = message;
        exchange.answer_prepared()
    }

    /// The session's claims do not suffice. The default answers 403
    /// `{"message":"invalid claim","claimValidationErrors":[…]}`.
    fn on_invalid_claim(&self, failures: Vec<ClaimFailure>, exchange: Exchange) -> AnswerFuture {
        let _ = failures;
        exchange.answer_prepared()
    }

    /// A theft was found, and the session is revoked. The default answers 401
    /// `{"message":"token theft detected"}` and clears the tokens.
    fn on_token_theft_detected(&self, theft: Theft, exchange: Exchange) -> AnswerFuture {
        let _ = theft;
        exchange.answer_prepared()
    }

    /// The access token is over: the browser should refresh. The default answers 401
    /// `{"message":"try refresh token"}`.
    fn on_try_refresh_token(&self, message: String, exchange: Exchange) -> AnswerFuture {
        let _ = message;
        exchange.answer_prepared()
    }

    /// A refresh met several cookies of one name; the session was refreshed with the live one, and the others are
    /// cleared. The default answers 200 `{"message":…}` with the new tokens; so does an override, unless it says
    /// [`Exchange::without_changes`].
    fn on_clear_duplicate_session_cookies(&self, message: String, exchange: Exchange) -> AnswerFuture {
        let _ = message;
        exchange.answer_prepared()
    }

    /// It cannot be said now: the store is down, or a refresh has to wait. None of the five: nobody is signed out, and
    /// nothing is cleared. The default answers 503 `{"message":"not now"}`; `Retry-After` is added to any answer.
    fn on_unavailable(&self, retry_after: Duration, exchange: Exchange) -> AnswerFuture {
        let _ = retry_after;
        exchange.answer_prepared()
    }
}

/// The defaults.
#[derive(Clone, Copy, Debug, Default)]
pub struct Defaults;

impl ErrorHandlers for Defaults {}
