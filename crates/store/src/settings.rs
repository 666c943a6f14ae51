//! The tenant's settings: one document.

use database::{Error, Statement, Work, params};
use model::{SignInExperience, Timestamp};

use crate::audit::AuditLine;
use crate::{Store, document};

pub(crate) const STATEMENTS: &[&Statement] = &[&READ, &WRITE];

static READ: Statement =
    Statement::common("settings.read", "SELECT document FROM settings WHERE tenant = $1");
static WRITE: Statement = Statement::common(
    "settings.write",
    "INSERT INTO settings (tenant, document, updated_at) VALUES ($1, $2, $3)
     ON CONFLICT (tenant) DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at",
);

impl Store {
    /// The sign-in experience; the default while nobody has changed it.
    pub async fn sign_in_experience(&self) -> Result<SignInExperience, Error> {
        match self.database.query_optional(&READ, params![self.scope()]).await? {
            Some(row) => document::read(&row, 0),
            None => Ok(SignInExperience::default()),
        }
    }

    /// Saves the sign-in experience.
    pub async fn save_sign_in_experience(
        &self,
        settings: &SignInExperience,
        now: Timestamp,
        line: AuditLine,
    ) -> Result<(), Error> {
        let document = serde_json::to_string(settings).expect("settings are plain structures");
        let work = Work::new().run(&WRITE, params![self.scope(), document, now]);
        self.database.commit(self.auditing(self.advancing(work), line)).await?;
        Ok(())
    }
}
