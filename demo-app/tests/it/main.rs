//! The sample application, visited as a browser would.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod arriving;
mod errors;
mod pages;
// The provider of the toolkit's own stories: one is enough.
#[path = "../../../crates/toolkit/tests/it/provider.rs"]
mod provider;
mod session;
mod visitor;
