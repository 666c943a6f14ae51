//! Stories over HTTP: an application with sessions, browsers that keep cookies, and a frozen clock.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod application;
mod browser;
mod claims;
mod confirmations;
mod cross_site;
mod duplicates;
mod grpc;
mod handlers;
mod headers;
mod lives;
#[cfg(feature = "sign-in")]
mod provider;
mod readme;
mod sessions;
#[cfg(feature = "sign-in")]
mod sign_in;
#[cfg(feature = "sign-in")]
mod signing_out;
mod tower_only;
mod unhappy;
