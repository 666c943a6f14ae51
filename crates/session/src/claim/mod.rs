//! What a session says about its user beyond who they are, and what a route asks of it.
//!
//! A [`Claim`] is a fact with a key in the access token's payload: that an address is verified, which roles
//! somebody has. It knows how to fetch the fact and where to write it. A [`ClaimValidator`] asks something of a
//! payload: that a claim has a value, and is not older than it may be. [`validate`] lets claims that are missing
//! or too old be fetched again, then asks all validators, and returns what to
//! [merge](crate::Engine::merge_payload) into the session and what failed.
//!
//! Payloads and reasons are those of supertokens-node, key by key: its frontend SDKs read them.
//!
//! ```
//! # use std::{sync::Arc, time::Duration};
//! # use session::claim::*;
//! # use model::Timestamp;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), ClaimFetchError> {
//! let roles = PrimitiveArrayClaim::new("st-role", |context: ClaimContext<'_>| {
//!     let user = context.user.to_owned();
//!     Box::pin(async move { Ok((user == "ada").then(|| vec!["admin".to_owned()])) })
//! })
//! .with_default_max_age(Duration::from_secs(300));
//! let validators: [Arc<dyn ClaimValidator>; 1] = [Arc::new(roles.includes("admin".to_owned()))];
//!
//! let payload = Payload::new();
//! let context = ClaimContext { user: "ada", tenant: "public", payload: &payload };
//! let validated = validate(&validators, context, Timestamp::from_seconds(1_700_000_000)).await?;
//! assert!(validated.failures.is_empty());
//! assert_eq!(validated.update["st-role"]["v"][0], "admin");
//! # Ok(())
//! # }
//! ```

mod array;
mod failure;
mod fetch;
mod primitive;
mod rule;
mod validate;
mod validator;

use model::Timestamp;
use serde_json::{Map, Value, json};

pub use array::PrimitiveArrayClaim;
pub use failure::ClaimFailure;
pub use fetch::{ClaimContext, ClaimFetchError, FetchError, Fetching};
pub use primitive::{BooleanClaim, PrimitiveClaim};
pub use validate::{Validated, validate};
pub use validator::{ClaimValidator, Reason, ValueValidator};

/// The payload of an access token, or a part of it.
pub type Payload = Map<String, Value>;

/// A fact in a session's payload: how it is fetched, and how it is written and read.
///
/// By default it is stored as `{"v": value, "t": milliseconds}` under its key, as supertokens-node stores it. A
/// claim of another form writes and reads itself: one that is stored as several keys, say.
pub trait Claim: Send + Sync {
    /// Its key in the payload.
    fn key(&self) -> &str;

    /// Fetches the fact, for a new session or since what the payload says is missing or too old. `None` leaves
    /// the payload alone.
    fn fetch<'a>(&'a self, context: ClaimContext<'a>) -> Fetching<'a>;

    /// Writes a value, fetched `now`, into a payload.
    fn add(&self, payload: &mut Payload, value: Value, now: Timestamp) {
        payload.insert(self.key().into(), json!({ "v": value, "t": now.as_millis() }));
    }

    /// Takes the claim out of a payload.
    fn remove(&self, payload: &mut Payload) {
        payload.remove(self.key());
    }

    /// The value that a payload has, if it has one.
    fn value<'p>(&self, payload: &'p Payload) -> Option<&'p Value> {
        payload.get(self.key())?.get("v")
    }

    /// When the value of a payload was fetched, to the millisecond. `None` if the payload does not tell: such a
    /// value has no age, and never grows too old.
    fn fetched_at(&self, payload: &Payload) -> Option<Timestamp> {
        let millis = payload.get(self.key())?.get("t")?.as_i64()?;
        Some(Timestamp::from_micros(millis.saturating_mul(1_000)))
    }

    /// What to [merge](crate::Engine::merge_payload) so that a session has a value.
    fn setting(&self, value: Value, now: Timestamp) -> Payload {
        let mut update = Payload::new();
        self.add(&mut update, value, now);
        update
    }

    /// What to [merge](crate::Engine::merge_payload) so that a session no longer has the claim.
    fn removal(&self) -> Payload {
        Payload::from_iter([(self.key().into(), Value::Null)])
    }
}
