//! Claims and validators that an application makes itself.

use std::sync::Arc;
use std::time::Duration;

use model::Timestamp;
use serde_json::{Value, json};
use session::claim::{
    BooleanClaim, Claim, ClaimContext, ClaimFailure, ClaimValidator, Fetching, Payload, PrimitiveArrayClaim,
    Reason, validate,
};

const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

/// Which factors somebody has shown and when, and whether they suffice: stored in a form of its own.
struct Factors;

impl Claim for Factors {
    fn key(&self) -> &'static str {
        "st-mfa"
    }

    fn fetch<'a>(&'a self, context: ClaimContext<'a>) -> Fetching<'a> {
        let suffices = context.payload.contains_key("trusted");
        Box::pin(async move { Ok(Some(json!({ "c": { "emailpassword": 1_699_999_000 }, "v": suffices }))) })
    }

    fn add(&self, payload: &mut Payload, value: Value, _now: Timestamp) {
        payload.insert(self.key().into(), value);
        payload.remove("st-mfa-old");
    }
}

/// Asks that the factors suffice.
struct FactorsSuffice;

impl ClaimValidator for FactorsSuffice {
    fn id(&self) -> &'static str {
        "st-mfa"
    }

    fn claim(&self) -> Option<&dyn Claim> {
        Some(&Factors)
    }

    fn should_refetch(&self, payload: &Payload, _now: Timestamp) -> bool {
        Factors.value(payload).is_none()
    }

    fn validate(&self, payload: &Payload, _now: Timestamp) -> Result<(), Reason> {
        let suffices = Factors.value(payload) == Some(&json!(true));
        let reason = json!({ "message": "MFA requirement for auth is not satisfied" });
        if suffices { Ok(()) } else { Err(Some(reason)) }
    }
}

/// Asks for nothing that is fetched, and does not say why it fails.
struct Never;

impl ClaimValidator for Never {
    fn id(&self) -> &'static str {
        "never"
    }

    fn validate(&self, _payload: &Payload, _now: Timestamp) -> Result<(), Reason> {
        Err(None)
    }
}

fn payload(json: Value) -> Payload {
    json.as_object().expect("a payload is an object").clone()
}

const fn of(payload: &Payload) -> ClaimContext<'_> {
    ClaimContext { user: "ada", tenant: "public", payload }
}

#[tokio::test]
async fn a_claim_of_its_own_form_is_fetched_and_asked_for() {
    let validators: [Arc<dyn ClaimValidator>; 1] = [Arc::new(FactorsSuffice)];
    let before = payload(json!({ "st-mfa-old": 1 }));
    let validated = validate(&validators, of(&before), NOW).await.unwrap();
    let factors = json!({ "c": { "emailpassword": 1_699_999_000 }, "v": false });
    assert_eq!(Value::Object(validated.update), json!({ "st-mfa": factors, "st-mfa-old": null }));
    let reason = json!({ "message": "MFA requirement for auth is not satisfied" });
    assert_eq!(validated.failures, [ClaimFailure { id: "st-mfa".into(), reason: Some(reason) }]);

    let trusted = payload(json!({ "trusted": 1 }));
    assert_eq!(validate(&validators, of(&trusted), NOW).await.unwrap().failures, []);
}

#[tokio::test]
async fn each_claim_sees_what_was_fetched_before_it() {
    let first = PrimitiveArrayClaim::new("first", |context: ClaimContext<'_>| {
        let user = context.user.to_owned();
        Box::pin(async move { Ok(Some(vec![user])) })
    });
    let second = BooleanClaim::new("second", |context: ClaimContext<'_>| {
        let seen = context.payload["first"]["v"] == json!(["ada"]);
        Box::pin(async move { Ok(Some(seen)) })
    });
    let validators: [Arc<dyn ClaimValidator>; 2] =
        [Arc::new(first.includes("ada".into())), Arc::new(second.is_true())];
    let validated = validate(&validators, of(&Payload::new()), NOW).await.unwrap();
    assert_eq!(validated.failures, []);
    assert_eq!(validated.update.keys().collect::<Vec<_>>(), ["first", "second"]);
}

#[tokio::test]
async fn a_failure_without_a_reason_has_none_in_json() {
    let validators: [Arc<dyn ClaimValidator>; 1] = [Arc::new(Never)];
    let validated = validate(&validators, of(&Payload::new()), NOW).await.unwrap();
    assert_eq!(serde_json::to_value(validated.failures).unwrap(), json!([{ "id": "never" }]));
}

#[tokio::test]
async fn what_cannot_be_fetched_is_nobodys_failure() {
    let claim = BooleanClaim::new("verified", |_| Box::pin(async { Err("the store is down".into()) }));
    let validators: [Arc<dyn ClaimValidator>; 1] = [Arc::new(claim.is_true())];
    let error = validate(&validators, of(&Payload::new()), NOW).await.unwrap_err();
    assert_eq!((error.key.as_str(), error.source.to_string().as_str()), ("verified", "the store is down"));
    assert!(claim.claim().build(of(&Payload::new()), NOW).await.is_err());
}

#[tokio::test]
async fn a_claim_is_built_set_and_removed() {
    let claim = BooleanClaim::new("verified", |context: ClaimContext<'_>| {
        let known = context.user == "ada";
        Box::pin(async move { Ok(known.then_some(true)) })
    })
    .with_default_max_age(Duration::from_secs(60));
    let built = claim.claim().build(of(&Payload::new()), NOW).await.unwrap();
    assert_eq!(
        Value::Object(built.clone()),
        json!({ "verified": { "v": true, "t": 1_700_000_000_000_i64 } })
    );
    assert_eq!(claim.claim().fetched_at(&built), Some(NOW));
    assert_eq!(claim.is_true().validate(&built, NOW), Ok(()));
    assert!(claim.is_false().validate(&built, NOW).is_err());
    assert!(claim.is_true().validate(&built, NOW.plus(Duration::from_secs(61))).is_err(), "too old by then");
    assert_eq!(
        claim.is_true().with_max_age(None).validate(&built, NOW.plus(Duration::from_secs(61))),
        Ok(())
    );

    let stranger = ClaimContext { user: "bob", ..of(&built) };
    assert_eq!(claim.claim().build(stranger, NOW).await.unwrap(), Payload::new());
    assert_eq!(Value::Object(claim.claim().removal()), json!({ "verified": null }));
    let mut payload = built;
    claim.claim().remove(&mut payload);
    assert_eq!(claim.claim().value(&payload), None);
}
