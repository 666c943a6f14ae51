//! The statements about sessions, and the store that runs them.

use std::num::NonZeroU32;

use database::{Committed, Error, Outcome, Statement, Value, Work, params};
use model::{Clock, Timestamp};
use serde_json::Map;
use session::SessionHandle;
use session::rotation::RevocationReason;
use session::store::{Arrived, Found, SessionRecord, SessionStore, StoreFuture, StoredKey};

use crate::error::told;
use crate::{SqlStore, reading};

pub(crate) const STATEMENTS: &[&Statement] = &[
    &CREATE,
    &READ,
    &REPLACE,
    &REPLACE_AND_END,
    &CONFIRM,
    &REVOKE,
    &REVOKE_USER,
    &REVOKE_USER_IN_REALM,
    &LIST,
    &LIST_IN_REALM,
    &QUEUE,
    &MAKE_WAY,
    &PUT_OFF,
    &PURGE,
];

/// How many sessions one statement looks at, and how often one purge does: a clock that leaps ahead cannot clear a table
/// at once.
const LOOKED_AT_AT_ONCE: u64 = 500;
const PURGES: usize = 20;

/// The columns, in the order in which `reading` takes them.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT handle, realm, user_id, payload, data, anti_csrf, salt, generation, sibling, prev_sibling,
                    minted_at, handed_out_at, confirmed_at, recoveries, idle_lifetime, idle_expires_at,
                    absolute_expires_at, revoked_at, revoked_reason, created_at, first_address, first_agent,
                    used_at, moved, last_address, last_agent, version
             FROM sessions WHERE tenant = $1 ",
            $rest
        )
    };
}

/// When a session is over: at the end of its idle time, or when it was revoked before.
macro_rules! over_at {
    () => {
        "CASE WHEN revoked_at < idle_expires_at THEN revoked_at ELSE idle_expires_at END"
    };
}

static CREATE: Statement = Statement::common(
    "sessions.create",
    "INSERT INTO sessions (tenant, handle, realm, user_id, payload, data, anti_csrf, salt, generation, sibling,
                           prev_sibling, minted_at, handed_out_at, confirmed_at, recoveries, idle_lifetime,
                           idle_expires_at, absolute_expires_at, purge_at, created_at, first_address, first_agent,
                           used_at, moved, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $17, $19, $20, $21,
             $19, 0, 0)",
);
static READ: Statement = Statement::common("sessions.read", select!("AND handle = $2"));
static REPLACE: Statement = Statement::common(
    "sessions.replace",
    "UPDATE sessions SET payload = $1, data = $2, anti_csrf = $3, generation = $4, sibling = $5, prev_sibling = $6,
            minted_at = $7, handed_out_at = $8, confirmed_at = $9, recoveries = $10, idle_expires_at = $11,
            used_at = $12, moved = $13, last_address = $14, last_agent = $15, version = version + 1
     WHERE tenant = $16 AND handle = $17 AND version = $18",
);
static REPLACE_AND_END: Statement = Statement::common(
    "sessions.replace_and_end",
    "UPDATE sessions SET revoked_at = $1, revoked_reason = $2,
            purge_at = CASE WHEN purge_at < $1 THEN purge_at ELSE $1 END,
            payload = $3, data = $4, anti_csrf = $5, generation = $6, sibling = $7, prev_sibling = $8,
            minted_at = $9, handed_out_at = $10, confirmed_at = $11, recoveries = $12, idle_expires_at = $13,
            used_at = $14, moved = $15, last_address = $16, last_agent = $17, version = version + 1
     WHERE tenant = $18 AND handle = $19 AND version = $20",
);
static CONFIRM: Statement = Statement::common(
    "sessions.confirm",
    "UPDATE sessions SET confirmed_at = $1, version = version + 1
     WHERE tenant = $2 AND handle = $3 AND generation = $4 AND sibling = $5 AND confirmed_at IS NULL
       AND revoked_at IS NULL",
);
static REVOKE: Statement = Statement::common(
    "sessions.revoke",
    "UPDATE sessions SET revoked_at = $1, revoked_reason = $2,
            purge_at = CASE WHEN purge_at < $1 THEN purge_at ELSE $1 END, version = version + 1
     WHERE tenant = $3 AND handle = $4 AND revoked_at IS NULL
     RETURNING handle",
);
static REVOKE_USER: Statement = Statement::common(
    "sessions.revoke_user",
    "UPDATE sessions SET revoked_at = $1, revoked_reason = $2,
            purge_at = CASE WHEN purge_at < $1 THEN purge_at ELSE $1 END, version = version + 1
     WHERE tenant = $3 AND user_id = $4 AND revoked_at IS NULL
     RETURNING handle",
);
static REVOKE_USER_IN_REALM: Statement = Statement::common(
    "sessions.revoke_user_in_realm",
    "UPDATE sessions SET revoked_at = $1, revoked_reason = $2,
            purge_at = CASE WHEN purge_at < $1 THEN purge_at ELSE $1 END, version = version + 1
     WHERE tenant = $3 AND user_id = $4 AND realm = $5 AND revoked_at IS NULL
     RETURNING handle",
);
static LIST: Statement = Statement::common(
    "sessions.list",
    select!("AND user_id = $2 AND revoked_at IS NULL AND idle_expires_at > $3 ORDER BY created_at, handle"),
);
static LIST_IN_REALM: Statement = Statement::common(
    "sessions.list_in_realm",
    select!(
        "AND user_id = $2 AND revoked_at IS NULL AND idle_expires_at > $3 AND realm = $4
         ORDER BY created_at, handle"
    ),
);
/// SQLite writes one transaction after the other. PostgreSQL does not: whoever counts rows before writing waits here.
static QUEUE: Statement = Statement::per_engine(
    "sessions.queue",
    "SELECT CAST(1 AS BIGINT) AS queued WHERE $1 || $2 IS NOT NULL",
    "SELECT CAST(1 AS BIGINT) AS queued
     FROM (SELECT pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0))) AS held",
);
static MAKE_WAY: Statement = Statement::common(
    "sessions.make_way",
    "UPDATE sessions SET revoked_at = $1, revoked_reason = $2,
            purge_at = CASE WHEN purge_at < $1 THEN purge_at ELSE $1 END, version = version + 1
     WHERE tenant = $3 AND handle IN (
         SELECT handle FROM sessions
         WHERE tenant = $3 AND user_id = $4 AND realm = $5 AND revoked_at IS NULL AND idle_expires_at > $1
         ORDER BY used_at DESC, handle LIMIT 1000000 OFFSET $6)
     RETURNING handle",
);
/// What is not over was used since its end was noted: it is looked at again at the end that it has now.
static PUT_OFF: Statement = Statement::common(
    "sessions.put_off",
    concat!(
        "UPDATE sessions SET purge_at = ",
        over_at!(),
        " WHERE tenant = $1 AND handle IN (
         SELECT handle FROM sessions WHERE tenant = $1 AND purge_at < $2 ORDER BY purge_at LIMIT 500) AND ",
        over_at!(),
        " >= $2"
    ),
);
static PURGE: Statement = Statement::common(
    "sessions.purge",
    concat!(
        "DELETE FROM sessions WHERE tenant = $1 AND handle IN (
         SELECT handle FROM sessions WHERE tenant = $1 AND purge_at < $2 ORDER BY purge_at LIMIT 500) AND ",
        over_at!(),
        " < $2"
    ),
);

impl SqlStore {
    /// A work that waits until nobody else of the same name counts and writes.
    pub(crate) fn queueing(&self, name: &str) -> Work {
        Work::new().run(&QUEUE, params![&*self.application, name])
    }

    fn creating(&self, work: Work, session: &SessionRecord) -> Work {
        let chain = &session.chain;
        work.run(
            &CREATE,
            params![
                &*self.application,
                *chain.id.as_bytes(),
                &session.tenant,
                &session.user,
                text(&session.payload),
                text(&session.data),
                session.anti_csrf.as_deref(),
                chain.salt,
                i64::from(chain.generation),
                i64::from(chain.sibling),
                chain.prev_sibling.map(i64::from),
                chain.minted_at,
                chain.handed_out_at,
                chain.confirmed_at,
                i64::from(chain.recoveries),
                i64::try_from(session.idle_lifetime.as_micros()).unwrap_or(i64::MAX),
                chain.idle_expires_at,
                chain.absolute_expires_at,
                session.first_use.at,
                session.first_use.address.as_deref(),
                session.first_use.user_agent.as_deref(),
            ],
        )
    }

    async fn create(
        &self,
        session: SessionRecord,
        limit: Option<NonZeroU32>,
        now: Timestamp,
    ) -> Result<Vec<SessionHandle>, Error> {
        let Some(limit) = limit else {
            self.database.commit(self.creating(Work::new(), &session)).await?;
            return Ok(Vec::new());
        };
        let kept = i64::from(limit.get() - 1);
        let reason = RevocationReason::Replaced.as_str();
        let params = params![now, reason, &*self.application, &session.user, &session.tenant, kept];
        let work = self.queueing(&session.user).run(&MAKE_WAY, params);
        handles(self.database.commit(self.creating(work, &session)).await?)
    }

    async fn read(&self, handle: SessionHandle) -> Result<Option<Found>, Error> {
        let row =
            self.database.query_optional(&READ, params![&*self.application, *handle.as_bytes()]).await?;
        row.map(reading::found).transpose()
    }

    fn replacing(&self, session: &SessionRecord, version: i64) -> Work {
        let chain = &session.chain;
        let (first, last) = (&session.first_use, &session.last_use);
        let moved = (&first.address, &first.user_agent) != (&last.address, &last.user_agent);
        let mut params = params![
            text(&session.payload),
            text(&session.data),
            session.anti_csrf.as_deref(),
            i64::from(chain.generation),
            i64::from(chain.sibling),
            chain.prev_sibling.map(i64::from),
            chain.minted_at,
            chain.handed_out_at,
            chain.confirmed_at,
            i64::from(chain.recoveries),
            chain.idle_expires_at,
            last.at,
            moved,
            last.address.as_deref().filter(|_| moved),
            last.user_agent.as_deref().filter(|_| moved),
            &*self.application,
            *chain.id.as_bytes(),
            version,
        ];
        let Some((reason, at)) = chain.revoked else { return Work::new().expect_one(&REPLACE, params) };
        params.splice(..0, params![at, reason.as_str()]);
        Work::new().expect_one(&REPLACE_AND_END, params)
    }

    async fn is_done(&self, work: Work) -> Result<bool, Error> {
        Ok(self.database.commit(work).await?.is_done())
    }

    /// In the order of their handles, as whoever else confirms several does: rows are waited for in one order.
    async fn confirm(&self, mut arrived: Vec<Arrived>, now: Timestamp) -> Result<Vec<Arrived>, Error> {
        arrived.sort_unstable_by_key(|one| one.session);
        let confirming = |work: Work, Arrived { session, position }: &Arrived| {
            let (generation, sibling) = (i64::from(position.generation), i64::from(position.sibling));
            let params = params![now, &*self.application, *session.as_bytes(), generation, sibling];
            work.run(&CONFIRM, params)
        };
        let work = arrived.iter().fold(Work::new(), confirming).separable().unhurried();
        let outcomes = self.database.commit(work).await?.done().unwrap_or_default();
        let is_unwritten = |(one, outcome): (Arrived, Outcome)| (outcome.affected == 0).then_some(one);
        Ok(arrived.into_iter().zip(outcomes).filter_map(is_unwritten).collect())
    }

    async fn revoke(
        &self,
        mut sessions: Vec<SessionHandle>,
        reason: RevocationReason,
        now: Timestamp,
    ) -> Result<Vec<SessionHandle>, Error> {
        sessions.sort_unstable();
        let revoking = |work: Work, handle: SessionHandle| {
            work.run(&REVOKE, params![now, reason.as_str(), &*self.application, *handle.as_bytes()])
        };
        handles(self.database.commit(sessions.into_iter().fold(Work::new(), revoking)).await?)
    }

    async fn revoke_user(
        &self,
        user: String,
        realm: Option<String>,
        reason: RevocationReason,
        now: Timestamp,
    ) -> Result<Vec<SessionHandle>, Error> {
        let mut params = params![now, reason.as_str(), &*self.application, user];
        let statement = if let Some(realm) = realm {
            params.push(Value::from(realm));
            &REVOKE_USER_IN_REALM
        } else {
            &REVOKE_USER
        };
        handles(self.database.commit(Work::new().run(statement, params)).await?)
    }

    async fn list(
        &self,
        user: String,
        realm: Option<String>,
        now: Timestamp,
    ) -> Result<Vec<SessionRecord>, Error> {
        let mut params = params![&*self.application, user, now];
        let statement = if let Some(realm) = realm {
            params.push(Value::from(realm));
            &LIST_IN_REALM
        } else {
            &LIST
        };
        let rows = self.database.query(statement, params).await?;
        rows.into_iter().map(|row| reading::found(row).map(|found| found.session)).collect()
    }

    async fn purge(&self, before: Timestamp) -> Result<u64, Error> {
        let mut removed = 0;
        for _ in 0..PURGES {
            let params = || params![&*self.application, before];
            let work = Work::new().run(&PUT_OFF, params()).run(&PURGE, params());
            let outcomes = self.database.commit(work).await?.done().unwrap_or_default();
            let [put_off, purged] =
                [0, 1].map(|step| outcomes.get(step).map_or(0, |outcome| outcome.affected));
            removed += purged;
            if put_off < LOOKED_AT_AT_ONCE && purged < LOOKED_AT_AT_ONCE {
                break;
            }
        }
        Ok(removed)
    }
}

/// The handles that the steps of a work returned; the row of the queue has none.
fn handles(committed: Committed) -> Result<Vec<SessionHandle>, Error> {
    let rows = committed.done().unwrap_or_default().into_iter().flat_map(|outcome| outcome.rows);
    let with_handle = rows.filter(|row| matches!(row.value(0), Ok(Value::Bytes(_))));
    with_handle.map(|row| row.array(0).map(SessionHandle::from_bytes)).collect()
}

fn text(object: &Map<String, serde_json::Value>) -> String {
    if object.is_empty() {
        return "{}".to_owned();
    }
    serde_json::to_string(object).expect("an object with text keys is written as JSON")
}

/// Boxes the answer of a method of the same name.
macro_rules! boxed {
    ($self:ident, $call:expr) => {
        Box::pin(async move { $call.await.map_err(told) })
    };
}

impl SessionStore for SqlStore {
    fn now(&self, clock: &dyn Clock) -> Timestamp {
        self.database_time(clock)
    }

    fn tend(&self) -> StoreFuture<'_, ()> {
        boxed!(self, self.measure_clock())
    }

    fn create(
        &self,
        session: SessionRecord,
        limit: Option<NonZeroU32>,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<SessionHandle>> {
        boxed!(self, self.create(session, limit, now))
    }

    fn read(&self, handle: SessionHandle) -> StoreFuture<'_, Option<Found>> {
        boxed!(self, self.read(handle))
    }

    fn replace(&self, session: &SessionRecord, version: i64) -> StoreFuture<'_, bool> {
        let work = self.replacing(session, version);
        boxed!(self, self.is_done(work))
    }

    fn confirm(&self, arrived: Vec<Arrived>, now: Timestamp) -> StoreFuture<'_, Vec<Arrived>> {
        boxed!(self, self.confirm(arrived, now))
    }

    fn revoke(
        &self,
        handles: Vec<SessionHandle>,
        reason: RevocationReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<SessionHandle>> {
        boxed!(self, self.revoke(handles, reason, now))
    }

    fn revoke_user(
        &self,
        user: String,
        tenant: Option<String>,
        reason: RevocationReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<SessionHandle>> {
        boxed!(self, self.revoke_user(user, tenant, reason, now))
    }

    fn list(
        &self,
        user: String,
        tenant: Option<String>,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<SessionRecord>> {
        boxed!(self, self.list(user, tenant, now))
    }

    fn purge(&self, before: Timestamp) -> StoreFuture<'_, u64> {
        boxed!(self, self.purge(before))
    }

    fn signing_keys(&self) -> StoreFuture<'_, Vec<StoredKey>> {
        boxed!(self, self.list_keys())
    }

    fn add_signing_key(&self, key: StoredKey, newest: Option<Timestamp>) -> StoreFuture<'_, ()> {
        boxed!(self, self.add_key(key, newest))
    }

    fn remove_signing_keys(&self, kids: Vec<String>) -> StoreFuture<'_, ()> {
        boxed!(self, self.remove_keys(kids))
    }
}
