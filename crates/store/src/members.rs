//! Who belongs to which organization, and in which roles.

use std::collections::HashMap;

use database::{Error, Row, Statement, Work, params};
use model::{OrganizationId, OrganizationRoleId, Timestamp, User, UserId};

use crate::Store;
use crate::audit::AuditLine;
use crate::users::read_user;

pub(crate) const STATEMENTS: &[&Statement] =
    &[&JOIN, &GIVE, &TAKE, &TAKE_ALL, &LEAVE, &LIST, &COUNT, &LIST_ROLES, &ONE, &ONE_ROLES, &OF_USER];

/// A membership that exists stays as it is; no row when organization or account does not exist.
static JOIN: Statement = Statement::common(
    "members.join",
    "INSERT INTO organization_members (tenant, organization, user_id, joined_at)
     SELECT o.tenant, o.id, u.id, $1 FROM organizations o, users u
     WHERE o.tenant = $2 AND o.id = $3 AND u.tenant = $2 AND u.id = $4
     ON CONFLICT (tenant, organization, user_id) DO UPDATE SET joined_at = organization_members.joined_at",
);
/// No row when membership or role does not exist.
static GIVE: Statement = Statement::common(
    "members.give",
    "INSERT INTO organization_member_roles (tenant, organization, user_id, role)
     SELECT m.tenant, m.organization, m.user_id, r.id FROM organization_members m, organization_roles r
     WHERE m.tenant = $1 AND m.organization = $2 AND m.user_id = $3 AND r.tenant = $1 AND r.id = $4
     ON CONFLICT (tenant, organization, user_id, role) DO UPDATE SET role = excluded.role",
);
static TAKE: Statement = Statement::common(
    "members.take",
    "DELETE FROM organization_member_roles WHERE tenant = $1 AND organization = $2 AND user_id = $3 AND role = $4",
);
static TAKE_ALL: Statement = Statement::common(
    "members.take_all",
    "DELETE FROM organization_member_roles WHERE tenant = $1 AND organization = $2 AND user_id = $3",
);
static LEAVE: Statement = Statement::common(
    "members.leave",
    "DELETE FROM organization_members WHERE tenant = $1 AND organization = $2 AND user_id = $3",
);
static LIST: Statement = Statement::common(
    "members.list",
    "SELECT u.id, u.username, u.email, u.email_verified, u.name, u.suspended_at, u.created_at, u.updated_at
     FROM organization_members m JOIN users u ON u.tenant = m.tenant AND u.id = m.user_id
     WHERE m.tenant = $1 AND m.organization = $2 ORDER BY m.user_id LIMIT $3 OFFSET $4",
);
static COUNT: Statement = Statement::common(
    "members.count",
    "SELECT COUNT(*) AS number FROM organization_members WHERE tenant = $1 AND organization = $2",
);
static LIST_ROLES: Statement = Statement::common(
    "members.list_roles",
    "SELECT h.user_id, r.id, r.name
     FROM organization_member_roles h JOIN organization_roles r ON r.tenant = h.tenant AND r.id = h.role
     WHERE h.tenant = $1 AND h.organization = $2 AND h.user_id IN (
         SELECT user_id FROM organization_members
         WHERE tenant = $1 AND organization = $2 ORDER BY user_id LIMIT $3 OFFSET $4)
     ORDER BY h.user_id, r.id",
);
static ONE: Statement = Statement::common(
    "members.one",
    "SELECT joined_at FROM organization_members WHERE tenant = $1 AND organization = $2 AND user_id = $3",
);
static ONE_ROLES: Statement = Statement::common(
    "members.one_roles",
    "SELECT h.user_id, r.id, r.name
     FROM organization_member_roles h JOIN organization_roles r ON r.tenant = h.tenant AND r.id = h.role
     WHERE h.tenant = $1 AND h.organization = $2 AND h.user_id = $3 ORDER BY r.id",
);
static OF_USER: Statement = Statement::common(
    "members.of_user",
    "SELECT m.organization, r.name FROM organization_members m
     LEFT JOIN organization_member_roles h
         ON h.tenant = m.tenant AND h.organization = m.organization AND h.user_id = m.user_id
     LEFT JOIN organization_roles r ON r.tenant = h.tenant AND r.id = h.role
     WHERE m.tenant = $1 AND m.user_id = $2 ORDER BY m.organization, r.name LIMIT 1000",
);

/// A role as a member has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleName {
    /// Its id.
    pub id: OrganizationRoleId,
    /// What applications call it.
    pub name: String,
}

/// Somebody who belongs to an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: User,
    /// In which roles.
    pub roles: Vec<RoleName>,
}

/// An organization that somebody belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Which.
    pub organization: OrganizationId,
    /// The names of their roles there.
    pub roles: Vec<String>,
}

impl Store {
    /// Lets people belong to an organization, and gives each of them roles beside those they have: all, or nothing.
    /// `false` when the organization, an account or a role does not exist.
    pub async fn add_members(
        &self,
        organization: OrganizationId,
        users: &[UserId],
        roles: &[OrganizationRoleId],
        now: Timestamp,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let work =
            users.iter().fold(Work::new(), |work, user| self.joining(work, organization, *user, roles, now));
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// A work that also lets somebody belong to an organization.
    pub(crate) fn joining(
        &self,
        work: Work,
        organization: OrganizationId,
        user: UserId,
        roles: &[OrganizationRoleId],
        now: Timestamp,
    ) -> Work {
        let (of, who) = (*organization.as_bytes(), *user.as_bytes());
        let work = work.expect_one(&JOIN, params![now, self.scope(), of, who]);
        self.giving(work, organization, user, roles)
    }

    /// Gives members roles beside those they have: all, or nothing. `false` when a membership or a role does not exist.
    pub async fn give_member_roles(
        &self,
        organization: OrganizationId,
        users: &[UserId],
        roles: &[OrganizationRoleId],
        line: AuditLine,
    ) -> Result<bool, Error> {
        let work = users.iter().fold(Work::new(), |work, user| self.giving(work, organization, *user, roles));
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    fn giving(
        &self,
        work: Work,
        organization: OrganizationId,
        user: UserId,
        roles: &[OrganizationRoleId],
    ) -> Work {
        let (of, who) = (*organization.as_bytes(), *user.as_bytes());
        roles
            .iter()
            .fold(work, |work, role| work.expect_one(&GIVE, params![self.scope(), of, who, *role.as_bytes()]))
    }

    /// A work that also lets somebody belong to organizations that may be gone by now: those that are, are left out.
    pub(crate) fn joining_known(
        &self,
        work: Work,
        organizations: &[OrganizationId],
        user: UserId,
        now: Timestamp,
    ) -> Work {
        let who = *user.as_bytes();
        organizations
            .iter()
            .fold(work, |work, of| work.run(&JOIN, params![now, self.scope(), *of.as_bytes(), who]))
    }

    /// A work that also gives roles that may be gone by now: those that are, are left out.
    pub(crate) fn giving_known(
        &self,
        work: Work,
        organization: OrganizationId,
        user: UserId,
        roles: &[OrganizationRoleId],
    ) -> Work {
        let (of, who) = (*organization.as_bytes(), *user.as_bytes());
        roles
            .iter()
            .fold(work, |work, role| work.run(&GIVE, params![self.scope(), of, who, *role.as_bytes()]))
    }

    /// Gives a member these roles, and takes all others. `false` when membership or role does not exist.
    pub async fn set_member_roles(
        &self,
        organization: OrganizationId,
        user: UserId,
        roles: &[OrganizationRoleId],
        line: AuditLine,
    ) -> Result<bool, Error> {
        let key = params![self.scope(), *organization.as_bytes(), *user.as_bytes()];
        let work = self.giving(Work::new().run(&TAKE_ALL, key), organization, user, roles);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// Takes a role from a member; `false` when they do not have it.
    pub async fn take_member_role(
        &self,
        organization: OrganizationId,
        user: UserId,
        role: OrganizationRoleId,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let (of, who) = (*organization.as_bytes(), *user.as_bytes());
        let work = Work::new().expect_one(&TAKE, params![self.scope(), of, who, *role.as_bytes()]);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// Ends a membership; `false` when there is none.
    pub async fn remove_member(
        &self,
        organization: OrganizationId,
        user: UserId,
        line: AuditLine,
    ) -> Result<bool, Error> {
        let key = params![self.scope(), *organization.as_bytes(), *user.as_bytes()];
        let work = Work::new().expect_one(&LEAVE, key.clone()).run(&TAKE_ALL, key);
        Ok(self.database.commit(self.auditing(work, line)).await?.is_done())
    }

    /// How many people belong to an organization.
    pub async fn count_members(&self, organization: OrganizationId) -> Result<u64, Error> {
        self.count(&COUNT, params![self.scope(), *organization.as_bytes()]).await
    }

    /// Who belongs to an organization, in the order of their accounts.
    pub async fn members(
        &self,
        organization: OrganizationId,
        most: u32,
        skip: u32,
    ) -> Result<Vec<Member>, Error> {
        let key = params![self.scope(), *organization.as_bytes(), i64::from(most), i64::from(skip)];
        let users = self.database.query(&LIST, key.clone()).await?;
        let mut roles: HashMap<UserId, Vec<RoleName>> = HashMap::new();
        for row in &self.database.query(&LIST_ROLES, key).await? {
            roles.entry(UserId::from_bytes(row.array(0)?)).or_default().push(read_role(row)?);
        }
        users
            .iter()
            .map(|row| {
                let user = read_user(row, 0)?;
                Ok(Member { roles: roles.remove(&user.id).unwrap_or_default(), user })
            })
            .collect()
    }

    /// The roles of a member; `None` when they do not belong to the organization.
    pub async fn member_roles(
        &self,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<Option<Vec<RoleName>>, Error> {
        let key = params![self.scope(), *organization.as_bytes(), *user.as_bytes()];
        if self.database.query_optional(&ONE, key.clone()).await?.is_none() {
            return Ok(None);
        }
        self.database.query(&ONE_ROLES, key).await?.iter().map(read_role).collect::<Result<_, _>>().map(Some)
    }

    /// What somebody belongs to: for the claims of their tokens, the first thousand roles.
    pub async fn memberships(&self, user: UserId) -> Result<Vec<Membership>, Error> {
        let mut found: Vec<Membership> = Vec::new();
        for row in &self.database.query(&OF_USER, params![self.scope(), *user.as_bytes()]).await? {
            let organization = OrganizationId::from_bytes(row.array(0)?);
            if found.last().is_none_or(|last| last.organization != organization) {
                found.push(Membership { organization, roles: Vec::new() });
            }
            if let (Some(last), Some(role)) = (found.last_mut(), row.optional_text(1)?) {
                last.roles.push(role.to_owned());
            }
        }
        Ok(found)
    }
}

fn read_role(row: &Row) -> Result<RoleName, Error> {
    Ok(RoleName { id: OrganizationRoleId::from_bytes(row.array(1)?), name: row.text(2)?.to_owned() })
}
