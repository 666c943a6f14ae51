//! The sessions of browsers with the provider: what makes a second sign-in silent.

use database::{Error, Row, Statement, Work, params};
use model::{BrowserSessionId, FlowId, Timestamp, User, UserId};

use crate::Store;
use crate::audit::AuditLine;
use crate::users::AS_READ;

pub(crate) const STATEMENTS: &[&Statement] =
    &[&CREATE, &BY_TOKEN, &EXTEND, &END, &END_GRANTS, &END_CODES, &FLOW_SIGNED_IN];

static CREATE: Statement = Statement::common(
    "browser_sessions.create",
    "INSERT INTO browser_sessions (tenant, id, token_hash, user_id, auth_time, idle_expires_at,
                                   absolute_expires_at, address, user_agent)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
);
static BY_TOKEN: Statement = Statement::common(
    "browser_sessions.by_token",
    "SELECT s.id, s.user_id, s.auth_time, s.idle_expires_at, s.absolute_expires_at
     FROM browser_sessions s JOIN users u ON u.tenant = s.tenant AND u.id = s.user_id
     WHERE s.tenant = $1 AND s.token_hash = $2 AND s.ended_at IS NULL AND u.suspended_at IS NULL
       AND s.idle_expires_at > $3 AND s.absolute_expires_at > $3",
);
static EXTEND: Statement = Statement::common(
    "browser_sessions.extend",
    "UPDATE browser_sessions SET idle_expires_at = $1
     WHERE tenant = $2 AND id = $3 AND ended_at IS NULL AND idle_expires_at < $1",
);
static END: Statement = Statement::common(
    "browser_sessions.end",
    "UPDATE browser_sessions SET ended_at = $1 WHERE tenant = $2 AND id = $3 AND ended_at IS NULL",
);
static END_GRANTS: Statement = Statement::common(
    "browser_sessions.end_grants",
    "UPDATE grants SET revoked_at = $1, revoked_reason = $2, version = version + 1
     WHERE tenant = $3 AND session_id = $4 AND offline = 0 AND revoked_at IS NULL",
);
static END_CODES: Statement = Statement::common(
    "browser_sessions.end_codes",
    "UPDATE codes SET used_at = $1 WHERE tenant = $2 AND session_id = $3 AND used_at IS NULL",
);
static FLOW_SIGNED_IN: Statement = Statement::common(
    "browser_sessions.flow_signed_in",
    "UPDATE flows SET session_id = $1, signed_in_at = $2
     WHERE tenant = $3 AND id = $4 AND finished_at IS NULL AND expires_at > $2",
);

/// A session of a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrowserSession {
    /// Its id: the claim `sid`.
    pub id: BrowserSessionId,
    /// Who is signed in.
    pub user: UserId,
    /// When they showed who they are (`auth_time`): to us, or to a provider that says when.
    pub auth_time: Timestamp,
    /// When it ends unless it is used.
    pub idle_expires_at: Timestamp,
    /// When it ends, whatever happens.
    pub absolute_expires_at: Timestamp,
}

/// A session to be begun.
#[derive(Clone, Debug)]
pub struct NewBrowserSession {
    /// The session.
    pub session: BrowserSession,
    /// When it begins. They may have shown who they are before, at a provider.
    pub begins_at: Timestamp,
    /// The hash of the cookie's value.
    pub token_hash: [u8; 32],
    /// The session that the same browser had before: it ends (C109).
    pub replaces: Option<BrowserSessionId>,
    /// From where.
    pub address: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
}

impl Store {
    /// Begins a session of an account as it was read, and lets the flow go on with it if that still can. `false` when the
    /// account has changed since: what showed who somebody is may do so no more.
    pub async fn begin_browser_session(
        &self,
        new: &NewBrowserSession,
        user: &User,
        flow: Option<FlowId>,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let read = params![self.scope(), *user.id.as_bytes(), user.updated_at];
        let work = self.beginning(Work::new().expect_one(&AS_READ, read), new, flow);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// Adds the beginning of a session to a unit of work.
    pub(crate) fn beginning(&self, work: Work, new: &NewBrowserSession, flow: Option<FlowId>) -> Work {
        let session = &new.session;
        let id = *session.id.as_bytes();
        let mut work = work.run(
            &CREATE,
            params![
                self.scope(),
                id,
                new.token_hash,
                *session.user.as_bytes(),
                session.auth_time,
                session.idle_expires_at,
                session.absolute_expires_at,
                new.address.as_deref(),
                new.user_agent.as_deref(),
            ],
        );
        if let Some(old) = new.replaces {
            work = work.run(&END, params![new.begins_at, self.scope(), *old.as_bytes()]);
        }
        if let Some(flow) = flow {
            let params = params![id, new.begins_at, self.scope(), *flow.as_bytes()];
            work = work.run(&FLOW_SIGNED_IN, params);
        }
        work
    }

    /// The live session of a cookie; none when its account is suspended.
    pub async fn browser_session(
        &self,
        token_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<BrowserSession>, Error> {
        let row = self.database.query_optional(&BY_TOKEN, params![self.scope(), token_hash, now]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Moves the idle end of a session that is in use.
    pub async fn extend_browser_session(
        &self,
        id: BrowserSessionId,
        idle_expires_at: Timestamp,
    ) -> Result<(), Error> {
        let work = Work::new().run(&EXTEND, params![idle_expires_at, self.scope(), *id.as_bytes()]);
        self.database.commit(work).await?;
        Ok(())
    }

    /// Ends a session, the grants that were to last only as long as it (C107, C114), and the codes that were
    /// issued with it and not redeemed.
    pub async fn end_browser_session(
        &self,
        id: BrowserSessionId,
        now: Timestamp,
        line: AuditLine,
    ) -> Result<(), Error> {
        let key = *id.as_bytes();
        let reason = session::rotation::RevocationReason::Logout.as_str();
        let work = Work::new()
            .run(&END, params![now, self.scope(), key])
            .run(&END_CODES, params![now, self.scope(), key])
            .run(&END_GRANTS, params![now, reason, self.scope(), key]);
        self.database.commit(self.auditing(work, line)).await?;
        Ok(())
    }
}

fn read(row: &Row) -> Result<BrowserSession, Error> {
    Ok(BrowserSession {
        id: BrowserSessionId::from_bytes(row.array(0)?),
        user: UserId::from_bytes(row.array(1)?),
        auth_time: row.timestamp(2)?,
        idle_expires_at: row.timestamp(3)?,
        absolute_expires_at: row.timestamp(4)?,
    })
}
