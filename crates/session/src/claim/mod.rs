//! What must be true of a session beyond being one.

mod failure;

pub use failure::ClaimFailure;
