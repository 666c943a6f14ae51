//! The roles that people have in organizations: named once for the tenant.

use database::{Error, Row, Statement, Work, params};
use model::{OrganizationRole, OrganizationRoleId, Timestamp};

use crate::audit::AuditLine;
use crate::{Store, document};

pub(crate) const STATEMENTS: &[&Statement] = &[&CREATE, &READ, &LIST, &COUNT, &CHANGE, &DELETE, &TAKE];

static CREATE: Statement = Statement::common(
    "organization_roles.create",
    "INSERT INTO organization_roles (tenant, id, name, document, updated_at) VALUES ($1, $2, $3, $4, $5)",
);
static READ: Statement = Statement::common(
    "organization_roles.read",
    "SELECT document FROM organization_roles WHERE tenant = $1 AND id = $2",
);
static LIST: Statement = Statement::common(
    "organization_roles.list",
    "SELECT document FROM organization_roles WHERE tenant = $1 ORDER BY id LIMIT $2 OFFSET $3",
);
static COUNT: Statement = Statement::common(
    "organization_roles.count",
    "SELECT COUNT(*) AS number FROM organization_roles WHERE tenant = $1",
);
static CHANGE: Statement = Statement::common(
    "organization_roles.change",
    "UPDATE organization_roles SET name = $1, document = $2, updated_at = $3
     WHERE tenant = $4 AND id = $5 AND updated_at = $6",
);
static DELETE: Statement = Statement::common(
    "organization_roles.delete",
    "DELETE FROM organization_roles WHERE tenant = $1 AND id = $2",
);
static TAKE: Statement = Statement::common(
    "organization_roles.take",
    "DELETE FROM organization_member_roles WHERE tenant = $1 AND role = $2",
);

impl Store {
    /// Saves a new role; [`Error::Conflict`] when its name is taken.
    pub async fn create_organization_role(
        &self,
        new: &OrganizationRole,
        line: AuditLine,
    ) -> Result<(), Error> {
        let id = *new.id.as_bytes();
        let params = params![self.scope(), id, new.name.as_str(), text(new), new.updated_at];
        self.database.commit(self.auditing(Work::new().run(&CREATE, params), line)).await?;
        Ok(())
    }

    /// The role of an id.
    pub async fn organization_role(&self, id: OrganizationRoleId) -> Result<Option<OrganizationRole>, Error> {
        let row = self.database.query_optional(&READ, params![self.scope(), *id.as_bytes()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// How many roles there are.
    pub async fn count_organization_roles(&self) -> Result<u64, Error> {
        self.count(&COUNT, params![self.scope()]).await
    }

    /// Roles in the order they were made.
    pub async fn organization_roles(&self, most: u32, skip: u32) -> Result<Vec<OrganizationRole>, Error> {
        let params = params![self.scope(), i64::from(most), i64::from(skip)];
        self.database.query(&LIST, params).await?.iter().map(read).collect()
    }

    /// Saves a changed role; `false` when somebody else changed or removed it since `read_at`. [`Error::Conflict`] when
    /// its name is taken.
    pub async fn save_organization_role(
        &self,
        changed: &OrganizationRole,
        read_at: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let (name, id) = (changed.name.as_str(), *changed.id.as_bytes());
        let params = params![name, text(changed), changed.updated_at, self.scope(), id, read_at];
        let work = Work::new().expect_one(&CHANGE, params);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// Removes a role, and takes it from whoever has it; `false` when there is none.
    pub async fn delete_organization_role(
        &self,
        id: OrganizationRoleId,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let key = params![self.scope(), *id.as_bytes()];
        let work = Work::new().expect_one(&DELETE, key.clone()).run(&TAKE, key);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }
}

fn text(role: &OrganizationRole) -> String {
    serde_json::to_string(role).expect("a role is a plain structure")
}

fn read(row: &Row) -> Result<OrganizationRole, Error> {
    document::read(row, 0)
}
