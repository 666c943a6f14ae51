//! Sign-in providers of somebody else. No storage, no HTTP server: connectors in, people out.
//!
//! - [`Provider`]: what is special about each provider, as data. [`ProviderKind`](model::ProviderKind) names them.
//! - [`Connections`]: the way there and back. Whatever a provider sends is checked by `client` before it is believed.
//! - [`Ticket`]: the state of a request, sealed: it names application and connector even to a browser that has lost
//!   every cookie.
//! - [`linking`]: whose account somebody's identity is. One table.
//! - [`check()`]: whether what an operator has written about a connector is whole.

mod apple;
mod check;
mod connection;
mod connections;
mod error;
pub mod linking;
mod person;
mod provider;
mod ticket;
mod trial;

pub use check::{Missing, check};
pub use connection::{Way, Wish};
pub use connections::Connections;
pub use error::UpstreamError;
pub use person::Person;
pub use provider::{Again, Issuer, OAuthProvider, Protocol, Provider, Shape, provider};
pub use ticket::{Ticket, Tickets};
pub use trial::{Finding, Trial};
