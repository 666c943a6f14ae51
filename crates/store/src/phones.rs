//! Telephone numbers of accounts. A row stands only for a number that has proved itself: there are no others.

use database::{Error, Row, Statement, Work, params};
use model::{Address, PhoneNumber, Timestamp, UserId};

use crate::Store;
use crate::audit::AuditLine;
use crate::links::{self, Use};
use crate::outbox::{self, Mail};
use crate::ways_in::{HOLD, Messages, by_identity, by_letter_or_password, where_enabled};

pub(crate) const STATEMENTS: &[&Statement] = &[&ACCOUNT, &READ, &SET, &PROVE, &REMOVE, &DROP];

pub(crate) static ACCOUNT: Statement = Statement::common(
    "phones.account",
    "SELECT u.id, u.username, u.email, u.email_verified, u.name, u.suspended_at, u.created_at, u.updated_at,
            u.password_hash
     FROM phones p JOIN users u ON u.tenant = p.tenant AND u.id = p.user_id
     WHERE p.tenant = $1 AND p.number = $2",
);
static READ: Statement = Statement::common(
    "phones.read",
    "SELECT number, added_at FROM phones WHERE tenant = $1 AND user_id = $2",
);
static SET: Statement = Statement::common(
    "phones.set",
    "INSERT INTO phones (tenant, user_id, number, added_at, proved_at)
     SELECT u.tenant, u.id, $1, $2, $2 FROM users u WHERE u.tenant = $3 AND u.id = $4 AND u.suspended_at IS NULL
     ON CONFLICT (tenant, user_id) DO UPDATE SET
         added_at = CASE WHEN phones.number = $1 THEN phones.added_at ELSE $2 END, number = $1, proved_at = $2",
);
pub(crate) static PROVE: Statement = Statement::common(
    "phones.prove",
    "UPDATE phones SET proved_at = $1
     WHERE tenant = $2 AND user_id = $3 AND number = $4
       AND EXISTS (SELECT 1 FROM users u WHERE u.tenant = $2 AND u.id = $3 AND u.suspended_at IS NULL)",
);
macro_rules! remove {
    ($enabled:literal) => {
        concat!(
            "DELETE FROM phones
             WHERE tenant = $1 AND user_id = $2
               AND EXISTS (SELECT 1 FROM users u WHERE u.tenant = $1 AND u.id = $2 AND (",
            by_letter_or_password!("$3"),
            " OR ",
            by_identity!($enabled, "TRUE"),
            "))"
        )
    };
}
static REMOVE: Statement = where_enabled!("phones.remove", remove);

/// A number that came after a time: it may be that of whoever had taken the account over.
pub(crate) static DROP: Statement = Statement::common(
    "phones.drop",
    "DELETE FROM phones WHERE tenant = $1 AND user_id = $2 AND added_at > $3",
);

/// The number of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// The number.
    pub number: PhoneNumber,
    /// Since when it is that of this account.
    pub added_at: Timestamp,
}

impl Store {
    /// The number of an account.
    pub async fn phone(&self, user: UserId) -> Result<Option<Phone>, Error> {
        let row = self.database.query_optional(&READ, params![self.scope(), *user.as_bytes()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Uses a link up and makes its number that of the account, in place of the one that it had; the owner is told: all, or
    /// nothing. `false` when the link is dead or the account suspended; [`Error::Conflict`] when the number is
    /// somebody's.
    pub async fn set_phone(
        &self,
        used: Use<'_>,
        user: UserId,
        number: &PhoneNumber,
        notices: &[Mail],
        line: AuditLine,
    ) -> Result<bool, Error> {
        let set = params![number.as_str(), used.at, self.scope(), *user.as_bytes()];
        let work = self.using(used).expect_one(&SET, set);
        let work =
            notices.iter().fold(work, |work, notice| outbox::post(self.scope(), work, notice, used.at));
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// Takes the number from an account, if it has another way in; the owner is told. What is on the way to the number dies
    /// with it. `false` when there is no other way in, or no number.
    pub async fn remove_phone(
        &self,
        user: UserId,
        messages: Messages,
        notices: &[Mail],
        line: AuditLine,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let id = *user.as_bytes();
        let work = Work::new()
            .run(&HOLD, params![now, self.scope(), id])
            .expect_one(&REMOVE, params![self.scope(), id, messages.letters])
            .run(&links::REVOKE, params![now, self.scope(), id]);
        let work = notices.iter().fold(work, |work, notice| outbox::post(self.scope(), work, notice, now));
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }
}

fn read(row: &Row) -> Result<Phone, Error> {
    let number = PhoneNumber::parse(row.text(0)?).map_err(|_| row.corrupt(0))?;
    Ok(Phone { number, added_at: row.timestamp(1)? })
}

/// Reads where a message goes.
pub(crate) fn read_address(row: &Row, column: usize) -> Result<Option<Address>, Error> {
    let Some(text) = row.optional_text(column)? else { return Ok(None) };
    Address::parse(text).map(Some).ok_or_else(|| row.corrupt(column))
}
