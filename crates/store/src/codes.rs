//! Authorization codes: issued once for a flow, redeemed once.

use database::{Committed, Error, Row, Statement, Work, params};
use model::{ApplicationId, BrowserSessionId, ChainId, FlowId, Timestamp, User, UserId};

use crate::Store;
use crate::grants::{self, Grant};
use crate::users;

pub(crate) const STATEMENTS: &[&Statement] = &[&HOLD_SESSION, &ISSUE, &FINISH_FLOW, &READ, &REDEEM, &REVOKE];

// Whoever ends the session meanwhile is waited for.
static HOLD_SESSION: Statement = Statement::per_engine(
    "codes.hold_session",
    "SELECT id FROM browser_sessions WHERE tenant = $1 AND id = $2 AND ended_at IS NULL",
    "SELECT id FROM browser_sessions WHERE tenant = $1 AND id = $2 AND ended_at IS NULL FOR SHARE",
);
static ISSUE: Statement = Statement::common(
    "codes.issue",
    "INSERT INTO codes (tenant, hash, application, user_id, session_id, redirect_uri, challenge, scope, resource,
                        nonce, auth_time, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
);
static FINISH_FLOW: Statement = Statement::common(
    "codes.finish_flow",
    "UPDATE flows SET finished_at = $1 WHERE tenant = $2 AND id = $3 AND finished_at IS NULL AND replayed_at IS NULL AND rehearsal = 0",
);
static READ: Statement = Statement::common(
    "codes.read",
    "SELECT c.application, c.user_id, c.session_id, c.redirect_uri, c.challenge, c.scope, c.resource, c.nonce,
            c.auth_time, c.expires_at, c.used_at, c.grant_id,
            u.id, u.username, u.email, u.email_verified, u.name, u.suspended_at, u.created_at, u.updated_at
     FROM codes c
     LEFT JOIN users u ON u.tenant = c.tenant AND u.id = c.user_id AND u.suspended_at IS NULL
     WHERE c.tenant = $1 AND c.hash = $2",
);
static REDEEM: Statement = Statement::common(
    "codes.redeem",
    "UPDATE codes SET used_at = $1, grant_id = $2
     WHERE tenant = $3 AND hash = $4 AND used_at IS NULL AND expires_at > $1
       AND (SELECT u.suspended_at FROM users u
            WHERE u.tenant = codes.tenant AND u.id = codes.user_id) IS NULL",
);
static REVOKE: Statement = Statement::common(
    "codes.revoke",
    "UPDATE grants SET revoked_at = $1, revoked_reason = $2, version = version + 1
     WHERE tenant = $3 AND revoked_at IS NULL
       AND id = (SELECT c.grant_id FROM codes c WHERE c.tenant = grants.tenant AND c.hash = $4)",
);

/// An authorization code and everything it is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The client.
    pub application: ApplicationId,
    /// The person.
    pub user: UserId,
    /// The session with which they signed in.
    pub session: BrowserSessionId,
    /// The redirect URI, exactly as presented.
    pub redirect_uri: String,
    /// The PKCE challenge, if there was one.
    pub challenge: Option<String>,
    /// The granted scope.
    pub scope: String,
    /// The resource the access token is for.
    pub resource: Option<String>,
    /// The nonce of the request.
    pub nonce: Option<String>,
    /// When the person showed who they are.
    pub auth_time: Timestamp,
    /// When it may no longer be redeemed.
    pub expires_at: Timestamp,
}

/// A code as found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundCode {
    /// The code.
    pub code: Code,
    /// When it was redeemed.
    pub used_at: Option<Timestamp>,
    /// The grant it gave.
    pub grant: Option<ChainId>,
    /// Its account, if there is one that is not suspended.
    pub user: Option<User>,
}

impl Store {
    /// Issues a code and, in the same unit, finishes the flow it answers. `false` when the flow was finished
    /// before, never a second code for one request, or when the session has ended.
    pub async fn issue_code(
        &self,
        hash: [u8; 32],
        code: &Code,
        flow: Option<FlowId>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let mut work = Work::new();
        if let Some(flow) = flow {
            work = work.expect_one(&FINISH_FLOW, params![now, self.scope(), *flow.as_bytes()]);
        }
        let session = params![self.scope(), *code.session.as_bytes()];
        work = work.expect_one(&HOLD_SESSION, session).run(
            &ISSUE,
            params![
                self.scope(),
                hash,
                *code.application.as_bytes(),
                *code.user.as_bytes(),
                *code.session.as_bytes(),
                code.redirect_uri.as_str(),
                code.challenge.as_deref(),
                code.scope.as_str(),
                code.resource.as_deref(),
                code.nonce.as_deref(),
                code.auth_time,
                code.expires_at,
            ],
        );
        Ok(matches!(self.database.commit(work).await?, Committed::Done(_)))
    }

    /// Ends a flow with an error to the client; `false` when it was finished before.
    pub async fn finish_flow(&self, flow: FlowId, now: Timestamp) -> Result<bool, Error> {
        let work = Work::new().expect_one(&FINISH_FLOW, params![now, self.scope(), *flow.as_bytes()]);
        Ok(matches!(self.database.commit(work).await?, Committed::Done(_)))
    }

    /// The code of a hash.
    pub async fn code(&self, hash: [u8; 32]) -> Result<Option<FoundCode>, Error> {
        let row = self.database.query_optional(&READ, params![self.scope(), hash]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Redeems a code for a grant: both, or neither. `false` when it was redeemed before or is over (C017).
    pub async fn redeem_code(&self, hash: [u8; 32], grant: &Grant, now: Timestamp) -> Result<bool, Error> {
        let params = params![now, *grant.chain.id.as_bytes(), self.scope(), hash];
        let work = grants::begin(self.scope(), Work::new().expect_one(&REDEEM, params), grant);
        Ok(matches!(self.database.commit(work).await?, Committed::Done(_)))
    }

    /// Revokes what a code gave, because it was presented again.
    pub async fn revoke_reused_code(
        &self,
        hash: [u8; 32],
        now: Timestamp,
        line: crate::audit::AuditLine,
    ) -> Result<(), Error> {
        let reason = session::rotation::RevocationReason::CodeReuse.as_str();
        let work = Work::new().run(&REVOKE, params![now, reason, self.scope(), hash]);
        self.database.commit(self.auditing(work, line)).await?;
        Ok(())
    }
}

fn read(row: &Row) -> Result<FoundCode, Error> {
    let code = Code {
        application: ApplicationId::from_bytes(row.array(0)?),
        user: UserId::from_bytes(row.array(1)?),
        session: BrowserSessionId::from_bytes(row.array(2)?),
        redirect_uri: row.text(3)?.to_owned(),
        challenge: row.optional_text(4)?.map(str::to_owned),
        scope: row.text(5)?.to_owned(),
        resource: row.optional_text(6)?.map(str::to_owned),
        nonce: row.optional_text(7)?.map(str::to_owned),
        auth_time: row.timestamp(8)?,
        expires_at: row.timestamp(9)?,
    };
    Ok(FoundCode {
        code,
        used_at: row.optional_timestamp(10)?,
        grant: row.optional_array(11)?.map(ChainId::from_bytes),
        user: users::read_joined_user(row, 12)?,
    })
}
