//! What is asked of a payload.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use model::Timestamp;
use serde_json::{Value, json};

use super::rule::Rule;
use super::{Claim, Payload};

/// Why a validator is not satisfied, for the client to read; `None` if it does not say.
pub type Reason = Option<Value>;

/// Asks something of a session's payload.
pub trait ClaimValidator: Send + Sync {
    /// How a failure is named to the client: usually the claim's key.
    fn id(&self) -> &str;

    /// The claim that is fetched before the validator asks, if it [should be](Self::should_refetch).
    fn claim(&self) -> Option<&dyn Claim> {
        None
    }

    /// Whether the claim is missing in the payload, or too old to be asked about.
    fn should_refetch(&self, _payload: &Payload, _now: Timestamp) -> bool {
        false
    }

    /// Whether the payload is as asked.
    fn validate(&self, payload: &Payload, now: Timestamp) -> Result<(), Reason>;
}

/// Asks for a value, and perhaps that it is not too old.
#[derive(Clone)]
pub struct ValueValidator {
    id: String,
    claim: Arc<dyn Claim>,
    max_age: Option<Duration>,
    rule: Rule,
}

impl ValueValidator {
    pub(super) fn new(claim: Arc<dyn Claim>, max_age: Option<Duration>, rule: Rule) -> Self {
        Self { id: claim.key().into(), claim, max_age, rule }
    }

    /// The same under another id.
    #[must_use]
    pub fn with_id(self, id: &str) -> Self {
        Self { id: id.into(), ..self }
    }

    /// The same with another greatest age, to the millisecond; `None` for values of any age.
    #[must_use]
    pub fn with_max_age(self, max_age: Option<Duration>) -> Self {
        Self { max_age, ..self }
    }

    /// Age and greatest age in milliseconds, if the one is above the other.
    fn too_old(&self, payload: &Payload, now: Timestamp) -> Option<(i64, i64)> {
        let age = now.as_millis().saturating_sub(self.claim.fetched_at(payload)?.as_millis());
        let max_age = i64::try_from(self.max_age?.as_millis()).unwrap_or(i64::MAX);
        (age > max_age).then_some((age, max_age))
    }
}

impl ClaimValidator for ValueValidator {
    fn id(&self) -> &str {
        &self.id
    }

    fn claim(&self) -> Option<&dyn Claim> {
        Some(&*self.claim)
    }

    fn should_refetch(&self, payload: &Payload, now: Timestamp) -> bool {
        self.claim.value(payload).is_none() || self.too_old(payload, now).is_some()
    }

    fn validate(&self, payload: &Payload, now: Timestamp) -> Result<(), Reason> {
        let Some(actual) = self.claim.value(payload) else {
            let expected = self.rule.expected();
            return Err(Some(
                json!({ "message": "value does not exist", self.rule.key_if_missing(): expected }),
            ));
        };
        if let Some((age, max_age)) = self.too_old(payload, now) {
            return Err(Some(json!({
                "message": "expired",
                "ageInSeconds": seconds(age),
                "maxAgeInSeconds": seconds(max_age),
            })));
        }
        if self.rule.holds(actual) {
            return Ok(());
        }
        Err(Some(json!({
            "message": "wrong value",
            self.rule.key_if_wrong(): self.rule.expected(),
            "actualValue": actual,
        })))
    }
}

impl fmt::Debug for ValueValidator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValueValidator")
            .field("id", &self.id)
            .field("max_age", &self.max_age)
            .field("rule", &self.rule)
            .finish_non_exhaustive()
    }
}

/// Milliseconds as seconds, written as JavaScript writes them: without a fraction if there is none.
fn seconds(millis: i64) -> Value {
    if millis % 1_000 == 0 {
        json!(millis / 1_000)
    } else {
        #[expect(clippy::cast_precision_loss, reason = "exact below 2^53 ms, which is 285,000 years")]
        let seconds = millis as f64 / 1_000.0;
        json!(seconds)
    }
}
