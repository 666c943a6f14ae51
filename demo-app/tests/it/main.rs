//! The sample application, visited as a browser would.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod arriving;
mod pages;
mod provider;
mod session;
mod visitor;
