//! What must be true of a session: on all routes, and on some.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use toolkit::claim::{BooleanClaim, ClaimContext};

use crate::application::{Application, WEBSITE};

/// A claim that says whether an address is verified, and what decides it.
fn verified() -> (BooleanClaim, Arc<AtomicBool>) {
    let truth = Arc::<AtomicBool>::default();
    let read = Arc::clone(&truth);
    let claim = BooleanClaim::new("st-ev", move |_: ClaimContext<'_>| {
        let value = read.load(Ordering::SeqCst);
        Box::pin(async move { Ok(Some(value)) })
    });
    (claim, truth)
}

#[tokio::test]
async fn a_claim_that_does_not_suffice_is_403_with_its_reason() {
    let (claim, truth) = verified();
    let validator = claim.is_true().with_max_age(Some(Duration::from_secs(10)));
    let app = Application::with(WEBSITE, |builder| builder.claim(claim.claim()).require(validator)).await;
    let mut browser = app.signed_in("ann").await;
    let told = browser.get(&app, "/me").await;
    assert_eq!(told.status, 403);
    let reason = json!({"message": "wrong value", "expectedValue": true, "actualValue": false});
    let expected =
        json!({"message": "invalid claim", "claimValidationErrors": [{"id": "st-ev", "reason": reason}]});
    assert_eq!(told.body, expected);
    assert_eq!(told.header("front-token"), None, "nothing was fetched anew");
    truth.store(true, Ordering::SeqCst);
    app.after(11);
    let told = browser.get(&app, "/me").await;
    assert_eq!((told.status, &told.body["payload"]["st-ev"]["v"]), (200, &json!(true)));
    assert!(told.header("front-token").is_some(), "what was fetched goes out with the answer");
    truth.store(false, Ordering::SeqCst);
    app.after(11);
    let told = browser.get(&app, "/me").await;
    assert_eq!(told.status, 403);
    assert!(told.header("front-token").is_some(), "and also with a refusal");
    assert_eq!(browser.post(&app, "/auth/signout").await.status, 200, "whoever is signed in may sign out");
}

#[tokio::test]
async fn on_invalid_claim_gets_the_failures() {
    let (claim, _) = verified();
    let app = Application::with(WEBSITE, |builder| {
        builder.claim(claim.claim()).require(claim.is_true()).on_invalid_claim(
            |failures, exchange| async move {
                let ids: Vec<_> = failures.into_iter().map(|failure| failure.id).collect();
                exchange.answer_json(StatusCode::FORBIDDEN, &json!({"mine": ids}))
            },
        )
    })
    .await;
    let told = app.signed_in("ann").await.get(&app, "/me").await;
    assert_eq!((told.status, told.body), (403, json!({"mine": ["st-ev"]})));
}

#[tokio::test]
async fn a_claim_that_cannot_be_fetched_refuses_nobody() {
    let claim = BooleanClaim::new("st-ev", |_| Box::pin(async { Err("the mail service is down".into()) }));
    let app = Application::with(WEBSITE, |builder| builder.require(claim.is_true())).await;
    let mut browser = app.signed_in("ann").await;
    let told = browser.get(&app, "/me").await;
    assert_eq!(told.status, 503);
    assert_eq!(browser.cookies.len(), 2);
}
