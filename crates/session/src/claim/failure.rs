//! What is wrong with a claim.

use serde::Serialize;
use serde_json::Value;

/// A validator that failed: what the browser is told in `claimValidationErrors`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClaimFailure {
    /// The id of the validator.
    pub id: String,
    /// Why, as the validator says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Value>,
}
