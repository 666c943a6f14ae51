//! Links by which somebody chooses a new password: issued for one account, followed once.

use database::{Committed, Error, Row, Statement, Work, params};
use model::{FlowId, Timestamp, UserId};
use session::rotation::RevocationReason;

use crate::Store;
use crate::audit::AuditLine;
use crate::outbox::{self, Mail};
use crate::users::{END_SESSIONS, REVOKE_GRANTS};

pub(crate) const STATEMENTS: &[&Statement] = &[&REPLACE, &ISSUE, &READ, &USE, &SET_PASSWORD, &END_CODES];

static REPLACE: Statement = Statement::common(
    "password_resets.replace",
    "UPDATE password_resets SET replaced_at = $1
     WHERE tenant = $2 AND user_id = $3 AND used_at IS NULL AND replaced_at IS NULL",
);
static ISSUE: Statement = Statement::common(
    "password_resets.issue",
    "INSERT INTO password_resets (tenant, hash, user_id, flow, locale, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
);
static READ: Statement = Statement::common(
    "password_resets.read",
    "SELECT user_id, flow, locale, expires_at, used_at, replaced_at FROM password_resets
     WHERE tenant = $1 AND hash = $2",
);
static USE: Statement = Statement::common(
    "password_resets.use",
    "UPDATE password_resets SET used_at = $1
     WHERE tenant = $2 AND hash = $3 AND used_at IS NULL AND replaced_at IS NULL AND expires_at > $1",
);
static SET_PASSWORD: Statement = Statement::common(
    "password_resets.set_password",
    "UPDATE users SET password_hash = $1, updated_at = $2 WHERE tenant = $3 AND id = $4 AND suspended_at IS NULL",
);
static END_CODES: Statement = Statement::common(
    "password_resets.end_codes",
    "UPDATE codes SET expires_at = $1 WHERE tenant = $2 AND user_id = $3 AND expires_at > $1",
);

/// A link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordReset {
    /// Whose password it changes.
    pub user: UserId,
    /// The sign-in during which it was asked for.
    pub flow: Option<FlowId>,
    /// The language of its letter.
    pub locale: String,
    /// When it may no longer be followed.
    pub expires_at: Timestamp,
}

/// A link as found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPasswordReset {
    /// The link.
    pub reset: PasswordReset,
    /// When it was followed to the end.
    pub used_at: Option<Timestamp>,
    /// When a newer one took its place.
    pub replaced_at: Option<Timestamp>,
}

impl Store {
    /// Issues a link; older ones of the account die.
    pub async fn issue_password_reset(
        &self,
        hash: [u8; 32],
        reset: &PasswordReset,
        now: Timestamp,
    ) -> Result<(), Error> {
        let user = *reset.user.as_bytes();
        let flow = reset.flow.map(|flow| *flow.as_bytes());
        let work = Work::new()
            .run(&REPLACE, params![now, self.scope(), user])
            .run(&ISSUE, params![self.scope(), hash, user, flow, reset.locale.as_str(), reset.expires_at]);
        self.database.commit(work).await?;
        Ok(())
    }

    /// The link of a hash.
    pub async fn password_reset(&self, hash: [u8; 32]) -> Result<Option<FoundPasswordReset>, Error> {
        let row = self.database.query_optional(&READ, params![self.scope(), hash]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Uses a link up, sets the password, ends whatever was begun with the old one, and orders the letter that says
    /// so: all, or nothing. `false` when the link is dead or the account suspended (C160, C163).
    pub async fn reset_password(
        &self,
        hash: [u8; 32],
        password_hash: &str,
        notice: &Mail,
        now: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let user = notice.user.map(|user| *user.as_bytes());
        let reason = RevocationReason::PasswordChanged.as_str();
        let work = Work::new()
            .expect_one(&USE, params![now, self.scope(), hash])
            .expect_one(&SET_PASSWORD, params![password_hash, now, self.scope(), user])
            .run(&REPLACE, params![now, self.scope(), user])
            .run(&REVOKE_GRANTS, params![now, reason, self.scope(), user])
            .run(&END_SESSIONS, params![now, self.scope(), user])
            // Expired, not used: to redeem one is no sign of theft.
            .run(&END_CODES, params![now, self.scope(), user]);
        let work = outbox::post(self.scope(), work, notice, now);
        Ok(matches!(self.database.commit(self.auditing(work, line)).await?, Committed::Done(_)))
    }
}

fn read(row: &Row) -> Result<FoundPasswordReset, Error> {
    let reset = PasswordReset {
        user: UserId::from_bytes(row.array(0)?),
        flow: row.optional_array(1)?.map(FlowId::from_bytes),
        locale: row.text(2)?.to_owned(),
        expires_at: row.timestamp(3)?,
    };
    Ok(FoundPasswordReset {
        reset,
        used_at: row.optional_timestamp(4)?,
        replaced_at: row.optional_timestamp(5)?,
    })
}
