//! Organizations: made, changed and removed.

use model::{Organization, OrganizationId};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::audit::{AuditEvent, AuditLine};

use crate::change::{Field, later_than, short_text};
use crate::{ChangeError, Invalid, Operator};

/// The most that an operator's programs may keep with an organization, in bytes of JSON.
const LARGEST_DATA: usize = 16 * 1_024;

/// What a body may say about an organization. A field that is absent stays; null and `""` clear the description.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrganizationPatch {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    description: Field,
    #[serde(default)]
    custom_data: Option<Map<String, Value>>,
}

/// The body of an organization.
pub fn body(organization: &Organization) -> Value {
    json!({
        "id": organization.id,
        "name": organization.name,
        "description": organization.description,
        "customData": organization.custom_data,
        "createdAt": organization.created_at.as_millis(),
        "updatedAt": organization.updated_at.as_millis(),
    })
}

impl Operator {
    /// Makes an organization.
    pub async fn create_organization(&self, patch: OrganizationPatch) -> Result<Organization, ChangeError> {
        if patch.name.is_none() {
            return Err(Invalid::new("name", "a name is needed").into());
        }
        let now = self.clock.now();
        let mut organization = Organization {
            id: OrganizationId::new(&*self.clock, &*self.entropy),
            name: String::new(),
            description: None,
            custom_data: Map::new(),
            created_at: now,
            updated_at: now,
        };
        apply(&mut organization, patch)?;
        let line = self.organization_line(AuditEvent::OrganizationCreated, &organization);
        self.store.create_organization(&organization, line).await?;
        Ok(organization)
    }

    /// Changes an organization.
    pub async fn change_organization(
        &self,
        id: OrganizationId,
        patch: OrganizationPatch,
    ) -> Result<Organization, ChangeError> {
        let mut organization = self.store.organization(id).await?.ok_or(ChangeError::NotFound)?;
        let read_at = organization.updated_at;
        apply(&mut organization, patch)?;
        organization.updated_at = later_than(read_at, self.clock.now());
        let line = self.organization_line(AuditEvent::OrganizationChanged, &organization);
        let saved = self.store.save_organization(&organization, read_at, line).await?;
        if saved { Ok(organization) } else { Err(ChangeError::Conflict) }
    }

    /// Removes an organization with all its memberships. The tokens that applications hold end by themselves.
    pub async fn delete_organization(&self, id: OrganizationId) -> Result<(), ChangeError> {
        let organization = self.store.organization(id).await?.ok_or(ChangeError::NotFound)?;
        let line = self.organization_line(AuditEvent::OrganizationDeleted, &organization);
        let deleted = self.store.delete_organization(id, self.clock.now(), line).await?;
        if deleted { Ok(()) } else { Err(ChangeError::NotFound) }
    }

    fn organization_line(&self, event: AuditEvent, organization: &Organization) -> AuditLine {
        AuditLine::new(event, &*self.clock, &*self.entropy).detail(body(organization))
    }
}

fn apply(organization: &mut Organization, patch: OrganizationPatch) -> Result<(), Invalid> {
    if let Some(name) = patch.name {
        organization.name = short_text("name", &name)?;
    }
    patch.description.change(&mut organization.description, |text| short_text("description", text))?;
    if let Some(data) = patch.custom_data {
        if Value::Object(data.clone()).to_string().len() > LARGEST_DATA {
            return Err(Invalid::new("customData", "at most 16 KiB of JSON are kept"));
        }
        organization.custom_data = data;
    }
    Ok(())
}
