//! People: how they name themselves, how they prove it, and how guessing is slowed down.
//!
//! - [`Identifier`]: the one reader and normaliser of user names and e-mail addresses (C150).
//! - [`password`]: what a password may be.
//! - [`HashingPool`]: argon2id on its own bounded threads, with reused memory.
//! - [`throttle`]: tries are counted before anything is verified.
//! - [`SignIn`], [`Registration`], [`PasswordReset`]: the three acts.

mod hashing_pool;
mod identifier;
pub mod password;
mod password_reset;
mod registration;
mod sign_in;
pub mod throttle;

pub use hashing_pool::{Cost, HashingPool, PoolError};
pub use identifier::{Identifier, IdentifierError};
pub use password_reset::{AskError, LinkStanding, PasswordReset, ResetError};
pub use registration::{Registration, RegistrationError};
pub use sign_in::{Attempt, SignIn, SignInError};
