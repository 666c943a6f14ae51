//! All validators of a route together.

use std::borrow::Cow;
use std::sync::Arc;

use model::Timestamp;
use serde_json::Value;

use super::fetch::fetch;
use super::{ClaimContext, ClaimFailure, ClaimFetchError, ClaimValidator, Payload};
use crate::access_token::without_protected;

/// What came of asking.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Validated {
    /// What was fetched, to be [merged](crate::Engine::merge_payload) into the session before failures are
    /// raised, so that what was learned is kept. Empty if nothing changed.
    pub update: Payload,
    /// The validators that were not satisfied, in order.
    pub failures: Vec<ClaimFailure>,
}

/// Lets every claim that is missing or too old be fetched, in the validators' order, each seeing what the ones
/// before it have fetched; then asks all validators about the payload as it is by then. `context.payload` is the
/// session's payload. Fails if a claim could not be fetched: that is no failure of the user's.
pub async fn validate(
    validators: &[Arc<dyn ClaimValidator>],
    context: ClaimContext<'_>,
    now: Timestamp,
) -> Result<Validated, ClaimFetchError> {
    let before = context.payload;
    let mut payload = Cow::Borrowed(before);
    for validator in validators {
        if let Some(claim) = validator.claim()
            && validator.should_refetch(&payload, now)
            && let Some(value) = fetch(claim, ClaimContext { payload: &payload, ..context }).await?
        {
            claim.add(payload.to_mut(), value, now);
        }
    }
    let failed = |validator: &Arc<dyn ClaimValidator>| {
        let reason = validator.validate(&payload, now).err()?;
        Some(ClaimFailure { id: validator.id().into(), reason })
    };
    let failures = validators.iter().filter_map(failed).collect();
    let update = match &payload {
        Cow::Borrowed(_) => Payload::new(),
        Cow::Owned(after) => without_protected(difference(before, after)),
    };
    Ok(Validated { update, failures })
}

/// What to merge into one payload to make it another.
fn difference(before: &Payload, after: &Payload) -> Payload {
    let changed = after.iter().filter(|(name, value)| before.get(*name) != Some(*value));
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    changed
        .map(|(name, value)| (name.clone(), value.clone()))
        .chain(gone.map(|name| (name.clone(), Value::Null)))
        .collect()
}
