//! A person's own sessions: where they are signed in, and the end of that, here or elsewhere.
//!
//! Every statement names the account beside what it ends, so that nobody ends what is somebody else's.

use database::{Error, Row, Statement, Work, params};
use model::{BrowserSessionId, Timestamp, UserId};
use session::rotation::RevocationReason;

use crate::Store;
use crate::audit::AuditLine;
use crate::links;
use crate::outbox::{self, Mail};

pub(crate) const STATEMENTS: &[&Statement] =
    &[&LIST, &END_ONE, &END_ITS_GRANTS, &END_ITS_CODES, &END_OTHERS, &END_OTHER_GRANTS, &END_OTHER_CODES];

/// How many sessions a person is shown: the newest.
pub const MOST_SHOWN: usize = 50;

static LIST: Statement = Statement::common(
    "own_sessions.list",
    "SELECT id, address, user_agent FROM browser_sessions
     WHERE tenant = $1 AND user_id = $2 AND ended_at IS NULL AND idle_expires_at > $3 AND absolute_expires_at > $3
     ORDER BY id DESC LIMIT 50",
);
static END_ONE: Statement = Statement::common(
    "own_sessions.end_one",
    "UPDATE browser_sessions SET ended_at = $1 WHERE tenant = $2 AND id = $3 AND user_id = $4 AND ended_at IS NULL",
);
static END_ITS_GRANTS: Statement = Statement::common(
    "own_sessions.end_its_grants",
    "UPDATE grants SET revoked_at = $1, revoked_reason = $2, version = version + 1
     WHERE tenant = $3 AND session_id = $4 AND user_id = $5 AND revoked_at IS NULL",
);
// Expired, not used: to redeem one is no sign of theft.
static END_ITS_CODES: Statement = Statement::common(
    "own_sessions.end_its_codes",
    "UPDATE codes SET expires_at = $1 WHERE tenant = $2 AND session_id = $3 AND user_id = $4 AND expires_at > $1",
);
static END_OTHERS: Statement = Statement::common(
    "own_sessions.end_others",
    "UPDATE browser_sessions SET ended_at = $1 WHERE tenant = $2 AND user_id = $3 AND id <> $4 AND ended_at IS NULL",
);
static END_OTHER_GRANTS: Statement = Statement::common(
    "own_sessions.end_other_grants",
    "UPDATE grants SET revoked_at = $1, revoked_reason = $2, version = version + 1
     WHERE tenant = $3 AND user_id = $4 AND session_id <> $5 AND revoked_at IS NULL",
);
static END_OTHER_CODES: Statement = Statement::common(
    "own_sessions.end_other_codes",
    "UPDATE codes SET expires_at = $1 WHERE tenant = $2 AND user_id = $3 AND session_id <> $4 AND expires_at > $1",
);

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSession {
    /// Its id, which says when it began.
    pub id: BrowserSessionId,
    /// From where.
    pub address: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
}

/// Whose change it is, and in which session it is made: that one stays.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    /// The account.
    pub user: UserId,
    /// The session.
    pub session: BrowserSessionId,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Where somebody is signed in now, the newest first: at most [`MOST_SHOWN`].
    pub async fn sessions_of(&self, user: UserId, now: Timestamp) -> Result<Vec<OwnSession>, Error> {
        let rows = self.database.query(&LIST, params![self.scope(), *user.as_bytes(), now]).await?;
        rows.iter().map(read).collect()
    }

    /// Ends one session of this account and every grant that came of it, also those that would outlive it: whoever
    /// ends a session from afar has lost the device. `false` when there is no such session of theirs.
    pub async fn end_session_of(
        &self,
        user: UserId,
        session: BrowserSessionId,
        now: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let (user, session) = (*user.as_bytes(), *session.as_bytes());
        let reason = RevocationReason::UserEnded.as_str();
        let work = Work::new()
            .expect_one(&END_ONE, params![now, self.scope(), session, user])
            .run(&END_ITS_CODES, params![now, self.scope(), session, user])
            .run(&END_ITS_GRANTS, params![now, reason, self.scope(), session, user]);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// Ends every session, grant, code and link of an account.
    pub async fn end_everything_of(
        &self,
        user: UserId,
        now: Timestamp,
        line: AuditLine,
    ) -> Result<(), Error> {
        // The links first: a sign-in that is just using one is waited for, and its session ended.
        let work = Work::new().run(&links::REVOKE, params![now, self.scope(), *user.as_bytes()]);
        let work = self.ending(work, user, RevocationReason::Logout, now);
        self.database.commit(self.auditing(work, line)).await?;
        Ok(())
    }

    /// Sets the password of somebody who is signed in, ends all their other sessions with what came of them, and orders
    /// the letter that says so, where there is mail: all, or nothing. `false` when the account is suspended.
    pub async fn change_password(
        &self,
        own: Own,
        password_hash: &str,
        notice: Option<&Mail>,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let user = *own.user.as_bytes();
        let work = Work::new()
            .expect_one(&links::SET_PASSWORD, params![password_hash, own.at, self.scope(), user])
            .run(&links::REVOKE, params![own.at, self.scope(), user]);
        let mut work = self.ending_others(work, own);
        if let Some(notice) = notice {
            work = outbox::post(self.scope(), work, notice, own.at);
        }
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// A work that also ends all sessions but this one, and what came of them.
    fn ending_others(&self, work: Work, own: Own) -> Work {
        let (user, session) = (*own.user.as_bytes(), *own.session.as_bytes());
        let reason = RevocationReason::PasswordChanged.as_str();
        work.run(&END_OTHERS, params![own.at, self.scope(), user, session])
            .run(&END_OTHER_CODES, params![own.at, self.scope(), user, session])
            .run(&END_OTHER_GRANTS, params![own.at, reason, self.scope(), user, session])
    }
}

fn read(row: &Row) -> Result<OwnSession, Error> {
    Ok(OwnSession {
        id: BrowserSessionId::from_bytes(row.array(0)?),
        address: row.optional_text(1)?.map(str::to_owned),
        user_agent: row.optional_text(2)?.map(str::to_owned),
    })
}
