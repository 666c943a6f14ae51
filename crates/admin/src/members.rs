//! Who belongs to an organization, as operators say it.

use model::{OrganizationId, OrganizationRoleId, UserId};
use serde_json::{Value, json};
use store::audit::{AuditEvent, AuditLine};
use store::members::{Member, RoleName};

use crate::{ChangeError, Invalid, Operator};

/// The most accounts, or roles, that one call names.
const MOST: usize = 100;

/// The body of a member: the account, and the roles in this organization.
pub fn body(member: &Member) -> Value {
    let user = &member.user;
    json!({
        "id": user.id,
        "username": user.username,
        "primaryEmail": user.email,
        "name": user.name,
        "isSuspended": user.suspended_at.is_some(),
        "organizationRoles": member.roles.iter().map(role_body).collect::<Vec<_>>(),
    })
}

/// The body of a role as a member has it.
pub fn role_body(role: &RoleName) -> Value {
    json!({"id": role.id, "name": role.name})
}

impl Operator {
    /// Lets people belong to an organization, in these roles beside those they have.
    pub async fn add_members(
        &self,
        organization: OrganizationId,
        users: &[UserId],
        roles: &[OrganizationRoleId],
    ) -> Result<(), ChangeError> {
        bounded("userIds", users)?;
        bounded("organizationRoleIds", roles)?;
        let line = self.member_line(AuditEvent::OrganizationMemberAdded, organization, users, roles);
        let now = self.clock.now();
        if self.store.add_members(organization, users, roles, now, line).await? {
            return Ok(());
        }
        if self.store.organization(organization).await?.is_none() {
            return Err(ChangeError::NotFound);
        }
        for user in users {
            if self.store.user(*user).await?.is_none() {
                return Err(Invalid::new("userIds", format!("there is no account {user}")).into());
            }
        }
        Err(no_such_role())
    }

    /// Gives a member these roles, and takes all others.
    pub async fn set_member_roles(
        &self,
        organization: OrganizationId,
        user: UserId,
        roles: &[OrganizationRoleId],
    ) -> Result<(), ChangeError> {
        bounded("organizationRoleIds", roles)?;
        self.require_member(organization, user).await?;
        let line = self.member_line(AuditEvent::OrganizationMemberChanged, organization, &[user], roles);
        let set = self.store.set_member_roles(organization, user, roles, line).await?;
        if set { Ok(()) } else { Err(no_such_role()) }
    }

    /// Gives members these roles beside those they have.
    pub async fn give_member_roles(
        &self,
        organization: OrganizationId,
        users: &[UserId],
        roles: &[OrganizationRoleId],
    ) -> Result<(), ChangeError> {
        bounded("userIds", users)?;
        bounded("organizationRoleIds", roles)?;
        for user in users {
            self.require_member(organization, *user).await?;
        }
        let line = self.member_line(AuditEvent::OrganizationMemberChanged, organization, users, roles);
        let given = self.store.give_member_roles(organization, users, roles, line).await?;
        if given { Ok(()) } else { Err(no_such_role()) }
    }

    /// Takes a role from a member.
    pub async fn take_member_role(
        &self,
        organization: OrganizationId,
        user: UserId,
        role: OrganizationRoleId,
    ) -> Result<(), ChangeError> {
        let line = self.member_line(AuditEvent::OrganizationMemberChanged, organization, &[user], &[role]);
        let taken = self.store.take_member_role(organization, user, role, line).await?;
        if taken { Ok(()) } else { Err(ChangeError::NotFound) }
    }

    /// Ends a membership. Tokens say so from the next one on.
    pub async fn remove_member(&self, organization: OrganizationId, user: UserId) -> Result<(), ChangeError> {
        let line = self.member_line(AuditEvent::OrganizationMemberRemoved, organization, &[user], &[]);
        let removed = self.store.remove_member(organization, user, line).await?;
        if removed { Ok(()) } else { Err(ChangeError::NotFound) }
    }

    async fn require_member(&self, organization: OrganizationId, user: UserId) -> Result<(), ChangeError> {
        self.store.member_roles(organization, user).await?.map(drop).ok_or(ChangeError::NotFound)
    }

    fn member_line(
        &self,
        event: AuditEvent,
        organization: OrganizationId,
        users: &[UserId],
        roles: &[OrganizationRoleId],
    ) -> AuditLine {
        let line = AuditLine::new(event, &*self.clock, &*self.entropy);
        let detail = json!({"organizationId": organization, "userIds": users, "organizationRoleIds": roles});
        match users {
            [user] => line.user(*user).detail(detail),
            _ => line.detail(detail),
        }
    }
}

fn bounded<T>(field: &str, named: &[T]) -> Result<(), Invalid> {
    if named.len() > MOST { Err(Invalid::new(field, "one call names at most a hundred")) } else { Ok(()) }
}

fn no_such_role() -> ChangeError {
    Invalid::new("organizationRoleIds", "there is no such role").into()
}
