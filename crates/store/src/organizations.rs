//! Organizations, as operators keep them. Who belongs to them: [`crate::members`].

use database::{Error, Row, Statement, Work, params};
use model::{Organization, OrganizationId, Timestamp};

use crate::audit::AuditLine;
use crate::invitations::REVOKE_OF;
use crate::{Store, document};

pub(crate) const STATEMENTS: &[&Statement] =
    &[&CREATE, &READ, &LIST, &COUNT, &CHANGE, &DELETE, &DELETE_MEMBERS, &DELETE_MEMBER_ROLES];

static CREATE: Statement = Statement::common(
    "organizations.create",
    "INSERT INTO organizations (tenant, id, document, updated_at) VALUES ($1, $2, $3, $4)",
);
static READ: Statement = Statement::common(
    "organizations.read",
    "SELECT document FROM organizations WHERE tenant = $1 AND id = $2",
);
static LIST: Statement = Statement::common(
    "organizations.list",
    "SELECT document FROM organizations WHERE tenant = $1 ORDER BY id LIMIT $2 OFFSET $3",
);
static COUNT: Statement = Statement::common(
    "organizations.count",
    "SELECT COUNT(*) AS number FROM organizations WHERE tenant = $1",
);
static CHANGE: Statement = Statement::common(
    "organizations.change",
    "UPDATE organizations SET document = $1, updated_at = $2 WHERE tenant = $3 AND id = $4 AND updated_at = $5",
);
static DELETE: Statement =
    Statement::common("organizations.delete", "DELETE FROM organizations WHERE tenant = $1 AND id = $2");
static DELETE_MEMBERS: Statement = Statement::common(
    "organizations.delete_members",
    "DELETE FROM organization_members WHERE tenant = $1 AND organization = $2",
);
static DELETE_MEMBER_ROLES: Statement = Statement::common(
    "organizations.delete_member_roles",
    "DELETE FROM organization_member_roles WHERE tenant = $1 AND organization = $2",
);

impl Store {
    /// Saves a new organization.
    pub async fn create_organization(&self, new: &Organization, line: AuditLine) -> Result<(), Error> {
        let params = params![self.scope(), *new.id.as_bytes(), text(new), new.updated_at];
        self.database.commit(self.auditing(Work::new().run(&CREATE, params), line)).await?;
        Ok(())
    }

    /// The organization of an id.
    pub async fn organization(&self, id: OrganizationId) -> Result<Option<Organization>, Error> {
        let row = self.database.query_optional(&READ, params![self.scope(), *id.as_bytes()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// How many organizations there are.
    pub async fn count_organizations(&self) -> Result<u64, Error> {
        self.count(&COUNT, params![self.scope()]).await
    }

    /// Organizations in the order they were made.
    pub async fn organizations(&self, most: u32, skip: u32) -> Result<Vec<Organization>, Error> {
        let params = params![self.scope(), i64::from(most), i64::from(skip)];
        self.database.query(&LIST, params).await?.iter().map(read).collect()
    }

    /// Saves a changed organization; `false` when somebody else changed or removed it since `read_at`.
    pub async fn save_organization(
        &self,
        changed: &Organization,
        read_at: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let id = *changed.id.as_bytes();
        let params = params![text(changed), changed.updated_at, self.scope(), id, read_at];
        let work = Work::new().expect_one(&CHANGE, params);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// Removes an organization with all its memberships, and withdraws its invitations; `false` when there is none.
    pub async fn delete_organization(
        &self,
        id: OrganizationId,
        now: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let key = params![self.scope(), *id.as_bytes()];
        let work = Work::new()
            .expect_one(&DELETE, key.clone())
            .run(&DELETE_MEMBERS, key.clone())
            .run(&DELETE_MEMBER_ROLES, key)
            .run(&REVOKE_OF, params![now, self.scope(), *id.as_bytes()]);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }
}

fn text(organization: &Organization) -> String {
    serde_json::to_string(organization).expect("an organization is a plain structure")
}

fn read(row: &Row) -> Result<Organization, Error> {
    document::read(row, 0)
}
