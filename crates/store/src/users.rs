//! People's accounts. Identifiers are looked up by their normal form, which `accounts` alone makes (C150).

use database::{Committed, Error, Row, Statement, Work, params};
use model::{EmailAddress, PhoneNumber, Timestamp, User, UserId};
use session::rotation::RevocationReason;

use crate::audit::AuditLine;
use crate::{Store, links, phones};

pub(crate) const STATEMENTS: &[&Statement] = &[
    &CREATE,
    &READ,
    &BY_USERNAME,
    &BY_EMAIL,
    &REHASH,
    &SUSPEND,
    &AS_READ,
    &END_SESSIONS,
    &END_CODES,
    &REVOKE_GRANTS,
];

static CREATE: Statement = Statement::common(
    "users.create",
    "INSERT INTO users (tenant, id, username, username_key, email, email_key, email_verified, name,
                        password_hash, suspended_at, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
);
static READ: Statement = Statement::common(
    "users.read",
    "SELECT id, username, email, email_verified, name, suspended_at, created_at, updated_at, password_hash
     FROM users WHERE tenant = $1 AND id = $2",
);
static BY_USERNAME: Statement = Statement::common(
    "users.by_username",
    "SELECT id, username, email, email_verified, name, suspended_at, created_at, updated_at, password_hash
     FROM users WHERE tenant = $1 AND username_key = $2",
);
static BY_EMAIL: Statement = Statement::common(
    "users.by_email",
    "SELECT id, username, email, email_verified, name, suspended_at, created_at, updated_at, password_hash
     FROM users WHERE tenant = $1 AND email_key = $2",
);
static REHASH: Statement = Statement::common(
    "users.rehash",
    "UPDATE users SET password_hash = $1 WHERE tenant = $2 AND id = $3 AND password_hash = $4",
);
static SUSPEND: Statement = Statement::common(
    "users.suspend",
    "UPDATE users SET suspended_at = $1, updated_at = $2 WHERE tenant = $3 AND id = $4",
);
// Who changes the account meanwhile is waited for.
pub(crate) static AS_READ: Statement = Statement::per_engine(
    "users.as_read",
    "SELECT id FROM users WHERE tenant = $1 AND id = $2 AND updated_at = $3",
    "SELECT id FROM users WHERE tenant = $1 AND id = $2 AND updated_at = $3 FOR SHARE",
);
static REVOKE_GRANTS: Statement = Statement::common(
    "users.revoke_grants",
    "UPDATE grants SET revoked_at = $1, revoked_reason = $2, version = version + 1
     WHERE tenant = $3 AND user_id = $4 AND revoked_at IS NULL",
);
static END_SESSIONS: Statement = Statement::common(
    "users.end_sessions",
    "UPDATE browser_sessions SET ended_at = $1 WHERE tenant = $2 AND user_id = $3 AND ended_at IS NULL",
);

// Expired, not used: to redeem one is no sign of theft.
static END_CODES: Statement = Statement::common(
    "users.end_codes",
    "UPDATE codes SET expires_at = $1 WHERE tenant = $2 AND user_id = $3 AND expires_at > $1",
);

/// The normal form of an identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentifierKey {
    /// Of a user name.
    Username(String),
    /// Of an e-mail address.
    Email(String),
    /// A telephone number has one form only.
    Phone(PhoneNumber),
}

/// An account with the hash of its password, if it has one.
#[derive(Clone, Debug)]
pub struct Account {
    /// The account.
    pub user: User,
    /// The PHC string of its password.
    pub password_hash: Option<String>,
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The account.
    pub user: User,
    /// The normal form of its user name.
    pub username_key: Option<String>,
    /// The normal form of its e-mail address.
    pub email_key: Option<String>,
    /// The PHC string of its password.
    pub password_hash: Option<String>,
}

impl Store {
    /// Saves a new account; [`Error::Conflict`] when an identifier is taken, or kept for somebody.
    pub async fn create_user(&self, account: &NewAccount, line: AuditLine) -> Result<(), Error> {
        self.database.commit(self.auditing(self.creating(Work::new(), account), line)).await?;
        Ok(())
    }

    /// A work that also saves a new account: [`Error::Conflict`] when an identifier is taken, or kept for somebody.
    pub(crate) fn creating(&self, work: Work, account: &NewAccount) -> Work {
        let user = &account.user;
        let params = params![
            self.scope(),
            *user.id.as_bytes(),
            user.username.as_deref(),
            account.username_key.as_deref(),
            user.email.as_ref().map(EmailAddress::as_str),
            account.email_key.as_deref(),
            user.email_verified,
            user.name.as_deref(),
            account.password_hash.as_deref(),
            user.suspended_at,
            user.created_at,
            user.updated_at,
        ];
        let work = work.run(&CREATE, params);
        match &account.email_key {
            Some(key) => self.unless_held(work, key, user.id, user.created_at),
            None => work,
        }
    }

    /// The account of an id.
    pub async fn user(&self, id: UserId) -> Result<Option<User>, Error> {
        let row = self.database.query_optional(&READ, params![self.scope(), *id.as_bytes()]).await?;
        Ok(row.as_ref().map(read).transpose()?.map(|account| account.user))
    }

    /// The account of an id, with the hash of its password.
    pub async fn account_of(&self, id: UserId) -> Result<Option<Account>, Error> {
        let row = self.database.query_optional(&READ, params![self.scope(), *id.as_bytes()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// The account of an identifier.
    pub async fn account(&self, identifier: &IdentifierKey) -> Result<Option<Account>, Error> {
        let (statement, key) = match identifier {
            IdentifierKey::Username(key) => (&BY_USERNAME, key.as_str()),
            IdentifierKey::Email(key) => (&BY_EMAIL, key.as_str()),
            IdentifierKey::Phone(number) => (&phones::ACCOUNT, number.as_str()),
        };
        let row = self.database.query_optional(statement, params![self.scope(), key]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Replaces the hash of an unchanged password by one with newer parameters.
    pub async fn rehash_password(&self, id: UserId, old: &str, new: &str) -> Result<(), Error> {
        let work = Work::new().run(&REHASH, params![new, self.scope(), *id.as_bytes(), old]);
        self.database.commit(work).await?;
        Ok(())
    }

    /// A work that also ends all sessions of an account, and what came of them. In this order: a code needs a session, and
    /// a grant a code, so that what is just being made is either waited for and ended, or comes too late.
    pub(crate) fn ending(&self, work: Work, user: UserId, reason: RevocationReason, now: Timestamp) -> Work {
        let id = *user.as_bytes();
        work.run(&END_SESSIONS, params![now, self.scope(), id])
            .run(&END_CODES, params![now, self.scope(), id])
            .run(&REVOKE_GRANTS, params![now, reason.as_str(), self.scope(), id])
    }

    /// Suspends an account and ends everything that belongs to it, or lifts the suspension (C053, C115);
    /// `false` when there is no such account.
    pub async fn suspend_user(
        &self,
        id: UserId,
        suspended_at: Option<Timestamp>,
        now: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let key = *id.as_bytes();
        let mut work = Work::new().expect_one(&SUSPEND, params![suspended_at, now, self.scope(), key]);
        if suspended_at.is_some() {
            // The links first: a sign-in that is just using one is waited for, and its session ended.
            work = work.run(&links::REVOKE, params![now, self.scope(), key]);
            work = self.ending(work, id, RevocationReason::AccountDisabled, now);
        }
        Ok(matches!(self.database.commit(self.auditing(work, line)).await?, Committed::Done(_)))
    }
}

fn read(row: &Row) -> Result<Account, Error> {
    Ok(Account { user: read_user(row, 0)?, password_hash: row.optional_text(8)?.map(str::to_owned) })
}

/// The account in the eight columns from `first` on, in the order of [`READ`].
pub(crate) fn read_user(row: &Row, first: usize) -> Result<User, Error> {
    let email = row.optional_text(first + 2)?.map(EmailAddress::parse).transpose();
    Ok(User {
        id: UserId::from_bytes(row.array(first)?),
        username: row.optional_text(first + 1)?.map(str::to_owned),
        email: email.map_err(|_| row.corrupt(first + 2))?,
        email_verified: row.boolean(first + 3)?,
        name: row.optional_text(first + 4)?.map(str::to_owned),
        suspended_at: row.optional_timestamp(first + 5)?,
        created_at: row.timestamp(first + 6)?,
        updated_at: row.timestamp(first + 7)?,
    })
}

/// The same, where the account may be missing: a statement that joins it selects nothing then.
pub(crate) fn read_joined_user(row: &Row, first: usize) -> Result<Option<User>, Error> {
    if row.is_null(first)? { Ok(None) } else { read_user(row, first).map(Some) }
}
