//! Identities: who somebody is at a provider, and whose account that is here. Keyed by (connector, issuer,
//! subject), never by e-mail (C168).

use database::{Error, Row, Statement, Work, params};
use model::{BrowserSessionId, ConnectorId, Timestamp, User, UserId};

use crate::Store;
use crate::audit::AuditLine;
use crate::outbox::{self, Mail};
use crate::strangers::{self, Stranger};
use crate::users::{self, NewAccount};
use crate::ways_in::{HOLD, Messages, by_identity, by_letter_or_password, by_phone, where_enabled};

pub(crate) const STATEMENTS: &[&Statement] = &[
    &FIND,
    &LINK,
    &LINK_VERIFIED,
    &LINK_PROVEN,
    &LINK_OWN,
    &LIST,
    &HOLD_AS_READ,
    &REMOVE,
    &REMOVE_SINCE,
    &USERS_OF,
];

static FIND: Statement = Statement::common(
    "identities.find",
    "SELECT u.id, u.username, u.email, u.email_verified, u.name, u.suspended_at, u.created_at, u.updated_at
     FROM identities i JOIN users u ON u.tenant = i.tenant AND u.id = i.user_id
     WHERE i.tenant = $1 AND i.connector = $2 AND i.issuer = $3 AND i.subject = $4",
);
static LINK: Statement = Statement::common(
    "identities.link",
    "INSERT INTO identities (tenant, connector, issuer, subject, user_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
);
static LINK_VERIFIED: Statement = Statement::common(
    "identities.link_verified",
    "INSERT INTO identities (tenant, connector, issuer, subject, user_id, created_at)
     SELECT $1, $2, $3, $4, u.id, $5 FROM users u
     WHERE u.tenant = $1 AND u.id = $6 AND u.email_key = $7 AND u.email_verified = 1 AND u.suspended_at IS NULL",
);
static LINK_PROVEN: Statement = Statement::common(
    "identities.link_proven",
    "INSERT INTO identities (tenant, connector, issuer, subject, user_id, created_at)
     SELECT s.tenant, s.connector, s.issuer, s.subject, u.id, $1 FROM strangers s, users u
     WHERE s.tenant = $2 AND s.id = $3 AND u.tenant = $2 AND u.id = $4 AND u.suspended_at IS NULL",
);
static LINK_OWN: Statement = Statement::common(
    "identities.link_own",
    "INSERT INTO identities (tenant, connector, issuer, subject, user_id, created_at)
     SELECT $1, $2, $3, $4, u.id, $5 FROM users u JOIN browser_sessions s ON s.tenant = u.tenant AND s.user_id = u.id
     WHERE u.tenant = $1 AND u.id = $6 AND u.suspended_at IS NULL AND s.id = $7 AND s.ended_at IS NULL",
);
static LIST: Statement = Statement::common(
    "identities.list",
    "SELECT connector, issuer, subject, created_at FROM identities
     WHERE tenant = $1 AND user_id = $2 ORDER BY created_at, subject LIMIT 50",
);
// As `HOLD`, while the account is as it was when its password was checked.
static HOLD_AS_READ: Statement = Statement::common(
    "identities.hold_as_read",
    "UPDATE users SET updated_at = $1 WHERE tenant = $2 AND id = $3 AND updated_at = $4",
);
macro_rules! remove {
    ($enabled:literal) => {
        concat!(
            "DELETE FROM identities
             WHERE tenant = $1 AND connector = $2 AND issuer = $3 AND subject = $4 AND user_id = $5
               AND EXISTS (SELECT 1 FROM users u WHERE u.tenant = $1 AND u.id = $5 AND (",
            by_letter_or_password!("$6"),
            " OR ",
            by_phone!("$7"),
            " OR ",
            by_identity!($enabled, "NOT (o.connector = $2 AND o.issuer = $3 AND o.subject = $4)"),
            "))"
        )
    };
}
static REMOVE: Statement = where_enabled!("identities.remove", remove);
macro_rules! users_of {
    ($enabled:literal) => {
        concat!(
            "SELECT count(*) AS linked, count(CASE WHEN ",
            by_letter_or_password!("$1"),
            " OR ",
            by_phone!("$2"),
            " OR ",
            by_identity!($enabled, "o.connector <> $3"),
            " THEN 1 END) AS otherwise
             FROM users u
             WHERE u.tenant = $4
               AND u.id IN (SELECT i.user_id FROM identities i WHERE i.tenant = $4 AND i.connector = $3)"
        )
    };
}
static USERS_OF: Statement = where_enabled!("identities.users_of", users_of);
// Not the one that the account was made with: nobody has linked that to an account of somebody else.
pub(crate) static REMOVE_SINCE: Statement = Statement::common(
    "identities.remove_since",
    "DELETE FROM identities
     WHERE tenant = $1 AND user_id = $2 AND created_at > $3
       AND created_at > (SELECT u.created_at FROM users u WHERE u.tenant = $1 AND u.id = $2)",
);

/// Who somebody is at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The connector.
    pub connector: ConnectorId,
    /// The issuer.
    pub issuer: String,
    /// The person there.
    pub subject: String,
}

/// Who signs in by a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectorUsage {
    /// How many accounts are linked to it.
    pub linked: i64,
    /// How many of them have no other way in.
    pub only_way_in: i64,
}

/// What linking does to an account whose address nobody has verified (C170).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takeover {
    /// The account stays as it is: its owner is known.
    No,
    /// What was there goes: whoever made the account may not be whom the address belongs to.
    Yes {
        /// The provider is believed about this very address.
        verified: bool,
    },
}

impl Store {
    /// Whose account an identity is.
    pub async fn user_of_identity(&self, identity: &Identity) -> Result<Option<User>, Error> {
        let params = params![
            self.scope(),
            *identity.connector.as_bytes(),
            identity.issuer.as_str(),
            identity.subject.as_str(),
        ];
        let row = self.database.query_optional(&FIND, params).await?;
        row.as_ref().map(|row| users::read_user(row, 0)).transpose()
    }

    /// Links an identity to an account whose address is still verified: one conditional statement (C169). `false`
    /// when it is not any more; [`Error::Conflict`] when the identity is somebody's. The owner is told by `notice`.
    pub async fn link_verified(
        &self,
        identity: &Identity,
        (user, email_key): (UserId, &str),
        notice: Option<&Mail>,
        now: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let params = params![
            self.scope(),
            *identity.connector.as_bytes(),
            identity.issuer.as_str(),
            identity.subject.as_str(),
            now,
            *user.as_bytes(),
            email_key,
        ];
        let work = Work::new().expect_one(&LINK_VERIFIED, params);
        self.telling(work, notice, now, line).await
    }

    /// The identities of an account, with when each was linked.
    pub async fn identities_of(&self, user: UserId) -> Result<Vec<(Identity, Timestamp)>, Error> {
        let rows = self.database.query(&LIST, params![self.scope(), *user.as_bytes()]).await?;
        let read = |row: &Row| {
            let connector = ConnectorId::from_bytes(row.array(0)?);
            let (issuer, subject) = (row.text(1)?.to_owned(), row.text(2)?.to_owned());
            Ok((Identity { connector, issuer, subject }, row.timestamp(3)?))
        };
        rows.iter().map(read).collect()
    }

    /// How many accounts sign in by a connector, and how many only by it: without another of the ways in.
    pub async fn connector_usage(
        &self,
        connector: ConnectorId,
        messages: Messages,
    ) -> Result<ConnectorUsage, Error> {
        let params = params![messages.letters, messages.texts, *connector.as_bytes(), self.scope()];
        let row = self.database.query_optional(&USERS_OF, params).await?;
        let Some(row) = row else { return Ok(ConnectorUsage { linked: 0, only_way_in: 0 }) };
        let linked = row.integer(0)?;
        Ok(ConnectorUsage { linked, only_way_in: linked - row.integer(1)? })
    }

    /// Links an identity to the account of whoever is signed in with a session. `false` when the session has ended, or
    /// the account is suspended; [`Error::Conflict`] when the identity is somebody's.
    pub async fn link_own(
        &self,
        identity: &Identity,
        (user, session): (UserId, BrowserSessionId),
        notice: Option<&Mail>,
        now: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let params = params![
            self.scope(),
            *identity.connector.as_bytes(),
            identity.issuer.as_str(),
            identity.subject.as_str(),
            now,
            *user.as_bytes(),
            *session.as_bytes(),
        ];
        let hold = params![now, self.scope(), *user.as_bytes()];
        let work = Work::new().expect_one(&HOLD, hold).expect_one(&LINK_OWN, params);
        self.telling(work, notice, now, line).await
    }

    /// Removes an identity from an account, unless nothing else would lead into it. `false` then, and when it is not
    /// theirs.
    pub async fn remove_identity(
        &self,
        identity: &Identity,
        user: UserId,
        messages: Messages,
        notice: Option<&Mail>,
        now: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let id = *user.as_bytes();
        let params = params![
            self.scope(),
            *identity.connector.as_bytes(),
            identity.issuer.as_str(),
            identity.subject.as_str(),
            id,
            messages.letters,
            messages.texts,
        ];
        let work = Work::new().expect_one(&HOLD, params![now, self.scope(), id]).expect_one(&REMOVE, params);
        self.telling(work, notice, now, line).await
    }

    /// Links the identity of a stranger to an account whose owner has shown that it is theirs, and uses the stranger
    /// up: together, or not at all (C171). `false` when the stranger is gone or used, or the account has changed since it
    /// was read: its password may be another one by now.
    pub async fn link_proven(
        &self,
        stranger: &Stranger,
        user: &User,
        takeover: Takeover,
        notice: Option<&Mail>,
        now: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let id = *user.id.as_bytes();
        let mut work = strangers::using(self.scope(), Work::new(), stranger, now)
            .expect_one(&HOLD_AS_READ, params![now, self.scope(), id, user.updated_at]);
        if let Takeover::Yes { verified } = takeover {
            work = self.taking_over(work, user.id, verified, now);
        }
        let linked = params![now, self.scope(), *stranger.id.as_bytes(), id];
        let work = work.expect_one(&LINK_PROVEN, linked);
        self.telling(work, notice, now, line).await
    }

    /// Commits a change of an account's identities, and tells the owner of it.
    async fn telling(
        &self,
        work: Work,
        notice: Option<&Mail>,
        now: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let work = match notice {
            Some(notice) => outbox::post(self.scope(), work, notice, now),
            None => work,
        };
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// Makes an account for an identity, and uses up the stranger where there is one: together, or not at all.
    /// `false` when the stranger is gone or used; [`Error::Conflict`] when address or identity are somebody's.
    pub async fn register_identity(
        &self,
        account: &NewAccount,
        identity: &Identity,
        stranger: Option<&Stranger>,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let now = account.user.created_at;
        let mut work = Work::new();
        if let Some(stranger) = stranger {
            work = strangers::using(self.scope(), work, stranger, now);
        }
        let params = params![
            self.scope(),
            *identity.connector.as_bytes(),
            identity.issuer.as_str(),
            identity.subject.as_str(),
            *account.user.id.as_bytes(),
            now,
        ];
        let work = self.creating(work, account).run(&LINK, params);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }
}
