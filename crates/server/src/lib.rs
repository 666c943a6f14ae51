//! HTTP: one folder for each audience, and the one road of failures.
//!
//! - `experience`: the pages of people.
//! - `oidc`: the protocol of clients.
//! - `management`: the API of operators.
//! - `recovery`: what a failure of a page becomes: page, restart, redirect, or error to the client.
//! - `operations`: health, readiness, metrics.
//!
//! Handlers take what they need from extractors, call one function of the floor below, and answer. A handler of
//! a human page returns `Result<Response, Failure>`; it never builds an error page itself.

mod address;
mod app;
mod background;
mod cookies;
mod experience;
mod flood;
mod headers;
mod incidents;
mod management;
mod metrics;
mod oidc;
mod operations;
mod recovery;
mod rehearsal;
mod router;
mod same_origin;
mod serve;
mod telling;
mod visit;

pub use address::TrustedProxies;
pub use app::{App, Assembly, PROVIDER_LIMITS};
pub use background::{deliver, deliver_due, measure_clock, tend, warm_up};
pub use rehearsal::Ticket;
pub use router::{metrics_router, router};
pub use serve::{Serving, answer_not_ready, serve};
pub use telling::{tell, tell_due};
