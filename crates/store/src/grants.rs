//! Grants: what an application may do for a person, and the chain of its refresh tokens.
//!
//! A chain is changed by compare-and-set: the engine decides on the row as read, and the change is written only
//! if nobody has written since.

use database::{Committed, Error, Row, Statement, Value, Work, params};
use model::{ApplicationId, BrowserSessionId, ChainId, Timestamp, User, UserId};
use session::rotation::{Chain, RevocationReason};

use crate::Store;
use crate::audit::AuditLine;
use crate::users;

pub(crate) const STATEMENTS: &[&Statement] = &[&BEGIN, &READ, &REPLACE];

static BEGIN: Statement = Statement::common(
    "grants.begin",
    "INSERT INTO grants (tenant, id, application, user_id, session_id, scope, resource, auth_time, offline, salt,
                         generation, sibling, minted_at, handed_out_at, recoveries, idle_expires_at,
                         absolute_expires_at, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0)",
);
static READ: Statement = Statement::common(
    "grants.read",
    "SELECT g.id, g.application, g.user_id, g.session_id, g.scope, g.resource, g.auth_time, g.offline, g.salt,
            g.generation, g.sibling, g.prev_sibling, g.minted_at, g.handed_out_at, g.confirmed_at, g.recoveries,
            g.idle_expires_at, g.absolute_expires_at, g.revoked_at, g.revoked_reason, g.version,
            u.id, u.username, u.email, u.email_verified, u.name, u.suspended_at, u.created_at, u.updated_at
     FROM grants g
     LEFT JOIN users u ON u.tenant = g.tenant AND u.id = g.user_id AND u.suspended_at IS NULL
     WHERE g.tenant = $1 AND g.id = $2",
);
static REPLACE: Statement = Statement::common(
    "grants.replace",
    "UPDATE grants SET generation = $1, sibling = $2, prev_sibling = $3, minted_at = $4, handed_out_at = $5,
            confirmed_at = $6, recoveries = $7, idle_expires_at = $8, revoked_at = $9, revoked_reason = $10,
            version = version + 1
     WHERE tenant = $11 AND id = $12 AND version = $13
       AND (SELECT u.suspended_at FROM users u
            WHERE u.tenant = grants.tenant AND u.id = grants.user_id) IS NULL",
);

/// A grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The client.
    pub application: ApplicationId,
    /// The person.
    pub user: UserId,
    /// The session with which they signed in.
    pub session: BrowserSessionId,
    /// The granted scope.
    pub scope: String,
    /// The resource of its access tokens.
    pub resource: Option<String>,
    /// When the person showed who they are.
    pub auth_time: Timestamp,
    /// `offline_access` was granted: it has refresh tokens and outlives the session.
    pub offline: bool,
    /// The chain of its refresh tokens.
    pub chain: Chain,
}

/// A grant as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundGrant {
    /// The grant.
    pub grant: Grant,
    /// Its account, if there is one that is not suspended.
    pub user: Option<User>,
    /// What a change must find unchanged.
    pub version: i64,
}

/// Adds a new grant to a unit of work.
pub(crate) fn begin(scope: &str, work: Work, grant: &Grant) -> Work {
    let chain = &grant.chain;
    work.run(
        &BEGIN,
        params![
            scope,
            *chain.id.as_bytes(),
            *grant.application.as_bytes(),
            *grant.user.as_bytes(),
            *grant.session.as_bytes(),
            grant.scope.as_str(),
            grant.resource.as_deref(),
            grant.auth_time,
            grant.offline,
            chain.salt,
            i64::from(chain.generation),
            i64::from(chain.sibling),
            chain.minted_at,
            chain.handed_out_at,
            i64::from(chain.recoveries),
            chain.idle_expires_at,
            chain.absolute_expires_at,
        ],
    )
}

impl Store {
    /// The grant of a chain.
    pub async fn grant(&self, id: ChainId) -> Result<Option<FoundGrant>, Error> {
        let row = self.database.query_optional(&READ, params![self.scope(), *id.as_bytes()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Writes a decided chain if nobody has written since it was read; `false` when somebody has, or the account
    /// was suspended.
    pub async fn replace_chain(
        &self,
        chain: &Chain,
        version: i64,
        line: Option<AuditLine>,
    ) -> Result<bool, Error> {
        let params = params![
            i64::from(chain.generation),
            i64::from(chain.sibling),
            chain.prev_sibling.map(i64::from),
            chain.minted_at,
            chain.handed_out_at,
            chain.confirmed_at,
            i64::from(chain.recoveries),
            chain.idle_expires_at,
            chain.revoked.map(|(_, at)| at),
            chain.revoked.map(|(reason, _)| Value::from(reason.as_str())),
            self.scope(),
            *chain.id.as_bytes(),
            version,
        ];
        let mut work = Work::new().expect_one(&REPLACE, params);
        if let Some(line) = line {
            work = self.auditing(work, line);
        }
        Ok(matches!(self.database.commit(work).await?, Committed::Done(_)))
    }
}

fn read(row: &Row) -> Result<FoundGrant, Error> {
    let small = |column| row.integer(column).and_then(|n| u32::try_from(n).map_err(|_| row.corrupt(column)));
    let revoked = match (row.optional_text(19)?, row.optional_timestamp(18)?) {
        (Some(reason), Some(at)) => Some((RevocationReason::parse(reason).map_err(|_| row.corrupt(19))?, at)),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return Err(row.corrupt(18)),
    };
    let prev_sibling = row.optional_integer(11)?;
    let prev_sibling = prev_sibling.map(|n| u32::try_from(n).map_err(|_| row.corrupt(11))).transpose()?;
    let chain = Chain {
        id: ChainId::from_bytes(row.array(0)?),
        salt: row.array(8)?,
        generation: small(9)?,
        sibling: small(10)?,
        prev_sibling,
        minted_at: row.timestamp(12)?,
        handed_out_at: row.timestamp(13)?,
        confirmed_at: row.optional_timestamp(14)?,
        recoveries: small(15)?,
        idle_expires_at: row.timestamp(16)?,
        absolute_expires_at: row.timestamp(17)?,
        revoked,
    };
    let grant = Grant {
        application: ApplicationId::from_bytes(row.array(1)?),
        user: UserId::from_bytes(row.array(2)?),
        session: BrowserSessionId::from_bytes(row.array(3)?),
        scope: row.text(4)?.to_owned(),
        resource: row.optional_text(5)?.map(str::to_owned),
        auth_time: row.timestamp(6)?,
        offline: row.boolean(7)?,
        chain,
    };
    Ok(FoundGrant { grant, user: users::read_joined_user(row, 21)?, version: row.integer(20)? })
}
