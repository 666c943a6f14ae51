//! What a person has allowed an application of somebody else to learn.

use database::{Error, Statement, Work, params};
use model::{ApplicationId, Timestamp, UserId};

use crate::Store;
use crate::audit::AuditLine;

pub(crate) const STATEMENTS: &[&Statement] = &[&READ, &GRANT];

static READ: Statement = Statement::common(
    "consents.read",
    "SELECT scope, granted_at FROM consents WHERE tenant = $1 AND user_id = $2 AND application = $3",
);
static GRANT: Statement = Statement::common(
    "consents.grant",
    "INSERT INTO consents (tenant, user_id, application, scope, granted_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (tenant, user_id, application)
     DO UPDATE SET scope = excluded.scope, granted_at = excluded.granted_at",
);

/// What a person has allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The scope, as a space-separated list.
    pub scope: String,
    /// When they allowed it last.
    pub granted_at: Timestamp,
}

impl Store {
    /// What a person has allowed an application.
    pub async fn consent(&self, user: UserId, application: ApplicationId) -> Result<Option<Consent>, Error> {
        let params = params![self.scope(), *user.as_bytes(), *application.as_bytes()];
        let row = self.database.query_optional(&READ, params).await?;
        row.map(|row| Ok(Consent { scope: row.text(0)?.to_owned(), granted_at: row.timestamp(1)? }))
            .transpose()
    }

    /// Saves the scope that a person allows.
    pub async fn grant_consent(
        &self,
        user: UserId,
        application: ApplicationId,
        scope: &str,
        now: Timestamp,
        line: AuditLine,
    ) -> Result<(), Error> {
        let params = params![self.scope(), *user.as_bytes(), *application.as_bytes(), scope, now];
        self.database.commit(self.auditing(Work::new().run(&GRANT, params), line)).await?;
        Ok(())
    }
}
