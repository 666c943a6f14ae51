//! Sign-ins in progress. A row is usable for the flow's lifetime, then kept as a tombstone for recovery.

use database::{Committed, Error, Row, Statement, Value, Work, params};
use model::{ApplicationId, BrowserSessionId, FlowId, Timestamp};

use crate::Store;

pub(crate) const STATEMENTS: &[&Statement] = &[&BEGIN, &READ, &FINISH_REHEARSAL, &IDENTIFY, &REPLAY];

static BEGIN: Statement = Statement::common(
    "flows.begin",
    "INSERT INTO flows (tenant, id, browser_hash, application, request, identifier, restarted, rehearsal,
                        session_id, signed_in_at, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
);
static READ: Statement = Statement::common(
    "flows.read",
    "SELECT id, browser_hash, application, request, identifier, restarted, rehearsal, session_id, signed_in_at,
            created_at, expires_at, replayed_at, replayed_as, finished_at
     FROM flows WHERE tenant = $1 AND id = $2",
);
static IDENTIFY: Statement = Statement::common(
    "flows.identify",
    "UPDATE flows SET identifier = $1 WHERE tenant = $2 AND id = $3 AND finished_at IS NULL",
);
static FINISH_REHEARSAL: Statement = Statement::common(
    "flows.finish_rehearsal",
    "UPDATE flows SET finished_at = $1 WHERE tenant = $2 AND id = $3 AND rehearsal = 1",
);
static REPLAY: Statement = Statement::common(
    "flows.replay",
    "UPDATE flows SET replayed_at = $1, replayed_as = $2
     WHERE tenant = $3 AND id = $4 AND replayed_at IS NULL AND finished_at IS NULL",
);

/// A sign-in in progress, or its tombstone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Its id.
    pub id: FlowId,
    /// The hash of the binding cookie of the browser that began it.
    pub browser_hash: [u8; 32],
    /// The application that asked.
    pub application: ApplicationId,
    /// The verified authorization request, as the provider wrote it.
    pub request: String,
    /// What the person typed as identifier.
    pub identifier: Option<String>,
    /// It replays the request of an earlier flow.
    pub restarted: bool,
    /// It is played for an operator and can never yield a code.
    pub rehearsal: bool,
    /// The session with which the person signed in, once they have.
    pub session: Option<BrowserSessionId>,
    /// When they did.
    pub signed_in_at: Option<Timestamp>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it may no longer be used.
    pub expires_at: Timestamp,
    /// When its request was replayed.
    pub replayed_at: Option<Timestamp>,
    /// The flow that replays it.
    pub replayed_as: Option<FlowId>,
    /// When it ended with an answer to the client.
    pub finished_at: Option<Timestamp>,
}

impl Store {
    /// Saves a new flow.
    pub async fn begin_flow(&self, flow: &Flow) -> Result<(), Error> {
        self.database.commit(Work::new().run(&BEGIN, self.columns(flow))).await?;
        Ok(())
    }

    /// The flow of an id, also when it is over.
    pub async fn flow(&self, id: FlowId) -> Result<Option<Flow>, Error> {
        let row = self.database.query_optional(&READ, params![self.scope(), *id.as_bytes()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Keeps what the person typed, so that a restart can show it again.
    pub async fn keep_identifier(&self, id: FlowId, identifier: &str) -> Result<(), Error> {
        let work = Work::new().run(&IDENTIFY, params![identifier, self.scope(), *id.as_bytes()]);
        self.database.commit(work).await?;
        Ok(())
    }

    /// Claims the one replay of a flow's request and begins the flow that replays it: both, or neither. `false`
    /// when it was replayed or answered before.
    pub async fn replay_flow(&self, id: FlowId, next: &Flow) -> Result<bool, Error> {
        let params = params![next.created_at, *next.id.as_bytes(), self.scope(), *id.as_bytes()];
        let work = Work::new().expect_one(&REPLAY, params).run(&BEGIN, self.columns(next));
        Ok(matches!(self.database.commit(work).await?, Committed::Done(_)))
    }

    /// Marks a rehearsed flow as finished, so that it fails as one.
    pub async fn finish_rehearsal(&self, id: FlowId, now: Timestamp) -> Result<(), Error> {
        let work = Work::new().run(&FINISH_REHEARSAL, params![now, self.scope(), *id.as_bytes()]);
        self.database.commit(work).await?;
        Ok(())
    }

    fn columns(&self, flow: &Flow) -> Vec<Value> {
        params![
            self.scope(),
            *flow.id.as_bytes(),
            flow.browser_hash,
            *flow.application.as_bytes(),
            flow.request.as_str(),
            flow.identifier.as_deref(),
            flow.restarted,
            flow.rehearsal,
            flow.session.map(|id| *id.as_bytes()),
            flow.signed_in_at,
            flow.created_at,
            flow.expires_at,
        ]
    }
}

fn read(row: &Row) -> Result<Flow, Error> {
    Ok(Flow {
        id: FlowId::from_bytes(row.array(0)?),
        browser_hash: row.array(1)?,
        application: ApplicationId::from_bytes(row.array(2)?),
        request: row.text(3)?.to_owned(),
        identifier: row.optional_text(4)?.map(str::to_owned),
        restarted: row.boolean(5)?,
        rehearsal: row.boolean(6)?,
        session: row.optional_array(7)?.map(BrowserSessionId::from_bytes),
        signed_in_at: row.optional_timestamp(8)?,
        created_at: row.timestamp(9)?,
        expires_at: row.timestamp(10)?,
        replayed_at: row.optional_timestamp(11)?,
        replayed_as: row.optional_array(12)?.map(FlowId::from_bytes),
        finished_at: row.optional_timestamp(13)?,
    })
}
