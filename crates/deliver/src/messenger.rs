//! The messenger: tells webhooks what happened.

use std::sync::Arc;
use std::time::Duration;

use keys::{Sealer, WebhookKey};
use model::{Clock, Entropy, Timestamp, Webhook, WebhookId};
use serde_json::{Value, json};
use store::audit::{AuditEvent, AuditLine};
use store::webhook_deliveries::{Again, ClaimedDelivery};
use store::webhooks::FoundWebhook;
use store::{Error, Store};

use crate::call::{CallError, Caller, Message};
use crate::postman::Delivery;

/// How long a telling belongs to whoever took it: longer than it may take.
const LEASE: Duration = Duration::from_secs(60);

/// The pauses after tries that failed, as Standard Webhooks recommends: ten tries over three days.
const PAUSES: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(14),
    Duration::from_hours(20),
    Duration::from_hours(24),
];

/// How long what else is due to a webhook waits after one that failed: that one alone may be at fault.
const LONGEST_PAUSE_OF_OTHERS: Duration = Duration::from_mins(1);

/// Tells webhooks what happened.
#[derive(Clone, Debug)]
pub struct Messenger {
    /// The tables.
    pub store: Store,
    /// Opens the keys that sign.
    pub sealer: Arc<Sealer>,
    /// How they are called.
    pub caller: Caller,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
}

impl Messenger {
    /// Whom something is due to: who has waited longest first.
    pub async fn waiting(&self) -> Result<Vec<WebhookId>, Error> {
        self.store.waiting_webhooks(self.clock.now()).await
    }

    /// Takes what a webhook is to be told next, if anything is due.
    pub async fn claim(&self, webhook: WebhookId) -> Result<Option<ClaimedDelivery>, Error> {
        let now = self.clock.now();
        self.store.claim_delivery(webhook, now, now.plus(LEASE)).await
    }

    /// Tells one webhook of one thing.
    pub async fn deliver(&self, claimed: &ClaimedDelivery) -> Result<Delivery, Error> {
        let Some(found) = self.store.webhook(claimed.webhook).await? else {
            // It was removed, and its deliveries with it, a moment ago.
            return Ok(Delivery::Tended);
        };
        if !found.webhook.enabled {
            self.store.delivery_failed(claimed, None, "the webhook is switched off", None).await?;
            return Ok(Delivery::Tended);
        }
        let Some(message) = self.message(&found, claimed, self.clock.now()) else {
            tracing::error!(webhook = %claimed.webhook, "the key of a webhook cannot be opened");
            self.store.delivery_failed(claimed, None, "its key cannot be opened", None).await?;
            return Ok(Delivery::GivenUp);
        };
        match self.caller.call(&found.webhook.url, message).await {
            Ok(status) => self.store.delivery_done(claimed, status, self.clock.now()).await?,
            Err(error) => return self.failed(&found.webhook, claimed, error).await,
        }
        Ok(Delivery::Tended)
    }

    async fn failed(
        &self,
        webhook: &Webhook,
        claimed: &ClaimedDelivery,
        error: CallError,
    ) -> Result<Delivery, Error> {
        let tries = usize::try_from(claimed.attempt).unwrap_or(usize::MAX);
        let pause = PAUSES.get(tries.saturating_sub(1)).filter(|_| error != CallError::Gone);
        let now = self.clock.now();
        let again = pause.map(|pause| Again {
            due_at: now.plus(*pause),
            others_due_at: now.plus((*pause).min(LONGEST_PAUSE_OF_OTHERS)),
        });
        self.store.delivery_failed(claimed, error.status(), &error.to_string(), again).await?;
        if again.is_some() {
            tracing::warn!(webhook = %webhook.id, %error, "a webhook could not be told yet");
            return Ok(Delivery::Tended);
        }
        tracing::error!(webhook = %webhook.id, %error, "a webhook could not be told, and no more is tried");
        if error == CallError::Gone {
            self.switch_off(webhook).await?;
        }
        Ok(Delivery::GivenUp)
    }

    /// Whoever is gone hears nothing more. If an operator has changed it meanwhile, theirs counts.
    async fn switch_off(&self, webhook: &Webhook) -> Result<(), Error> {
        let updated_at = self.clock.now().max(webhook.updated_at.plus(Duration::from_micros(1)));
        let off = Webhook { enabled: false, updated_at, ..webhook.clone() };
        let line = AuditLine::new(AuditEvent::WebhookGone, &*self.clock, &*self.entropy);
        let line = line.detail(json!({"webhookId": webhook.id}));
        self.store.save_webhook(&off, None, webhook.updated_at, line).await?;
        Ok(())
    }

    /// Signed with the key, and with the one before it for as long as that counts.
    fn message(&self, found: &FoundWebhook, claimed: &ClaimedDelivery, now: Timestamp) -> Option<Message> {
        let (id, seconds, body) = (format!("msg_{}", claimed.event), now.as_seconds(), body(claimed));
        let sign = |sealed: &Vec<u8>| {
            let text = String::from_utf8(self.sealer.open(sealed)?).ok()?;
            Some(WebhookKey::parse(&text)?.sign(&id, seconds, &body))
        };
        let counts = found.webhook.former_key_until.is_some_and(|until| now < until);
        let former = found.former_sealed.as_ref().filter(|_| counts).and_then(sign);
        let signatures = sign(&found.sealed).into_iter().chain(former).collect::<Vec<_>>().join(" ");
        (!signatures.is_empty()).then_some(Message { id, seconds, signatures, body })
    }
}

/// What is told, as the document recommends: type, time and data.
fn body(claimed: &ClaimedDelivery) -> String {
    let at = jiff::Timestamp::from_microsecond(claimed.at.as_micros()).unwrap_or_default().to_string();
    let data: Value = serde_json::from_str(&claimed.data).unwrap_or(Value::Null);
    json!({
        "type": claimed.name,
        "timestamp": at,
        "occurrences": claimed.occurrences,
        "data": data,
    })
    .to_string()
}
