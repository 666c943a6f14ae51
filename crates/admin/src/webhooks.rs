//! Webhooks: addresses that are told what happens, set up, read, changed, tried out and removed. A key is shown once.

use std::time::Duration;

use fault::Code;
use keys::WebhookKey;
use model::{EVERY_EVENT, EventId, Timestamp, WebUrl, Webhook, WebhookId};
use serde::Deserialize;
use serde_json::{Value, json};
use store::audit::{AuditEvent, AuditLine};
use store::incidents::failure_event;
use store::webhook_deliveries::{DeliveryRecord, Event};
use zeroize::Zeroizing;

use crate::{ChangeError, Invalid, Operator};

/// How long the key before the present one signs too, so that nobody who checks misses anything.
const FORMER_KEY_COUNTS: Duration = Duration::from_hours(24);
/// The longest name, in bytes.
const LONGEST_NAME: usize = 128;
/// The event by which a webhook is tried out.
const TRIAL: &str = "webhook.trial";

/// What a body may say about a webhook. A part that is absent stays.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebhookPatch {
    /// What it is called.
    #[serde(default)]
    name: Option<String>,
    /// Of what it is told.
    #[serde(default)]
    events: Option<Vec<String>>,
    /// Where it is.
    #[serde(default)]
    config: Option<WebhookConfig>,
    /// Whether it is told anything.
    #[serde(default)]
    enabled: Option<bool>,
}

/// Where a webhook is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookConfig {
    url: String,
}

/// The body of a webhook. It never holds a key.
pub fn body(webhook: &Webhook) -> Value {
    json!({
        "id": webhook.id,
        "name": webhook.name,
        "events": webhook.events,
        "config": {"url": webhook.url},
        "enabled": webhook.enabled,
        "createdAt": webhook.created_at.as_millis(),
        "updatedAt": webhook.updated_at.as_millis(),
    })
}

/// The body of a line of the log.
pub fn delivery_body(record: &DeliveryRecord) -> Value {
    let millis = |at: Option<Timestamp>| at.map(Timestamp::as_millis);
    json!({
        "id": record.event,
        "event": record.name,
        "occurrences": record.occurrences,
        "attempts": record.attempts,
        "status": match (record.delivered_at, record.due_at) {
            (Some(_), _) => "delivered",
            (None, Some(_)) => "waiting",
            (None, None) => "givenUp",
        },
        "createdAt": record.at.as_millis(),
        "deliveredAt": millis(record.delivered_at),
        "nextAttemptAt": millis(record.due_at),
        "lastStatus": record.last_status,
        "lastError": record.last_error,
    })
}

/// Every event that a webhook may be told of.
pub fn events() -> Vec<String> {
    let told = Code::ALL.into_iter().filter(|code| *code != Code::RouteUnknown);
    let audited = AuditEvent::ALL.iter().map(|event| event.as_str().to_owned());
    audited.chain(told.map(failure_event)).collect()
}

impl Operator {
    /// Sets up a webhook. Its key is answered this once.
    pub async fn create_webhook(
        &self,
        patch: WebhookPatch,
    ) -> Result<(Webhook, Zeroizing<String>), ChangeError> {
        let now = self.clock.now();
        let url = patch.config.as_ref().ok_or_else(|| Invalid::new("config.url", "an address is needed"))?;
        let mut webhook = Webhook {
            id: WebhookId::new(&*self.clock, &*self.entropy),
            name: String::new(),
            url: read_url(&url.url)?,
            events: Vec::new(),
            enabled: true,
            former_key_until: None,
            created_at: now,
            updated_at: now,
        };
        apply(&mut webhook, patch)?;
        let (key, sealed) = self.new_key();
        let line = self.webhook_line(AuditEvent::WebhookCreated, &webhook);
        self.store.create_webhook(&webhook, sealed, line).await?;
        Ok((webhook, key))
    }

    /// Changes a webhook.
    pub async fn change_webhook(&self, id: WebhookId, patch: WebhookPatch) -> Result<Webhook, ChangeError> {
        let mut webhook = self.webhook(id).await?;
        let read_at = webhook.updated_at;
        apply(&mut webhook, patch)?;
        self.save_webhook(webhook, None, read_at).await
    }

    /// Gives a webhook another key, which is answered this once. The one before it signs too for a day.
    pub async fn renew_webhook_key(
        &self,
        id: WebhookId,
    ) -> Result<(Webhook, Zeroizing<String>), ChangeError> {
        let mut webhook = self.webhook(id).await?;
        let read_at = webhook.updated_at;
        webhook.former_key_until = Some(self.clock.now().plus(FORMER_KEY_COUNTS));
        let (key, sealed) = self.new_key();
        Ok((self.save_webhook(webhook, Some(sealed), read_at).await?, key))
    }

    /// Removes a webhook, with whatever was still to be told.
    pub async fn delete_webhook(&self, id: WebhookId) -> Result<(), ChangeError> {
        let webhook = self.webhook(id).await?;
        let line = self.webhook_line(AuditEvent::WebhookDeleted, &webhook);
        if self.store.delete_webhook(id, line).await? { Ok(()) } else { Err(ChangeError::NotFound) }
    }

    /// The webhook of an id.
    pub async fn webhook(&self, id: WebhookId) -> Result<Webhook, ChangeError> {
        Ok(self.store.webhook(id).await?.ok_or(ChangeError::NotFound)?.webhook)
    }

    /// Tells a webhook something that has not happened, as anything else is told; its id in the log.
    pub async fn try_webhook(&self, id: WebhookId) -> Result<EventId, ChangeError> {
        let webhook = self.webhook(id).await?;
        if !webhook.enabled {
            return Err(Invalid::new("enabled", "the webhook is switched off").into());
        }
        let now = self.clock.now();
        let event = Event {
            id: EventId::new(&*self.clock, &*self.entropy),
            name: TRIAL.to_owned(),
            data: json!({"webhookId": webhook.id}).to_string(),
            at: now,
            due_at: now,
        };
        self.store.tell_webhook(id, &event).await?;
        Ok(event.id)
    }

    /// What a webhook was told, and is yet to be told: the newest hundred.
    pub async fn deliveries(&self, id: WebhookId) -> Result<Vec<DeliveryRecord>, ChangeError> {
        self.webhook(id).await?;
        Ok(self.store.recent_deliveries(id).await?)
    }

    /// Tells a webhook once more what it was told, or was not.
    pub async fn deliver_again(&self, id: WebhookId, event: EventId) -> Result<(), ChangeError> {
        let found = self.store.deliver_again(id, event, self.clock.now()).await?;
        if found { Ok(()) } else { Err(ChangeError::NotFound) }
    }

    async fn save_webhook(
        &self,
        mut webhook: Webhook,
        sealed: Option<Vec<u8>>,
        read_at: Timestamp,
    ) -> Result<Webhook, ChangeError> {
        // Later than the version that was read, also when two changes fall into one tick of the clock.
        webhook.updated_at = self.clock.now().max(read_at.plus(Duration::from_micros(1)));
        let line = self.webhook_line(AuditEvent::WebhookChanged, &webhook);
        let saved = self.store.save_webhook(&webhook, sealed, read_at, line).await?;
        if saved { Ok(webhook) } else { Err(ChangeError::Conflict) }
    }

    fn new_key(&self) -> (Zeroizing<String>, Vec<u8>) {
        let key = WebhookKey::draw(&*self.entropy).expose();
        let sealed = self.directory.sealers.webhooks.seal(key.as_bytes(), &*self.entropy);
        (key, sealed)
    }

    /// Without its address, in which there may be a secret of the receiver's.
    fn webhook_line(&self, event: AuditEvent, webhook: &Webhook) -> AuditLine {
        let Webhook { id, name, events, enabled, .. } = webhook;
        AuditLine::new(event, &*self.clock, &*self.entropy)
            .detail(json!({"webhookId": id, "name": name, "events": events, "enabled": enabled}))
    }
}

/// Changes a webhook as a patch says, and checks it as a whole.
fn apply(webhook: &mut Webhook, patch: WebhookPatch) -> Result<(), Invalid> {
    if let Some(name) = patch.name {
        name.trim().clone_into(&mut webhook.name);
    }
    if let Some(events) = patch.events {
        webhook.events = events;
    }
    if let Some(config) = patch.config {
        webhook.url = read_url(&config.url)?;
    }
    webhook.enabled = patch.enabled.unwrap_or(webhook.enabled);
    if webhook.name.is_empty() || webhook.name.len() > LONGEST_NAME {
        return Err(Invalid::new("name", format!("a name of at most {LONGEST_NAME} bytes is needed")));
    }
    check_events(&webhook.events)
}

fn check_events(chosen: &[String]) -> Result<(), Invalid> {
    let wrong = |message: String| Err(Invalid::new("events", message));
    if let [one] = chosen
        && one == EVERY_EVENT
    {
        return Ok(());
    }
    let known = events();
    if let Some(unknown) = chosen.iter().find(|event| !known.contains(event)) {
        return wrong(format!("there is no event {unknown:?} (\"{EVERY_EVENT}\" alone is every event)"));
    }
    let mut sorted: Vec<_> = chosen.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    match sorted.len() {
        0 => wrong("at least one event is needed".to_owned()),
        count if count < chosen.len() => wrong("an event is named twice".to_owned()),
        _ => Ok(()),
    }
}

fn read_url(text: &str) -> Result<WebUrl, Invalid> {
    WebUrl::parse(text).map_err(|error| Invalid::new("config.url", error))
}
