//! What operators do: settings, applications, keys. The one set of functions behind the management API, the
//! command and the console: none of them can do what this crate does not offer.
//!
//! - [`Directory`]: what a node remembers of all this, renewed within a second of any change.
//! - [`Endpoint`]: our own address, which no saved address may lead back to.
//! - [`KeyStanding`]: signing keys, by hand; by themselves they are made in time.
//! - [`settings`], [`applications`], [`connectors`], [`organizations`],
//!   [`webhooks`]: reading and changing, with every value checked before it is saved.

mod account_page;
pub mod applications;
mod change;
pub mod connectors;
mod directory;
mod endpoint;
pub mod invitations;
mod key_rotation;
pub mod members;
pub mod one_time_tokens;
pub mod organization_roles;
pub mod organizations;
pub mod settings;
mod signing_keys;
pub mod webhooks;

pub use account_page::{ACCOUNT_PAGE, ACCOUNT_PATH};
pub use change::{ChangeError, Invalid, Operator};
pub use directory::{Directory, KnownApplication, KnownConnector, Sealers, WEBHOOK_KEYS};
pub use endpoint::{Endpoint, EndpointError};
pub use signing_keys::KeyStanding;
