//! Organizations, and the roles that people have in them.

use serde::{Deserialize, Serialize};

use crate::{OrganizationId, OrganizationRoleId, Timestamp};

/// What people belong to together: a customer, a team, a school.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// What people call it.
    pub name: String,
    /// What operators note about it.
    pub description: Option<String>,
    /// What the operator's own programs keep with it.
    pub custom_data: serde_json::Map<String, serde_json::Value>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What somebody may be in an organization. The same roles are known to all organizations of a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationRole {
    /// Its id.
    pub id: OrganizationRoleId,
    /// What applications call it; unique.
    pub name: String,
    /// What operators note about it.
    pub description: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}
