//! The tenant's settings: one document.

use database::{Error, Statement, Work, params};
use model::{SignInExperience, Timestamp};

use crate::audit::AuditLine;
use crate::{Store, document};

pub(crate) const STATEMENTS: &[&Statement] = &[&READ, &WRITE];

static READ: Statement =
    Statement::common("settings.read", "SELECT document, updated_at FROM settings WHERE tenant = $1");
static WRITE: Statement = Statement::common(
    "settings.write",
    "INSERT INTO settings (tenant, document, updated_at) VALUES ($1, $2, $3)
     ON CONFLICT (tenant) DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at
         WHERE settings.updated_at = $4",
);

/// The settings as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundSettings {
    /// The settings; the defaults while nobody has changed them.
    pub settings: SignInExperience,
    /// When they were saved; none while nobody has.
    pub saved_at: Option<Timestamp>,
}

impl Store {
    /// The sign-in experience.
    pub async fn sign_in_experience(&self) -> Result<FoundSettings, Error> {
        match self.database.query_optional(&READ, params![self.scope()]).await? {
            Some(row) => {
                Ok(FoundSettings { settings: document::read(&row, 0)?, saved_at: Some(row.timestamp(1)?) })
            }
            None => Ok(FoundSettings::default()),
        }
    }

    /// Saves the sign-in experience; `false` when somebody else saved it since `read_at`.
    pub async fn save_sign_in_experience(
        &self,
        settings: &SignInExperience,
        now: Timestamp,
        read_at: Option<Timestamp>,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let document = serde_json::to_string(settings).expect("settings are plain structures");
        let work = Work::new().expect_one(&WRITE, params![self.scope(), document, now, read_at]);
        Ok(self.database.commit(self.auditing(self.advancing(work), line)).await?.is_done())
    }
}
