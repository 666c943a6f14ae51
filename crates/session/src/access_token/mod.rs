//! Access tokens: short-lived JWTs that any backend can check with the published keys.
//!
//! - [`AccessToken`]: a verified one, with its claims.
//! - [`TokenMemory`]: checking one again costs a look-up, not a signature.

mod claims;
mod memory;

pub(crate) use claims::is_ours;
pub use claims::{AccessToken, NewClaims, PROTECTED, without_protected};
pub(crate) use memory::Remembered;
pub use memory::TokenMemory;
