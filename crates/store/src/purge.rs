//! Removing what is over, in small batches, so that no sweep holds the database for long (F18, F57).

use std::time::Duration;

use database::{Error, Statement, Work, params};
use model::Timestamp;

use crate::{Store, incidents};

/// How long a flow is kept as a tombstone after it expired.
pub const TOMBSTONE: Duration = Duration::from_secs(24 * 3_600);
/// How long codes, sessions, grants and counters are kept after they ended, for audit and reuse detection.
const AFTERLIFE: Duration = Duration::from_secs(24 * 3_600);

/// How long dead links, mail that was given up, and what webhooks were told are kept: a link says for so long why it
/// is dead.
const MAIL_KEPT: Duration = Duration::from_secs(30 * 24 * 3_600);

/// How many rows a statement removes: the `LIMIT` of each.
const BATCH: u64 = 500;
/// How many batches of each kind one sweep removes: a clock that leaps ahead cannot clear a table at once.
const ROUNDS: usize = 40;

pub(crate) const STATEMENTS: &[&Statement] = &[
    &FLOWS,
    &CODES,
    &SESSIONS,
    &GRANTS,
    &THROTTLES,
    &INCIDENTS,
    &OUTBOX,
    &LINKS,
    &DEPARTURES,
    &STRANGERS,
    &DELIVERIES,
    &INVITATIONS,
    &ONE_TIME_TOKENS,
];

static FLOWS: Statement = Statement::common(
    "purge.flows",
    "DELETE FROM flows WHERE tenant = $1 AND id IN (
         SELECT id FROM flows WHERE tenant = $1 AND expires_at < $2 ORDER BY expires_at LIMIT 500)",
);
static CODES: Statement = Statement::common(
    "purge.codes",
    "DELETE FROM codes WHERE tenant = $1 AND hash IN (
         SELECT hash FROM codes WHERE tenant = $1 AND expires_at < $2 ORDER BY expires_at LIMIT 500)",
);
static SESSIONS: Statement = Statement::common(
    "purge.sessions",
    "DELETE FROM browser_sessions WHERE tenant = $1 AND id IN (
         SELECT id FROM browser_sessions
         WHERE tenant = $1 AND absolute_expires_at < $2 ORDER BY absolute_expires_at LIMIT 500)",
);
static GRANTS: Statement = Statement::common(
    "purge.grants",
    "DELETE FROM grants WHERE tenant = $1 AND id IN (
         SELECT id FROM grants
         WHERE tenant = $1 AND absolute_expires_at < $2 ORDER BY absolute_expires_at LIMIT 500)",
);
static THROTTLES: Statement = Statement::common(
    "purge.throttles",
    "DELETE FROM throttles WHERE tenant = $1 AND key IN (
         SELECT key FROM throttles WHERE tenant = $1 AND began_at < $2 ORDER BY began_at LIMIT 500)",
);
static INCIDENTS: Statement = Statement::common(
    "purge.incidents",
    "DELETE FROM incidents WHERE tenant = $1 AND reference IN (
         SELECT reference FROM incidents WHERE tenant = $1 AND happened_at < $2 ORDER BY happened_at LIMIT 500)",
);

static OUTBOX: Statement = Statement::common(
    "purge.outbox",
    "DELETE FROM outbox WHERE tenant = $1 AND id IN (
         SELECT id FROM outbox WHERE tenant = $1 AND created_at < $2 ORDER BY created_at LIMIT 500)",
);
static LINKS: Statement = Statement::common(
    "purge.links",
    "DELETE FROM links WHERE tenant = $1 AND id IN (
         SELECT id FROM links WHERE tenant = $1 AND created_at < $2 ORDER BY created_at LIMIT 500)",
);
static DEPARTURES: Statement = Statement::common(
    "purge.departures",
    "DELETE FROM departures WHERE tenant = $1 AND id IN (
         SELECT id FROM departures WHERE tenant = $1 AND expires_at < $2 ORDER BY expires_at LIMIT 500)",
);
static STRANGERS: Statement = Statement::common(
    "purge.strangers",
    "DELETE FROM strangers WHERE tenant = $1 AND id IN (
         SELECT id FROM strangers WHERE tenant = $1 AND expires_at < $2 ORDER BY expires_at LIMIT 500)",
);
static DELIVERIES: Statement = Statement::common(
    "purge.deliveries",
    "DELETE FROM webhook_deliveries WHERE tenant = $1 AND (webhook, event_id) IN (
         SELECT webhook, event_id FROM webhook_deliveries
         WHERE tenant = $1 AND created_at < $2 ORDER BY created_at LIMIT 500)",
);

static INVITATIONS: Statement = Statement::common(
    "purge.invitations",
    "DELETE FROM invitations WHERE tenant = $1 AND id IN (
         SELECT id FROM invitations WHERE tenant = $1 AND expires_at < $2 ORDER BY expires_at LIMIT 500)",
);

static ONE_TIME_TOKENS: Statement = Statement::common(
    "purge.one_time_tokens",
    "DELETE FROM one_time_tokens WHERE tenant = $1 AND id IN (
         SELECT id FROM one_time_tokens WHERE tenant = $1 AND expires_at < $2 ORDER BY expires_at LIMIT 500)",
);

impl Store {
    /// Removes rows that ended long enough ago, five hundred at a time and a bounded number of times.
    pub async fn purge(&self, now: Timestamp) -> Result<(), Error> {
        let ended = now.minus(AFTERLIFE);
        for (statement, before) in [
            (&FLOWS, now.minus(TOMBSTONE)),
            (&CODES, ended),
            (&SESSIONS, ended),
            (&GRANTS, ended),
            (&THROTTLES, ended),
            (&INCIDENTS, now.minus(incidents::KEPT)),
            (&OUTBOX, now.minus(MAIL_KEPT)),
            (&LINKS, now.minus(MAIL_KEPT)),
            (&DEPARTURES, ended),
            (&STRANGERS, ended),
            (&DELIVERIES, now.minus(MAIL_KEPT)),
            (&INVITATIONS, now.minus(MAIL_KEPT)),
            (&ONE_TIME_TOKENS, now.minus(MAIL_KEPT)),
        ] {
            for _ in 0..ROUNDS {
                let work = Work::new().run(statement, params![self.scope(), before]);
                let outcomes = self.database.commit(work).await?.done().unwrap_or_default();
                if outcomes.iter().all(|outcome| outcome.affected < BATCH) {
                    break;
                }
            }
        }
        Ok(())
    }
}
