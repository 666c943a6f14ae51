//! The client against a provider in the same process, honest and hostile.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod callback;
mod discovery;
mod hostile;
mod id_token;
mod provider;
mod signer;
mod tokens;
