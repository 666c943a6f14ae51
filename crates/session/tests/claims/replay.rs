//! The cases that the original answered.

use std::sync::Arc;
use std::time::Duration;

use model::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use session::claim::{
    ClaimContext, ClaimFailure, ClaimValidator, Payload, PrimitiveArrayClaim, PrimitiveClaim, ValueValidator,
    validate,
};

#[derive(Deserialize)]
struct Cases {
    now: i64,
    single: Vec<Single>,
    together: Vec<Together>,
}

/// One validator asks one payload.
#[derive(Deserialize)]
struct Single {
    #[serde(flatten)]
    asked: Asked,
    payload: Payload,
    refetch: bool,
    reason: Option<Value>,
}

/// Several validators, as one route asks them.
#[derive(Deserialize)]
struct Together {
    payload: Payload,
    validators: Vec<Asked>,
    /// The payload to be merged into the session, if it changed.
    after: Option<Payload>,
    failures: Vec<Failure>,
}

#[derive(Deserialize)]
struct Failure {
    id: String,
    reason: Option<Value>,
}

/// A validator, as the script made it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    key: String,
    rule: String,
    argument: Value,
    id: Option<String>,
    max_age: Option<f64>,
    default_max_age: Option<f64>,
    fetched: Option<Value>,
}

impl Asked {
    fn validator(&self) -> ValueValidator {
        let validator = if self.rule == "hasValue" { self.primitive() } else { self.array() };
        let validator = match &self.id {
            Some(id) => validator.with_id(id),
            None => validator,
        };
        match self.max_age {
            Some(seconds) => validator.with_max_age(Some(Duration::from_secs_f64(seconds))),
            None => validator,
        }
    }

    fn primitive(&self) -> ValueValidator {
        let fetched = self.fetched.clone();
        let claim = PrimitiveClaim::<Value>::new(&self.key, move |_| {
            let fetched = fetched.clone();
            Box::pin(async move { Ok(fetched) })
        });
        match self.default_max_age {
            Some(seconds) => claim.with_default_max_age(Duration::from_secs_f64(seconds)),
            None => claim,
        }
        .has_value(self.argument.clone())
    }

    fn array(&self) -> ValueValidator {
        let fetched = self.fetched.as_ref().and_then(Value::as_array).cloned();
        let claim = PrimitiveArrayClaim::<Value>::new(&self.key, move |_| {
            let fetched = fetched.clone();
            Box::pin(async move { Ok(fetched) })
        });
        let claim = match self.default_max_age {
            Some(seconds) => claim.with_default_max_age(Duration::from_secs_f64(seconds)),
            None => claim,
        };
        let one = || self.argument.clone();
        let several = || self.argument.as_array().expect("the rule takes several").clone();
        match self.rule.as_str() {
            "includes" => claim.includes(one()),
            "excludes" => claim.excludes(one()),
            "includesAll" => claim.includes_all(several()),
            "includesAny" => claim.includes_any(several()),
            "excludesAll" => claim.excludes_all(several()),
            unknown => panic!("the script makes no rule {unknown}"),
        }
    }
}

fn cases() -> (Cases, Timestamp) {
    let cases: Cases = serde_json::from_str(include_str!("cases.json")).expect("the script writes this form");
    let now = Timestamp::from_micros(cases.now * 1_000);
    (cases, now)
}

#[test]
fn validators_say_what_the_original_says() {
    let (cases, now) = cases();
    assert!(cases.single.len() > 150, "the fixture is whole");
    for Single { asked, payload, refetch, reason } in cases.single {
        let validator = asked.validator();
        assert_eq!(validator.should_refetch(&payload, now), refetch, "{asked:?} {payload:?}");
        let said = validator.validate(&payload, now);
        assert_eq!(said, reason.map_or(Ok(()), |reason| Err(Some(reason))), "{asked:?} {payload:?}");
    }
}

#[tokio::test]
async fn validators_together_fetch_and_fail_as_in_the_original() {
    let (cases, now) = cases();
    assert!(cases.together.len() >= 7, "the fixture is whole");
    for Together { payload, validators, after, failures } in cases.together {
        let validators: Vec<Arc<dyn ClaimValidator>> =
            validators.iter().map(|asked| Arc::new(asked.validator()) as _).collect();
        let context = ClaimContext { user: "user", tenant: "public", payload: &payload };
        let validated = validate(&validators, context, now).await.unwrap();

        let failures = failures.into_iter().map(|Failure { id, reason }| ClaimFailure { id, reason });
        assert_eq!(validated.failures, failures.collect::<Vec<_>>());
        // The original hands the whole payload on, this one only what is new in it.
        let old = |name: &str| payload.get(name);
        let news = after.unwrap_or_default().into_iter().filter(|(name, value)| old(name) != Some(value));
        assert_eq!(validated.update, news.collect());
    }
}
