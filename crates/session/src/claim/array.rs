//! Claims of several values.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::fetch::FetchedClaim;
use super::rule::Rule;
use super::{Claim, ClaimContext, Fetching, ValueValidator};

/// A claim of several texts, numbers or booleans.
pub struct PrimitiveArrayClaim<T> {
    claim: Arc<FetchedClaim>,
    default_max_age: Option<Duration>,
    values: PhantomData<fn() -> T>,
}

impl<T: Into<Value> + 'static> PrimitiveArrayClaim<T> {
    /// A claim under a key, fetched by a function. Its values never grow too old by themselves.
    pub fn new(
        key: &str,
        fetch: impl for<'a> Fn(ClaimContext<'a>) -> Fetching<'a, Vec<T>> + Send + Sync + 'static,
    ) -> Self {
        Self { claim: Arc::new(FetchedClaim::new(key, fetch)), default_max_age: None, values: PhantomData }
    }

    /// The same, but its validators want values that are not older than `max_age`.
    #[must_use]
    pub fn with_default_max_age(self, max_age: Duration) -> Self {
        Self { default_max_age: Some(max_age), ..self }
    }

    /// The claim itself, to build it into new sessions.
    pub fn claim(&self) -> Arc<dyn Claim> {
        self.claim.clone()
    }

    /// Asks that a value is among them.
    pub fn includes(&self, value: T) -> ValueValidator {
        self.validator(Rule::Includes(value.into()))
    }

    /// Asks that a value is not among them.
    pub fn excludes(&self, value: T) -> ValueValidator {
        self.validator(Rule::Excludes(value.into()))
    }

    /// Asks that all of some values are among them.
    pub fn includes_all(&self, values: impl IntoIterator<Item = T>) -> ValueValidator {
        self.validator(Rule::IncludesAll(json(values)))
    }

    /// Asks that at least one of some values is among them.
    pub fn includes_any(&self, values: impl IntoIterator<Item = T>) -> ValueValidator {
        self.validator(Rule::IncludesAny(json(values)))
    }

    /// Asks that none of some values is among them.
    pub fn excludes_all(&self, values: impl IntoIterator<Item = T>) -> ValueValidator {
        self.validator(Rule::ExcludesAll(json(values)))
    }

    fn validator(&self, rule: Rule) -> ValueValidator {
        ValueValidator::new(self.claim(), self.default_max_age, rule)
    }
}

fn json<T: Into<Value>>(values: impl IntoIterator<Item = T>) -> Vec<Value> {
    values.into_iter().map(Into::into).collect()
}

impl<T> Clone for PrimitiveArrayClaim<T> {
    fn clone(&self) -> Self {
        Self { claim: self.claim.clone(), default_max_age: self.default_max_age, values: PhantomData }
    }
}

impl<T> fmt::Debug for PrimitiveArrayClaim<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrimitiveArrayClaim")
            .field("key", &self.claim.key())
            .field("default_max_age", &self.default_max_age)
            .finish_non_exhaustive()
    }
}
