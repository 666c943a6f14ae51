//! Rotation of refresh tokens, as `docs/rotation.md` promises it: nobody who did nothing wrong is signed out,
//! and a thief who goes on beside a rightful client is found.
//!
//! A session or grant has one [`Chain`], one row of the store. A [`RefreshToken`] names a [`Position`] in it
//! and is authenticated by [`RefreshKeys`]; no token and no hash of one is stored. [`decide`] says what a
//! presented token leads to, [`confirm`] what an access token seen in use does. The way through a refresh:
//!
//! 1. [`RefreshKeys::open`] refuses garbage and foreign tokens without the store;
//! 2. in one transaction the chain is read and locked, [`RefreshKeys::verify`] checks the token against the
//!    chain's salt, [`choose`] judges several candidates together, [`decide`] answers, and the chain it returns
//!    is written when it [changed](Decision::changed);
//! 3. after the commit the answer is given; a refresh token it hands out is made by [`RefreshKeys::mint`].
//!
//! Nothing here reads a clock, draws a random number by itself, or touches a store.

mod answer;
mod chain;
mod confirm;
mod decide;
mod keys;
mod lifetime;
mod revocation;
mod settings;
mod standing;
mod token;

pub use answer::{Answer, Decision, Evidence, Refusal, TheftRow};
pub use chain::{Chain, Position};
pub use confirm::{AccessSeen, Confirmation, confirm};
pub use decide::{choose, decide};
pub use keys::{Forged, MasterSecret, OpenError, RefreshKey, RefreshKeys};
pub use lifetime::{access_expires_at, jittered_lifetime};
pub use revocation::{RevocationReason, UnknownReason};
pub use settings::{MAX_RECOVERY_LIMIT, MAX_WINDOW, Rotate, RotationSettings, SettingsError};
pub use token::{KeyId, Presented, RefreshToken};
