//! What must hold of every page.

#![expect(clippy::unwrap_used, reason = "a test that panics has found something")]

mod escaping;
mod inline;
mod negotiation;
mod samples;
mod shape;
mod snapshots;
mod words;
