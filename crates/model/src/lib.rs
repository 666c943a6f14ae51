//! Ids, entities, Clock and Entropy: the words every other crate of Onward speaks.
//!
//! Nothing here does anything: no storage, no network, no HTTP.

mod address;
mod application;
pub mod clock;
mod connector;
mod email;
pub mod entropy;
pub mod id;
mod link;
mod organization;
mod phone;
mod redirect_uri;
mod settings;
mod tenant;
mod user;
mod web_url;
mod webhook;

pub use address::Address;
pub use application::{Application, ApplicationKind, IdTokenAlgorithm};
pub use clock::{Clock, FrozenClock, SystemClock, Timestamp};
pub use connector::{Connector, ConnectorSettings, ProfileMap, ProviderKind};
pub use email::{EmailAddress, MalformedEmail};
pub use entropy::{Entropy, SeededEntropy, SystemEntropy};
pub use id::{
    ApplicationId, AuditId, BrowserSessionId, ChainId, ConnectorId, DepartureId, EventId, FlowId, LinkId,
    MailId, MalformedId, OrganizationId, OrganizationRoleId, StrangerId, UserId, WebhookId,
};
pub use link::LinkPurpose;
pub use organization::{Organization, OrganizationRole};
pub use phone::{MalformedPhone, PhoneNumber};
pub use redirect_uri::{RedirectUri, RedirectUriError};
pub use settings::{Recovery, Rule, RuleNotAllowed, SignInExperience, Support};
pub use tenant::TenantId;
pub use user::User;
pub use web_url::{WebUrl, WebUrlError, is_loopback};
pub use webhook::{EVERY_EVENT, Webhook};
