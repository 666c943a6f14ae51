//! Applications and their secrets.

use database::{Committed, Error, Row, Statement, Work, params};
use model::{Application, ApplicationId, Timestamp};

use crate::audit::AuditLine;
use crate::{Store, document};

pub(crate) const STATEMENTS: &[&Statement] = &[&CREATE, &READ, &LIST, &COUNT, &UPDATE, &ADD_SECRET, &SECRETS];

static CREATE: Statement = Statement::common(
    "applications.create",
    "INSERT INTO applications (tenant, id, document, created_at, updated_at) VALUES ($1, $2, $3, $4, $5)",
);
static READ: Statement =
    Statement::common("applications.read", "SELECT document FROM applications WHERE tenant = $1 AND id = $2");
static LIST: Statement = Statement::common(
    "applications.list",
    "SELECT document FROM applications WHERE tenant = $1 ORDER BY id LIMIT $2 OFFSET $3",
);
static COUNT: Statement =
    Statement::common("applications.count", "SELECT COUNT(*) AS number FROM applications WHERE tenant = $1");
static UPDATE: Statement = Statement::common(
    "applications.update",
    "UPDATE applications SET document = $1, updated_at = $2 WHERE tenant = $3 AND id = $4 AND updated_at = $5",
);
static ADD_SECRET: Statement = Statement::common(
    "applications.add_secret",
    "INSERT INTO application_secrets (tenant, application, hash, created_at) VALUES ($1, $2, $3, $4)",
);
static SECRETS: Statement = Statement::common(
    "applications.secrets",
    "SELECT hash FROM application_secrets WHERE tenant = $1 AND application = $2",
);

impl Store {
    /// Saves a new application, with the hash of its secret if it has one.
    pub async fn create_application(
        &self,
        application: &Application,
        secret: Option<[u8; 32]>,
        line: AuditLine,
    ) -> Result<(), Error> {
        let id = *application.id.as_bytes();
        let (created, updated) = (application.created_at, application.updated_at);
        let mut work =
            Work::new().run(&CREATE, params![self.scope(), id, text_of(application), created, updated]);
        if let Some(hash) = secret {
            work = work.run(&ADD_SECRET, params![self.scope(), id, hash, created]);
        }
        self.database.commit(self.auditing(self.advancing(work), line)).await?;
        Ok(())
    }

    /// One application.
    pub async fn application(&self, id: ApplicationId) -> Result<Option<Application>, Error> {
        let row = self.database.query_optional(&READ, params![self.scope(), *id.as_bytes()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// How many applications there are.
    pub async fn count_applications(&self) -> Result<u64, Error> {
        self.count(&COUNT, params![self.scope()]).await
    }

    /// Applications in the order they were made.
    pub async fn applications(&self, most: u32, skip: u32) -> Result<Vec<Application>, Error> {
        let params = params![self.scope(), i64::from(most), i64::from(skip)];
        self.database.query(&LIST, params).await?.iter().map(read).collect()
    }

    /// Saves a changed application; `false` when somebody else changed it since `read_at`.
    pub async fn update_application(
        &self,
        application: &Application,
        read_at: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let id = *application.id.as_bytes();
        let params = params![text_of(application), application.updated_at, self.scope(), id, read_at];
        let work = Work::new().expect_one(&UPDATE, params);
        let committed = self.database.commit(self.auditing(self.advancing(work), line)).await?;
        Ok(matches!(committed, Committed::Done(_)))
    }

    /// The hashes of an application's secrets.
    pub async fn application_secrets(&self, id: ApplicationId) -> Result<Vec<[u8; 32]>, Error> {
        let rows = self.database.query(&SECRETS, params![self.scope(), *id.as_bytes()]).await?;
        rows.iter().map(|row| row.array(0)).collect()
    }
}

fn text_of(application: &Application) -> String {
    serde_json::to_string(application).expect("an application is a plain structure")
}

fn read(row: &Row) -> Result<Application, Error> {
    document::read(row, 0)
}
