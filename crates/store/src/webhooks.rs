//! Webhooks: the addresses that an operator wants told what happens.

use database::{Error, Row, Statement, Work, params};
use model::{Timestamp, Webhook, WebhookId};

use crate::audit::AuditLine;
use crate::{Store, document};

pub(crate) const STATEMENTS: &[&Statement] =
    &[&CREATE, &ALL, &READ, &CHANGE, &CHANGE_KEY, &DELETE, &UNSUBSCRIBE, &SUBSCRIBE, &DELETE_DELIVERIES];

static CREATE: Statement = Statement::common(
    "webhooks.create",
    "INSERT INTO webhooks (tenant, id, document, sealed, updated_at) VALUES ($1, $2, $3, $4, $5)",
);
static ALL: Statement = Statement::common(
    "webhooks.all",
    "SELECT document, sealed, former_sealed FROM webhooks WHERE tenant = $1 ORDER BY id LIMIT 200",
);
static READ: Statement = Statement::common(
    "webhooks.read",
    "SELECT document, sealed, former_sealed FROM webhooks WHERE tenant = $1 AND id = $2",
);
static CHANGE: Statement = Statement::common(
    "webhooks.change",
    "UPDATE webhooks SET document = $1, updated_at = $2 WHERE tenant = $3 AND id = $4 AND updated_at = $5",
);
static CHANGE_KEY: Statement = Statement::common(
    "webhooks.change_key",
    "UPDATE webhooks SET document = $1, former_sealed = sealed, sealed = $2, updated_at = $3
     WHERE tenant = $4 AND id = $5 AND updated_at = $6",
);
static DELETE: Statement =
    Statement::common("webhooks.delete", "DELETE FROM webhooks WHERE tenant = $1 AND id = $2");
static UNSUBSCRIBE: Statement = Statement::common(
    "webhooks.unsubscribe",
    "DELETE FROM webhook_events WHERE tenant = $1 AND webhook = $2",
);
static SUBSCRIBE: Statement = Statement::common(
    "webhooks.subscribe",
    "INSERT INTO webhook_events (tenant, event, webhook) VALUES ($1, $2, $3)",
);
static DELETE_DELIVERIES: Statement = Statement::common(
    "webhooks.delete_deliveries",
    "DELETE FROM webhook_deliveries WHERE tenant = $1 AND webhook = $2",
);

/// A webhook with its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundWebhook {
    /// The webhook.
    pub webhook: Webhook,
    /// The key that signs, sealed.
    pub sealed: Vec<u8>,
    /// The key before it, sealed, where there was one.
    pub former_sealed: Option<Vec<u8>>,
}

impl Store {
    /// Saves a new webhook.
    pub async fn create_webhook(
        &self,
        webhook: &Webhook,
        sealed: Vec<u8>,
        line: AuditLine,
    ) -> Result<(), Error> {
        let id = *webhook.id.as_bytes();
        let work =
            Work::new().run(&CREATE, params![self.scope(), id, text(webhook), sealed, webhook.updated_at]);
        let work = self.subscribing(work, webhook);
        self.database.commit(self.auditing(work, line)).await?;
        Ok(())
    }

    /// Every webhook, in the order they were made: at most two hundred.
    pub async fn webhooks(&self) -> Result<Vec<FoundWebhook>, Error> {
        self.database.query(&ALL, params![self.scope()]).await?.iter().map(read).collect()
    }

    /// The webhook of an id.
    pub async fn webhook(&self, id: WebhookId) -> Result<Option<FoundWebhook>, Error> {
        let row = self.database.query_optional(&READ, params![self.scope(), *id.as_bytes()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Saves a changed webhook, and its new key where there is one; `false` when somebody else changed it since
    /// `read_at`.
    pub async fn save_webhook(
        &self,
        webhook: &Webhook,
        sealed: Option<Vec<u8>>,
        read_at: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let (id, at) = (*webhook.id.as_bytes(), webhook.updated_at);
        let work = match sealed {
            Some(sealed) => Work::new()
                .expect_one(&CHANGE_KEY, params![text(webhook), sealed, at, self.scope(), id, read_at]),
            None => Work::new().expect_one(&CHANGE, params![text(webhook), at, self.scope(), id, read_at]),
        };
        let work = self.subscribing(work.run(&UNSUBSCRIBE, params![self.scope(), id]), webhook);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// Removes a webhook, with whatever was still to be told; `false` when there is none.
    pub async fn delete_webhook(&self, id: WebhookId, line: AuditLine) -> Result<bool, Error> {
        let key = params![self.scope(), *id.as_bytes()];
        let work = Work::new()
            .expect_one(&DELETE, key.clone())
            .run(&UNSUBSCRIBE, key.clone())
            .run(&DELETE_DELIVERIES, key);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// What is switched off hears nothing of what happens meanwhile.
    fn subscribing(&self, work: Work, webhook: &Webhook) -> Work {
        let events = webhook.events.iter().filter(|_| webhook.enabled);
        events.fold(work, |work, event| {
            work.run(&SUBSCRIBE, params![self.scope(), event.as_str(), *webhook.id.as_bytes()])
        })
    }
}

fn text(webhook: &Webhook) -> String {
    serde_json::to_string(webhook).expect("a webhook is a plain structure")
}

fn read(row: &Row) -> Result<FoundWebhook, Error> {
    Ok(FoundWebhook {
        webhook: document::read(row, 0)?,
        sealed: row.bytes(1)?.to_vec(),
        former_sealed: row.optional_bytes(2)?.map(<[u8]>::to_vec),
    })
}
