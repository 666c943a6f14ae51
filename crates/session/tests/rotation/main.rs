//! The promises of `docs/rotation.md`, proved on the function production uses.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected shall panic, in its helpers too")]

mod ages;
mod agreement;
mod codec;
mod explored;
mod explorer;
mod invariants;
mod odds;
mod rows;
mod thieves;
mod weaker;
