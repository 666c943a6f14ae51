//! A number that grows with every change of settings, applications or keys: nodes compare it to know that what
//! they remember is stale.

use database::{Error, Statement, Work, params};

use crate::Store;

pub(crate) const STATEMENTS: &[&Statement] = &[&ADVANCE, &READ];

static ADVANCE: Statement = Statement::common(
    "revisions.advance",
    "INSERT INTO revisions (tenant, revision) VALUES ($1, 1)
     ON CONFLICT (tenant) DO UPDATE SET revision = revisions.revision + 1",
);
static READ: Statement =
    Statement::common("revisions.read", "SELECT revision FROM revisions WHERE tenant = $1");

impl Store {
    /// The present revision.
    pub async fn revision(&self) -> Result<i64, Error> {
        let row = self.database.query_optional(&READ, params![self.scope()]).await?;
        row.map_or(Ok(0), |row| row.integer(0))
    }

    /// Adds the advance to a unit of work that changes what nodes remember.
    pub(crate) fn advancing(&self, work: Work) -> Work {
        work.run(&ADVANCE, params![self.scope()])
    }
}
