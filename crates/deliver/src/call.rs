//! How a webhook is called: once, with limits, and without following anybody.

use std::time::Duration;

use model::WebUrl;
use reqwest::header::CONTENT_TYPE;

use crate::client::client;

/// How long a webhook may take: the time that Standard Webhooks recommends.
const PATIENCE: Duration = Duration::from_secs(15);

/// Why a webhook was not told. It never says where the webhook is: there may be a secret in its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// It does not want to be told any more (RFC 9110 §15.5.11).
    #[error("it answered that it is gone")]
    Gone,
    /// It led elsewhere. Nobody follows.
    #[error("it answered {0}, and no redirect is followed")]
    Redirected(u16),
    /// It answered something else than 2xx.
    #[error("it answered {0}")]
    Refused(u16),
    /// It took too long.
    #[error("it did not answer in time")]
    Slow,
    /// It is not there, or not by TLS.
    #[error("it cannot be reached, or not by TLS")]
    Unreachable,
}

impl CallError {
    /// The status of its answer, if it gave one.
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::Gone => Some(410),
            Self::Redirected(status) | Self::Refused(status) => Some(status),
            Self::Slow | Self::Unreachable => None,
        }
    }
}

/// Calls webhooks.
#[derive(Clone, Debug)]
pub struct Caller {
    patience: Duration,
}

/// One message, ready to be sent.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) seconds: i64,
    pub(crate) signatures: String,
    pub(crate) body: String,
}

impl Default for Caller {
    fn default() -> Self {
        Self { patience: PATIENCE }
    }
}

impl Caller {
    /// With another time that a webhook may take.
    pub const fn with_patience(patience: Duration) -> Self {
        Self { patience }
    }

    /// Tells a webhook; the status of its answer.
    pub(crate) async fn call(&self, url: &WebUrl, message: Message) -> Result<u16, CallError> {
        let us = concat!("onward-webhooks/", env!("CARGO_PKG_VERSION"));
        let client = client(url.as_url(), self.patience, us).map_err(|_| CallError::Unreachable)?;
        let request = client
            .post(url.as_url().clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", message.id)
            .header("webhook-timestamp", message.seconds)
            .header("webhook-signature", message.signatures)
            .body(message.body);
        let answered = request.send().await;
        let status = answered
            .map_err(|error| if error.is_timeout() { CallError::Slow } else { CallError::Unreachable })?;
        match status.status().as_u16() {
            status @ 200..=299 => Ok(status),
            410 => Err(CallError::Gone),
            status @ 300..=399 => Err(CallError::Redirected(status)),
            status => Err(CallError::Refused(status)),
        }
    }
}
