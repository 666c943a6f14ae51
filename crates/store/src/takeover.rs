//! The end of what stood in an account before anybody had shown that its address is theirs (C170).
//!
//! Whoever makes an account with the address of somebody else waits for its owner to use it. So nothing of theirs
//! outlives the proof: no password, no identity, no telephone number, no session, no grant, and no link.

use database::{Statement, Work, params};
use model::{Timestamp, UserId};
use session::rotation::RevocationReason;

use crate::{Store, links, phones};

pub(crate) const STATEMENTS: &[&Statement] = &[&PASSWORD, &IDENTITIES];

static PASSWORD: Statement = Statement::common(
    "takeover.password",
    "UPDATE users SET password_hash = NULL, email_verified = $1, updated_at = $2
     WHERE tenant = $3 AND id = $4 AND email_verified = 0",
);
static IDENTITIES: Statement =
    Statement::common("takeover.identities", "DELETE FROM identities WHERE tenant = $1 AND user_id = $2");

impl Store {
    /// A work that also empties an account whose address nobody had proved. It is proved by this where `verified`; what
    /// its owner brings stands behind it.
    pub(crate) fn taking_over(&self, work: Work, user: UserId, verified: bool, now: Timestamp) -> Work {
        let id = *user.as_bytes();
        let work = work
            .run(&PASSWORD, params![verified, now, self.scope(), id])
            .run(&IDENTITIES, params![self.scope(), id])
            // Before the number: one that is just being proved by its code is waited for, and dropped.
            .run(&links::REVOKE, params![now, self.scope(), id])
            .run(&phones::DROP, params![self.scope(), id, Timestamp::from_micros(0)]);
        self.ending(work, user, RevocationReason::PasswordChanged, now)
    }
}
