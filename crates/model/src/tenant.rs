//! The tenant: the scope of every row.

use std::fmt;
use std::sync::Arc;

/// Names a tenant. Pages serve the tenant `default`; every table is scoped by it from the first day.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TenantId(Arc<str>);

impl TenantId {
    /// The tenant that pages serve.
    pub fn default_tenant() -> Self {
        Self("default".into())
    }

    /// A tenant by name.
    pub fn named(name: &str) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
