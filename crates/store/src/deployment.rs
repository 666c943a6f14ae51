//! The deployment's name: bound into every refresh token, so that one of another deployment is refused.

use database::{Error, Statement, Work, params};

use crate::Store;

pub(crate) const STATEMENTS: &[&Statement] = &[&CREATE, &READ];

static CREATE: Statement = Statement::common(
    "deployment.create",
    "INSERT INTO deployment (tenant, id) VALUES ($1, $2) ON CONFLICT (tenant) DO NOTHING",
);
static READ: Statement = Statement::common("deployment.read", "SELECT id FROM deployment WHERE tenant = $1");

impl Store {
    /// The deployment's id, if it has one.
    pub async fn known_deployment_id(&self) -> Result<Option<[u8; 16]>, Error> {
        let row = self.database.query_optional(&READ, params![self.scope()]).await?;
        row.map(|row| row.array(0)).transpose()
    }

    /// The deployment's id; `fresh` becomes it when there is none yet.
    pub async fn deployment_id(&self, fresh: [u8; 16]) -> Result<[u8; 16], Error> {
        if let Some(known) = self.known_deployment_id().await? {
            return Ok(known);
        }
        self.database.commit(Work::new().run(&CREATE, params![self.scope(), fresh])).await?;
        Ok(self.known_deployment_id().await?.unwrap_or(fresh))
    }
}
