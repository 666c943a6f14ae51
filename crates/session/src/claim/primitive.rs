//! Claims of one value.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::fetch::FetchedClaim;
use super::rule::Rule;
use super::{Claim, ClaimContext, Fetching, ValueValidator};

/// A claim of one text, number or boolean.
pub struct PrimitiveClaim<T> {
    claim: Arc<FetchedClaim>,
    default_max_age: Option<Duration>,
    values: PhantomData<fn() -> T>,
}

/// A claim that is true or false.
pub type BooleanClaim = PrimitiveClaim<bool>;

impl<T: Into<Value> + 'static> PrimitiveClaim<T> {
    /// A claim under a key, fetched by a function. Its values never grow too old by themselves.
    pub fn new(
        key: &str,
        fetch: impl for<'a> Fn(ClaimContext<'a>) -> Fetching<'a, T> + Send + Sync + 'static,
    ) -> Self {
        Self { claim: Arc::new(FetchedClaim::new(key, fetch)), default_max_age: None, values: PhantomData }
    }

    /// The same, but its validators want a value that is not older than `max_age`.
    #[must_use]
    pub fn with_default_max_age(self, max_age: Duration) -> Self {
        Self { default_max_age: Some(max_age), ..self }
    }

    /// The claim itself, to build it into new sessions.
    pub fn claim(&self) -> Arc<dyn Claim> {
        self.claim.clone()
    }

    /// Asks for a value.
    pub fn has_value(&self, value: T) -> ValueValidator {
        ValueValidator::new(self.claim(), self.default_max_age, Rule::HasValue(value.into()))
    }
}

impl BooleanClaim {
    /// Asks that it is true.
    pub fn is_true(&self) -> ValueValidator {
        self.has_value(true)
    }

    /// Asks that it is false; a missing value is not false.
    pub fn is_false(&self) -> ValueValidator {
        self.has_value(false)
    }
}

impl<T> Clone for PrimitiveClaim<T> {
    fn clone(&self) -> Self {
        Self { claim: self.claim.clone(), default_max_age: self.default_max_age, values: PhantomData }
    }
}

impl<T> fmt::Debug for PrimitiveClaim<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrimitiveClaim")
            .field("key", &self.claim.key())
            .field("default_max_age", &self.default_max_age)
            .finish_non_exhaustive()
    }
}
