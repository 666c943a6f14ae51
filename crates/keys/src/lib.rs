//! Signing keys, JWKS, key rotation, sealing and hashing of secrets.
//!
//! - [`MasterSecret`]: the one secret kept outside the database; every other key comes of it or is sealed by it.
//! - [`Sealer`]: AEAD for what must be read back.
//! - [`LinkKey`]: token and code of a link, made from its id.
//! - [`WebhookKey`]: signs what webhooks are told.
//! - [`opaque`]: bearer secrets that are drawn, handed out once and stored hashed.
//! - [`SigningKey`], [`KeyRing`]: JWTs out, and the rotation timeline.
//! - [`jwt`]: JWTs in, read strictly.

mod base64url;
pub mod jwt;
mod key_ring;
mod link_key;
mod master_secret;
pub mod opaque;
mod sealer;
mod secret_file;
mod signing_key;
mod webhook_key;

pub use key_ring::{KeyRing, KeySchedule, KeyStage, ScheduledKey};
pub use link_key::LinkKey;
pub use master_secret::{MalformedSecret, MasterSecret};
pub use sealer::Sealer;
pub use secret_file::SecretFileError;
pub use signing_key::{Algorithm, KeyError, SigningKey, TokenType, seed_generator};
pub use webhook_key::WebhookKey;
