//! Text messages by a webhook: a few lines of the operator's own hand them to whomever they like.
//!
//! It is told as all webhooks are: signed by Standard Webhooks 1.0, with an id that stays the same when it is told again.

use std::fmt;
use std::time::Duration;

use keys::WebhookKey;
use model::WebUrl;
use serde_json::json;

use super::{Sending, Sms, SmsError, SmsProvider};
use crate::call::{CallError, Caller, Message};

/// A webhook that sends text messages.
pub(super) struct SmsWebhook {
    url: WebUrl,
    key: WebhookKey,
    caller: Caller,
}

impl SmsWebhook {
    pub(super) const fn new(url: WebUrl, key: WebhookKey, patience: Duration) -> Self {
        Self { url, key, caller: Caller::with_patience(patience) }
    }
}

impl SmsProvider for SmsWebhook {
    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a> {
        Box::pin(async move {
            let at = jiff::Timestamp::from_microsecond(sms.at.as_micros()).unwrap_or_default().to_string();
            let data = json!({"to": sms.to.as_str(), "text": sms.text});
            let body = json!({"type": "sms.send", "timestamp": at, "data": data}).to_string();
            let (id, seconds) = (format!("msg_{}", sms.id), sms.at.as_seconds());
            let signatures = self.key.sign(&id, seconds, &body);
            let called = self.caller.call(&self.url, Message { id, seconds, signatures, body }).await;
            called.map(drop).map_err(|error| match error {
                // The same as for a provider: this message, and no other, cannot be sent.
                CallError::Refused(status @ (400 | 422)) => SmsError::Impossible { status, code: 0 },
                CallError::Redirected(status) | CallError::Refused(status) => SmsError::Refused(status),
                CallError::Gone => SmsError::Refused(410),
                CallError::Slow => SmsError::Slow,
                CallError::Unreachable => SmsError::Unreachable,
            })
        })
    }
}

impl fmt::Debug for SmsWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmsWebhook(…)")
    }
}
