//! The server's tables: every SQL statement, and the methods that run them.
//!
//! Methods are grouped by noun and take values, never connections. Each atomic security step (rotate a refresh
//! token, consume a code, finish a flow, count a try) is one method and one conditional statement. Absence is
//! `Option`; what it means is for the caller to say.

pub mod applications;
pub mod audit;
pub mod browser_sessions;
pub mod catalogue;
pub mod codes;
pub mod connectors;
pub mod consents;
pub mod departures;
pub mod deployment;
mod document;
pub mod email_change;
pub mod flows;
pub mod grants;
pub mod identities;
pub mod incidents;
pub mod invitations;
pub mod links;
pub mod members;
pub mod one_time_tokens;
pub mod organization_roles;
pub mod organizations;
pub mod outbox;
pub mod own_sessions;
pub mod phones;
pub mod purge;
pub mod restored;
pub mod revisions;
mod schema;
pub mod settings;
pub mod signing_keys;
pub mod strangers;
mod takeover;
pub mod throttles;
pub mod users;
pub mod ways_in;
pub mod webhook_deliveries;
pub mod webhooks;

pub use database::{Database, DatabaseClock, Error, Statistics};
use database::{Statement, Value};
use model::TenantId;
pub use schema::MIGRATIONS;

/// The tables of one tenant.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
    tenant: TenantId,
}

impl Store {
    /// The tables of a tenant.
    pub const fn new(database: Database, tenant: TenantId) -> Self {
        Self { database, tenant }
    }

    /// The database below.
    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// The tenant.
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Brings the tables up to date.
    pub async fn migrate(&self) -> Result<(), Error> {
        self.database.migrate(MIGRATIONS).await
    }

    /// How many rows a statement counts.
    async fn count(&self, statement: &'static Statement, params: Vec<Value>) -> Result<u64, Error> {
        let row = self.database.query_optional(statement, params).await?;
        let counted = row.as_ref().map_or(Ok(0), |row| row.integer(0))?;
        Ok(u64::try_from(counted).unwrap_or_default())
    }

    fn scope(&self) -> &str {
        self.tenant.as_str()
    }
}
