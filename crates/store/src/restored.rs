//! The end of everything that began before a planned restore (F46).
//!
//! A backup knows nothing of what was revoked after it was made, so nothing of what it holds is accepted any more:
//! no session, no refresh token, no code, no link, no one-time token, no invitation, no sign-in that was under way. People sign in again; nobody is a thief.

use database::{Error, Statement, Work, params};
use model::Timestamp;
use session::rotation::RevocationReason;

use crate::Store;
use crate::audit::AuditLine;

pub(crate) const STATEMENTS: &[&Statement] =
    &[&GRANTS, &SESSIONS, &CODES, &FLOWS, &LINKS, &TOKENS, &INVITATIONS, &DEPARTURES, &STRANGERS];

static GRANTS: Statement = Statement::common(
    "restored.grants",
    "UPDATE grants SET revoked_at = $1, revoked_reason = $2, version = version + 1
     WHERE tenant = $3 AND revoked_at IS NULL",
);
static SESSIONS: Statement = Statement::common(
    "restored.sessions",
    "UPDATE browser_sessions SET ended_at = $1 WHERE tenant = $2 AND ended_at IS NULL",
);
static CODES: Statement = Statement::common(
    "restored.codes",
    "UPDATE codes SET expires_at = $1 WHERE tenant = $2 AND expires_at > $1",
);
static FLOWS: Statement = Statement::common(
    "restored.flows",
    "UPDATE flows SET expires_at = $1 WHERE tenant = $2 AND expires_at > $1",
);

static LINKS: Statement = Statement::common(
    "restored.links",
    "UPDATE links SET revoked_at = $1
     WHERE tenant = $2 AND used_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL",
);
static TOKENS: Statement = Statement::common(
    "restored.one_time_tokens",
    "UPDATE one_time_tokens SET revoked_at = $1
     WHERE tenant = $2 AND consumed_at IS NULL AND revoked_at IS NULL AND replaced_at IS NULL",
);
static INVITATIONS: Statement = Statement::common(
    "restored.invitations",
    "UPDATE invitations SET revoked_at = $1
     WHERE tenant = $2 AND accepted_at IS NULL AND replaced_at IS NULL AND revoked_at IS NULL",
);
static DEPARTURES: Statement = Statement::common(
    "restored.departures",
    "UPDATE departures SET expires_at = $1 WHERE tenant = $2 AND expires_at > $1",
);
static STRANGERS: Statement = Statement::common(
    "restored.strangers",
    "UPDATE strangers SET expires_at = $1 WHERE tenant = $2 AND expires_at > $1",
);

impl Store {
    /// Ends whatever began before.
    pub async fn end_everything(&self, now: Timestamp, line: AuditLine) -> Result<(), Error> {
        let scope = self.scope();
        let work = Work::new()
            .run(&GRANTS, params![now, RevocationReason::Restored.as_str(), scope])
            .run(&SESSIONS, params![now, scope])
            // Expired, not used: to redeem one is no sign of theft.
            .run(&CODES, params![now, scope])
            .run(&FLOWS, params![now, scope])
            .run(&LINKS, params![now, scope])
            .run(&TOKENS, params![now, scope])
            .run(&INVITATIONS, params![now, scope])
            .run(&DEPARTURES, params![now, scope])
            .run(&STRANGERS, params![now, scope]);
        self.database.commit(self.auditing(self.advancing(work), line)).await?;
        Ok(())
    }
}
