//! What webhooks are yet to be told, and what they were told: written in the same unit of work as what happened.

use database::{Error, Row, Statement, Work, params};
use model::{EVERY_EVENT, EventId, Timestamp, WebhookId};

use crate::Store;

pub(crate) const STATEMENTS: &[&Statement] =
    &[&TELL, &GATHER, &TELL_ONE, &WAITING, &CLAIM, &DELIVERED, &LATER, &POSTPONE, &GIVE_UP, &AGAIN, &RECENT];

static TELL: Statement = Statement::common(
    "webhook_deliveries.tell",
    "INSERT INTO webhook_deliveries
         (tenant, webhook, event_id, event, data, occurrences, attempts, due_at, created_at)
     SELECT tenant, webhook, $1, $2, $3, 1, 0, $4, $5 FROM webhook_events WHERE tenant = $6 AND event IN ($2, $7)",
);
/// An incident that is noted already is not counted again.
static GATHER: Statement = Statement::common(
    "webhook_deliveries.gather",
    "INSERT INTO webhook_deliveries
         (tenant, webhook, event_id, event, data, occurrences, attempts, due_at, created_at)
     SELECT tenant, webhook, $1, $2, $3, 1, 0, $4, $5 FROM webhook_events
     WHERE tenant = $6 AND event IN ($2, $7)
       AND NOT EXISTS (SELECT 1 FROM incidents WHERE tenant = $6 AND reference = $8)
     ON CONFLICT (tenant, webhook, event_id) DO UPDATE SET occurrences = webhook_deliveries.occurrences + 1",
);
static TELL_ONE: Statement = Statement::common(
    "webhook_deliveries.tell_one",
    "INSERT INTO webhook_deliveries
         (tenant, webhook, event_id, event, data, occurrences, attempts, due_at, created_at)
     VALUES ($1, $2, $3, $4, $5, 1, 0, $6, $6)",
);
static WAITING: Statement = Statement::common(
    "webhook_deliveries.waiting",
    "SELECT id FROM (
         SELECT w.id AS id, (
             SELECT d.due_at FROM webhook_deliveries d
             WHERE d.webhook = w.id AND d.due_at <= $1 AND d.tenant = w.tenant ORDER BY d.due_at LIMIT 1) AS due_at
         FROM webhooks w WHERE w.tenant = $2) AS waiting
     WHERE due_at IS NOT NULL ORDER BY due_at",
);
static CLAIM: Statement = Statement::common(
    "webhook_deliveries.claim",
    "UPDATE webhook_deliveries SET due_at = $1, attempts = attempts + 1
     WHERE tenant = $2 AND webhook = $3 AND due_at <= $4 AND event_id = (
         SELECT event_id FROM webhook_deliveries
         WHERE tenant = $2 AND webhook = $3 AND due_at <= $4 ORDER BY due_at LIMIT 1)
     RETURNING webhook, event_id, event, data, occurrences, attempts, created_at",
);
static DELIVERED: Statement = Statement::common(
    "webhook_deliveries.delivered",
    "UPDATE webhook_deliveries SET due_at = NULL, delivered_at = $1, last_status = $2, last_error = NULL
     WHERE tenant = $3 AND webhook = $4 AND event_id = $5 AND attempts = $6",
);
static LATER: Statement = Statement::common(
    "webhook_deliveries.later",
    "UPDATE webhook_deliveries SET due_at = $1, last_status = $2, last_error = $3
     WHERE tenant = $4 AND webhook = $5 AND event_id = $6 AND attempts = $7",
);
// What else is due to whoever does not answer waits, too: it must not take the turns of others.
static POSTPONE: Statement = Statement::common(
    "webhook_deliveries.postpone",
    "UPDATE webhook_deliveries SET due_at = $1 WHERE tenant = $2 AND webhook = $3 AND due_at < $1 AND attempts = 0",
);
static GIVE_UP: Statement = Statement::common(
    "webhook_deliveries.give_up",
    "UPDATE webhook_deliveries SET due_at = NULL, last_status = $1, last_error = $2
     WHERE tenant = $3 AND webhook = $4 AND event_id = $5 AND attempts = $6",
);
static AGAIN: Statement = Statement::common(
    "webhook_deliveries.again",
    "UPDATE webhook_deliveries SET due_at = $1, attempts = 0, delivered_at = NULL
     WHERE tenant = $2 AND webhook = $3 AND event_id = $4",
);
static RECENT: Statement = Statement::common(
    "webhook_deliveries.recent",
    "SELECT event_id, event, occurrences, attempts, due_at, created_at, delivered_at, last_status, last_error
     FROM webhook_deliveries WHERE tenant = $1 AND webhook = $2 ORDER BY created_at DESC, event_id DESC LIMIT 100",
);

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its id. What has one id happened again: it is told once, with how often.
    pub id: EventId,
    /// Its name.
    pub name: String,
    /// What is told of it, as the JSON text of an object; never a secret.
    pub data: String,
    /// When it happened.
    pub at: Timestamp,
    /// When it may be told: later, for what is gathered.
    pub due_at: Timestamp,
}

/// A telling that this node does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedDelivery {
    /// Who is told.
    pub webhook: WebhookId,
    /// Of what.
    pub event: EventId,
    /// Its name.
    pub name: String,
    /// What is told, as the JSON text of an object.
    pub data: String,
    /// How often it happened.
    pub occurrences: i64,
    /// The number of this try, the first being one.
    pub attempt: i64,
    /// When it happened first.
    pub at: Timestamp,
}

/// A line of the log of deliveries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRecord {
    /// Of what.
    pub event: EventId,
    /// Its name.
    pub name: String,
    /// How often it happened.
    pub occurrences: i64,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next; `None`: no more.
    pub due_at: Option<Timestamp>,
    /// When it happened first.
    pub at: Timestamp,
    /// When it was told.
    pub delivered_at: Option<Timestamp>,
    /// The status of the last answer.
    pub last_status: Option<i64>,
    /// Why there was none, or no good one.
    pub last_error: Option<String>,
}

/// Adds to a unit of work that whoever listens is to be told.
pub(crate) fn tell(scope: &str, work: Work, event: &Event) -> Work {
    let Event { id, name, data, at, due_at } = event;
    work.run(&TELL, params![*id.as_bytes(), name.as_str(), data.as_str(), *due_at, *at, scope, EVERY_EVENT])
}

/// Adds to a unit of work that whoever listens is to be told of an incident, before it is noted itself: once, with how
/// often it happened.
pub(crate) fn gather(scope: &str, work: Work, event: &Event, reference: &str) -> Work {
    let Event { id, name, data, at, due_at } = event;
    let (id, name, data) = (*id.as_bytes(), name.as_str(), data.as_str());
    work.run(&GATHER, params![id, name, data, *due_at, *at, scope, EVERY_EVENT, reference])
}

/// When a telling that failed is tried again, and what else is due to the same webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Again {
    /// The telling itself.
    pub due_at: Timestamp,
    /// What has not been tried yet.
    pub others_due_at: Timestamp,
}

impl Store {
    /// Tells one webhook of something, whether it listens or not: for trying it out.
    pub async fn tell_webhook(&self, webhook: WebhookId, event: &Event) -> Result<(), Error> {
        let Event { id, name, data, at, .. } = event;
        let (webhook, id) = (*webhook.as_bytes(), *id.as_bytes());
        let params = params![self.scope(), webhook, id, name.as_str(), data.as_str(), *at];
        self.database.commit(Work::new().run(&TELL_ONE, params)).await?;
        Ok(())
    }

    /// Whom something is due to: who has waited longest first, two hundred at most, as many as there are.
    pub async fn waiting_webhooks(&self, now: Timestamp) -> Result<Vec<WebhookId>, Error> {
        let rows = self.database.query(&WAITING, params![now, self.scope()]).await?;
        rows.iter().map(|row| row.array(0).map(WebhookId::from_bytes)).collect()
    }

    /// Takes what is due to a webhook. Nobody else takes it until `leased_until`; then it is due again, should this node
    /// have died meanwhile.
    pub async fn claim_delivery(
        &self,
        webhook: WebhookId,
        now: Timestamp,
        leased_until: Timestamp,
    ) -> Result<Option<ClaimedDelivery>, Error> {
        let params = params![leased_until, self.scope(), *webhook.as_bytes(), now];
        let work = Work::new().run(&CLAIM, params);
        self.database.commit(work).await?.last_row().as_ref().map(read_claimed).transpose()
    }

    /// Notes that it was told.
    pub async fn delivery_done(
        &self,
        claimed: &ClaimedDelivery,
        status: u16,
        now: Timestamp,
    ) -> Result<(), Error> {
        let (webhook, event) = (*claimed.webhook.as_bytes(), *claimed.event.as_bytes());
        let params = params![now, i64::from(status), self.scope(), webhook, event, claimed.attempt];
        self.database.commit(Work::new().run(&DELIVERED, params)).await?;
        Ok(())
    }

    /// Notes that it was not told, and when it is tried again; `None`: no more.
    pub async fn delivery_failed(
        &self,
        claimed: &ClaimedDelivery,
        status: Option<u16>,
        error: &str,
        again: Option<Again>,
    ) -> Result<(), Error> {
        let (webhook, event) = (*claimed.webhook.as_bytes(), *claimed.event.as_bytes());
        let status = status.map(i64::from);
        let work = match again {
            Some(Again { due_at, others_due_at }) => Work::new()
                .run(&LATER, params![due_at, status, error, self.scope(), webhook, event, claimed.attempt])
                .run(&POSTPONE, params![others_due_at, self.scope(), webhook]),
            None => Work::new()
                .run(&GIVE_UP, params![status, error, self.scope(), webhook, event, claimed.attempt]),
        };
        self.database.commit(work).await?;
        Ok(())
    }

    /// Tells it once more, whatever became of it; `false` when there is no such thing to tell.
    pub async fn deliver_again(
        &self,
        webhook: WebhookId,
        event: EventId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let params = params![now, self.scope(), *webhook.as_bytes(), *event.as_bytes()];
        Ok(self.database.commit(Work::new().expect_one(&AGAIN, params)).await?.is_done())
    }

    /// What a webhook was told, and is yet to be told: the newest hundred.
    pub async fn recent_deliveries(&self, webhook: WebhookId) -> Result<Vec<DeliveryRecord>, Error> {
        let rows = self.database.query(&RECENT, params![self.scope(), *webhook.as_bytes()]).await?;
        rows.iter().map(read).collect()
    }
}

fn read_claimed(row: &Row) -> Result<ClaimedDelivery, Error> {
    Ok(ClaimedDelivery {
        webhook: WebhookId::from_bytes(row.array(0)?),
        event: EventId::from_bytes(row.array(1)?),
        name: row.text(2)?.to_owned(),
        data: row.text(3)?.to_owned(),
        occurrences: row.integer(4)?,
        attempt: row.integer(5)?,
        at: row.timestamp(6)?,
    })
}

fn read(row: &Row) -> Result<DeliveryRecord, Error> {
    Ok(DeliveryRecord {
        event: EventId::from_bytes(row.array(0)?),
        name: row.text(1)?.to_owned(),
        occurrences: row.integer(2)?,
        attempts: row.integer(3)?,
        due_at: row.optional_timestamp(4)?,
        at: row.timestamp(5)?,
        delivered_at: row.optional_timestamp(6)?,
        last_status: row.optional_integer(7)?,
        last_error: row.optional_text(8)?.map(str::to_owned),
    })
}
