//! Ids, entities, Clock and Entropy: the words every other crate of Onward speaks.
//!
//! Nothing here does anything: no storage, no network, no HTTP.

pub mod clock;
pub mod entropy;
pub mod id;
mod tenant;

pub use clock::{Clock, FrozenClock, SystemClock, Timestamp};
pub use entropy::{Entropy, SeededEntropy, SystemEntropy};
pub use id::{ApplicationId, AuditId, BrowserSessionId, ChainId, FlowId, MalformedId, UserId};
pub use tenant::TenantId;
