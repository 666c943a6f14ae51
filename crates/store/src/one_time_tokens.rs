//! One-time tokens: made for an application, which sends them by itself; used up once.
//!
//! A row holds nothing that opens it: `keys::LinkKey` makes the token from the id.

use database::{Error, Row, Statement, Value, Work, params};
use model::{ApplicationId, EmailAddress, FlowId, LinkId, OrganizationId, Timestamp};
use serde::Deserialize;

use crate::audit::AuditLine;
use crate::browser_sessions::NewBrowserSession;
use crate::users::NewAccount;
use crate::{Store, document, links};

pub(crate) const STATEMENTS: &[&Statement] =
    &[&REPLACE, &ISSUE, &READ, &LIST, &COUNT, &CONSUME, &REVOKE, &DELETE];

macro_rules! columns {
    () => {
        "id, address, address_key, organizations, created_at, expires_at, consumed_at, revoked_at, replaced_at,
         application"
    };
}

/// Which tokens a list is of: `NULL` wants all.
macro_rules! wanted {
    () => {
        "WHERE tenant = $1 AND (address_key = $2 OR $2 IS NULL)
           AND (CASE WHEN consumed_at IS NOT NULL THEN 'consumed'
                     WHEN revoked_at IS NOT NULL OR replaced_at IS NOT NULL THEN 'revoked'
                     WHEN expires_at <= $3 THEN 'expired'
                     ELSE 'active' END = $4 OR $4 IS NULL)"
    };
}

static REPLACE: Statement = Statement::common(
    "one_time_tokens.replace",
    "UPDATE one_time_tokens SET replaced_at = $1
     WHERE tenant = $2 AND address_key = $3 AND application IS NOT DISTINCT FROM $4
       AND consumed_at IS NULL AND revoked_at IS NULL AND replaced_at IS NULL",
);
static ISSUE: Statement = Statement::common(
    "one_time_tokens.issue",
    "INSERT INTO one_time_tokens
         (tenant, id, address, address_key, organizations, created_at, expires_at, application)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
);
static READ: Statement = Statement::common(
    "one_time_tokens.read",
    concat!("SELECT ", columns!(), " FROM one_time_tokens WHERE tenant = $1 AND id = $2"),
);
static LIST: Statement = Statement::common(
    "one_time_tokens.list",
    concat!("SELECT ", columns!(), " FROM one_time_tokens ", wanted!(), " ORDER BY id LIMIT $5 OFFSET $6"),
);
static COUNT: Statement = Statement::common(
    "one_time_tokens.count",
    concat!("SELECT COUNT(*) AS number FROM one_time_tokens ", wanted!()),
);
static CONSUME: Statement = Statement::common(
    "one_time_tokens.consume",
    "UPDATE one_time_tokens SET consumed_at = $1
     WHERE tenant = $2 AND id = $3 AND expires_at > $1
       AND consumed_at IS NULL AND revoked_at IS NULL AND replaced_at IS NULL
       AND NOT EXISTS (
           SELECT 1 FROM users
           WHERE users.tenant = one_time_tokens.tenant AND users.email_key = one_time_tokens.address_key
             AND users.suspended_at IS NOT NULL)",
);
static REVOKE: Statement = Statement::common(
    "one_time_tokens.revoke",
    "UPDATE one_time_tokens SET revoked_at = $1
     WHERE tenant = $2 AND id = $3 AND consumed_at IS NULL AND revoked_at IS NULL AND replaced_at IS NULL",
);
static DELETE: Statement =
    Statement::common("one_time_tokens.delete", "DELETE FROM one_time_tokens WHERE tenant = $1 AND id = $2");

/// A one-time token, open or over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneTimeToken {
    /// Its id, from which the token is made.
    pub id: LinkId,
    /// Whose it is.
    pub address: EmailAddress,
    /// The normal form of that address.
    pub address_key: String,
    /// The one application at which it may be used; none: at any.
    pub application: Option<ApplicationId>,
    /// The organizations that its owner joins by using it.
    pub organizations: Vec<OrganizationId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it may no longer be used.
    pub expires_at: Timestamp,
    /// When it was used.
    pub consumed_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub revoked_at: Option<Timestamp>,
    /// When a newer one took its place.
    pub replaced_at: Option<Timestamp>,
}

/// What callers are told of where a one-time token stands, by the names of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenStatus {
    /// It can be used.
    Active,
    /// It was used.
    Consumed,
    /// It is too old.
    Expired,
    /// It was withdrawn, or a newer one took its place.
    Revoked,
}

impl TokenStatus {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Consumed => "consumed",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// Which tokens a list is of: those of which everything that is named here is true.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenFilter {
    /// Of the address of this normal form.
    pub address_key: Option<String>,
    /// Those that stand so.
    pub status: Option<TokenStatus>,
}

/// Where a one-time token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenStanding {
    /// It can be used.
    Active,
    /// It was used.
    Consumed,
    /// It is too old.
    Expired,
    /// A newer one took its place.
    Replaced,
    /// It was withdrawn.
    Revoked,
}

impl TokenStanding {
    /// What callers are told of it.
    pub const fn status(self) -> TokenStatus {
        match self {
            Self::Active => TokenStatus::Active,
            Self::Consumed => TokenStatus::Consumed,
            Self::Expired => TokenStatus::Expired,
            Self::Replaced | Self::Revoked => TokenStatus::Revoked,
        }
    }
}

impl OneTimeToken {
    /// Where it stands.
    pub fn standing(&self, now: Timestamp) -> TokenStanding {
        if self.consumed_at.is_some() {
            TokenStanding::Consumed
        } else if self.revoked_at.is_some() {
            TokenStanding::Revoked
        } else if self.replaced_at.is_some() {
            TokenStanding::Replaced
        } else if now >= self.expires_at {
            TokenStanding::Expired
        } else {
            TokenStanding::Active
        }
    }
}

impl Store {
    /// Keeps a new token; older ones of the same address for the same application die: all, or nothing (C158).
    pub async fn issue_one_time_token(&self, new: &OneTimeToken, line: AuditLine) -> Result<(), Error> {
        let application = new.application.map(|application| *application.as_bytes());
        let replace = params![new.created_at, self.scope(), new.address_key.as_str(), application];
        let issue = params![
            self.scope(),
            *new.id.as_bytes(),
            new.address.as_str(),
            new.address_key.as_str(),
            serde_json::to_string(&new.organizations).expect("ids are plain text"),
            new.created_at,
            new.expires_at,
            application,
        ];
        let work = Work::new().run(&REPLACE, replace).run(&ISSUE, issue);
        self.database.commit(self.auditing(work, line)).await?;
        Ok(())
    }

    /// The token of an id.
    pub async fn one_time_token(&self, id: LinkId) -> Result<Option<OneTimeToken>, Error> {
        let row = self.database.query_optional(&READ, params![self.scope(), *id.as_bytes()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// How many tokens there are.
    pub async fn count_one_time_tokens(&self, filter: &TokenFilter, now: Timestamp) -> Result<u64, Error> {
        self.count(&COUNT, self.wanted_tokens(filter, now)).await
    }

    /// Tokens in the order they were made.
    pub async fn one_time_tokens(
        &self,
        filter: &TokenFilter,
        now: Timestamp,
        most: u32,
        skip: u32,
    ) -> Result<Vec<OneTimeToken>, Error> {
        let mut params = self.wanted_tokens(filter, now);
        params.extend(params![i64::from(most), i64::from(skip)]);
        self.database.query(&LIST, params).await?.iter().map(read).collect()
    }

    /// Uses a token up without signing anybody in. `false` when it is over (C160).
    pub async fn consume_one_time_token(
        &self,
        id: LinkId,
        now: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let work = self.consuming(id, now);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// Uses a token up and begins a session of its owner, whose address it proves, in a flow; what was there goes if the
    /// address was `unproven` (C170). `false` when the token is
    /// over, or the account suspended or of another address (C160).
    pub async fn sign_in_by_one_time_token(
        &self,
        token: &OneTimeToken,
        unproven: bool,
        session: &NewBrowserSession,
        flow: FlowId,
        now: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let user = session.session.user;
        let prove = params![self.scope(), *user.as_bytes(), token.address_key.as_str()];
        let work = self.consuming(token.id, now);
        let work = if unproven { self.taking_over(work, user, true, now) } else { work };
        let work = work.expect_one(&links::PROVE_ADDRESS, prove);
        let work = self.joining_known(work, &token.organizations, user, now);
        let work = self.beginning(work, session, Some(flow));
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// Uses a token up, makes the account and begins its first session. `false` when the token is over;
    /// [`Error::Conflict`] when somebody has the address meanwhile.
    pub async fn register_by_one_time_token(
        &self,
        token: &OneTimeToken,
        account: &NewAccount,
        session: &NewBrowserSession,
        flow: FlowId,
        now: Timestamp,
        lines: [AuditLine; 2],
    ) -> Result<bool, Error> {
        let work = self.creating(self.consuming(token.id, now), account);
        let work = self.joining_known(work, &token.organizations, account.user.id, now);
        let work = self.beginning(work, session, Some(flow));
        let work = lines.into_iter().fold(work, |work, line| self.auditing(work, line));
        Ok(self.database.commit(work).await?.is_done())
    }

    /// Withdraws a token; `false` when it was used or withdrawn already.
    pub async fn revoke_one_time_token(
        &self,
        id: LinkId,
        now: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let work = Work::new().expect_one(&REVOKE, params![now, self.scope(), *id.as_bytes()]);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// Removes a token; `false` when there is none.
    pub async fn delete_one_time_token(&self, id: LinkId, line: AuditLine) -> Result<bool, Error> {
        let work = Work::new().expect_one(&DELETE, params![self.scope(), *id.as_bytes()]);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    fn wanted_tokens(&self, filter: &TokenFilter, now: Timestamp) -> Vec<Value> {
        let status = filter.status.map(TokenStatus::as_str);
        params![self.scope(), filter.address_key.as_deref(), now, status]
    }

    fn consuming(&self, id: LinkId, now: Timestamp) -> Work {
        Work::new().expect_one(&CONSUME, params![now, self.scope(), *id.as_bytes()])
    }
}

fn read(row: &Row) -> Result<OneTimeToken, Error> {
    Ok(OneTimeToken {
        id: LinkId::from_bytes(row.array(0)?),
        address: EmailAddress::parse(row.text(1)?).map_err(|_| row.corrupt(1))?,
        address_key: row.text(2)?.to_owned(),
        organizations: document::read(row, 3)?,
        created_at: row.timestamp(4)?,
        expires_at: row.timestamp(5)?,
        consumed_at: row.optional_timestamp(6)?,
        revoked_at: row.optional_timestamp(7)?,
        replaced_at: row.optional_timestamp(8)?,
        application: row.optional_array(9)?.map(ApplicationId::from_bytes),
    })
}
