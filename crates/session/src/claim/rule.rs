//! What may be asked of a value, and the words in which a failure is told.

use serde_json::Value;

/// What is asked of a value.
#[derive(Clone, Debug)]
pub(super) enum Rule {
    HasValue(Value),
    Includes(Value),
    Excludes(Value),
    IncludesAll(Vec<Value>),
    IncludesAny(Vec<Value>),
    ExcludesAll(Vec<Value>),
}

impl Rule {
    /// Whether a value is as asked. What is no array neither includes anything nor is known to exclude it.
    pub(super) fn holds(&self, actual: &Value) -> bool {
        let values = actual.as_array();
        let among = |value: &Value| values.is_some_and(|values| values.iter().any(|one| same(one, value)));
        match self {
            Self::HasValue(expected) => same(actual, expected),
            Self::Includes(expected) => among(expected),
            Self::Excludes(unwanted) => values.is_some() && !among(unwanted),
            Self::IncludesAll(expected) => values.is_some() && expected.iter().all(among),
            Self::IncludesAny(expected) => expected.iter().any(among),
            Self::ExcludesAll(unwanted) => values.is_some() && !unwanted.iter().any(among),
        }
    }

    /// What is asked, as a reason tells it.
    pub(super) fn expected(&self) -> Value {
        match self {
            Self::HasValue(value) | Self::Includes(value) | Self::Excludes(value) => value.clone(),
            Self::IncludesAll(values) | Self::IncludesAny(values) | Self::ExcludesAll(values) => {
                Value::Array(values.clone())
            }
        }
    }

    /// Under which key a reason tells it when the value is missing.
    pub(super) const fn key_if_missing(&self) -> &'static str {
        match self {
            // supertokens-node says so even where at least one is to be included; clients may rely on it.
            Self::IncludesAny(_) => "expectedToNotInclude",
            Self::HasValue(_)
            | Self::Includes(_)
            | Self::Excludes(_)
            | Self::IncludesAll(_)
            | Self::ExcludesAll(_) => self.key_if_wrong(),
        }
    }

    /// Under which key a reason tells it when the value is wrong.
    pub(super) const fn key_if_wrong(&self) -> &'static str {
        match self {
            Self::HasValue(_) => "expectedValue",
            Self::Includes(_) | Self::IncludesAll(_) => "expectedToInclude",
            Self::Excludes(_) | Self::ExcludesAll(_) => "expectedToNotInclude",
            Self::IncludesAny(_) => "expectedToIncludeAtLeastOneOf",
        }
    }
}

/// Whether two values are the same to JavaScript, for which 1 and 1.0 are one number.
fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one_float), Some(other_float)) if one.is_f64() || other.is_f64() => {
            one_float.total_cmp(&other_float).is_eq()
        }
        (Some(_) | None, Some(_) | None) => one == other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_array_satisfies_nothing() {
        for rule in [
            Rule::Includes(json!("a")),
            Rule::Excludes(json!("a")),
            Rule::IncludesAll(vec![]),
            Rule::IncludesAny(vec![json!("a")]),
            Rule::ExcludesAll(vec![]),
        ] {
            for actual in [json!("a"), json!(null), json!({}), json!(1)] {
                assert!(!rule.holds(&actual), "{rule:?} {actual}");
            }
        }
    }

    #[test]
    fn numbers_are_javascripts() {
        assert!(same(&json!(1), &json!(1.0)));
        assert!(same(&json!(1.5), &json!(1.5)));
        assert!(!same(&json!(1), &json!("1")));
        assert!(!same(&json!(i64::MAX), &json!(i64::MAX - 1)), "whole numbers are compared as such");
    }
}
