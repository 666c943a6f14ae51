//! The roles that people have in organizations: made, changed and removed.

use model::{OrganizationRole, OrganizationRoleId};
use serde::Deserialize;
use serde_json::{Value, json};
use store::audit::{AuditEvent, AuditLine};

use crate::change::{Field, later_than, short_text};
use crate::{ChangeError, Invalid, Operator};

/// What a body may say about a role. A field that is absent stays; null and `""` clear the description.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrganizationRolePatch {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    description: Field,
}

/// The body of a role.
pub fn body(role: &OrganizationRole) -> Value {
    json!({
        "id": role.id,
        "name": role.name,
        "description": role.description,
        "createdAt": role.created_at.as_millis(),
        "updatedAt": role.updated_at.as_millis(),
    })
}

impl Operator {
    /// Makes a role.
    pub async fn create_organization_role(
        &self,
        patch: OrganizationRolePatch,
    ) -> Result<OrganizationRole, ChangeError> {
        if patch.name.is_none() {
            return Err(Invalid::new("name", "a name is needed").into());
        }
        let now = self.clock.now();
        let mut role = OrganizationRole {
            id: OrganizationRoleId::new(&*self.clock, &*self.entropy),
            name: String::new(),
            description: None,
            created_at: now,
            updated_at: now,
        };
        apply(&mut role, patch)?;
        let line = self.role_line(AuditEvent::OrganizationRoleCreated, &role);
        self.store.create_organization_role(&role, line).await.map_err(taken)?;
        Ok(role)
    }

    /// Changes a role.
    pub async fn change_organization_role(
        &self,
        id: OrganizationRoleId,
        patch: OrganizationRolePatch,
    ) -> Result<OrganizationRole, ChangeError> {
        let mut role = self.store.organization_role(id).await?.ok_or(ChangeError::NotFound)?;
        let read_at = role.updated_at;
        apply(&mut role, patch)?;
        role.updated_at = later_than(read_at, self.clock.now());
        let line = self.role_line(AuditEvent::OrganizationRoleChanged, &role);
        let saved = self.store.save_organization_role(&role, read_at, line).await.map_err(taken)?;
        if saved { Ok(role) } else { Err(ChangeError::Conflict) }
    }

    /// Removes a role, and takes it from whoever has it.
    pub async fn delete_organization_role(&self, id: OrganizationRoleId) -> Result<(), ChangeError> {
        let role = self.store.organization_role(id).await?.ok_or(ChangeError::NotFound)?;
        let line = self.role_line(AuditEvent::OrganizationRoleDeleted, &role);
        let deleted = self.store.delete_organization_role(id, line).await?;
        if deleted { Ok(()) } else { Err(ChangeError::NotFound) }
    }

    fn role_line(&self, event: AuditEvent, role: &OrganizationRole) -> AuditLine {
        AuditLine::new(event, &*self.clock, &*self.entropy).detail(body(role))
    }
}

fn taken(error: store::Error) -> ChangeError {
    match error {
        store::Error::Conflict { .. } => ChangeError::Conflict,
        other @ (store::Error::Unavailable { .. }
        | store::Error::Corrupt { .. }
        | store::Error::Bug { .. }) => ChangeError::Store(other),
    }
}

/// A name stands in claims after a colon, so that it holds none.
fn apply(role: &mut OrganizationRole, patch: OrganizationRolePatch) -> Result<(), Invalid> {
    if let Some(name) = patch.name {
        let name = short_text("name", &name)?;
        if name.contains(':') {
            return Err(Invalid::new(
                "name",
                "a name holds no colon: it follows one in the claims of tokens",
            ));
        }
        role.name = name;
    }
    patch.description.change(&mut role.description, |text| short_text("description", text))
}
