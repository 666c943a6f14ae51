//! What operators decide: rules, and what no rule changes.

use std::time::Duration;

use serde_json::json;

use crate::world::{PASSWORD, World};

#[tokio::test]
async fn a_rule_sends_people_where_it_says_with_the_reason() {
    let world = World::new().await;
    world
        .settings(json!({"recovery": {
            "route.unknown": {"outcome": "redirect", "url": "https://help.example.com/?a=1", "appendReason": true},
        }}))
        .await;
    let answer = world.visitor().get("/no/such").await;
    assert_eq!(answer.parameter("reason").as_deref(), Some("route.unknown"));
    assert_eq!(answer.parameter("reference").as_deref(), answer.header("onward-reference"));
    assert_eq!(answer.parameter("a").as_deref(), Some("1"));
}

#[tokio::test]
async fn a_store_that_is_down_is_503_and_clears_nothing() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    let jar = visitor.jar.clone();
    world.faults.take_down();
    let page = visitor.submit(&flow, "ada@example.com", PASSWORD).await;
    page.is_failure_page(503);
    assert!(page.header("retry-after").is_some());
    assert_eq!(page.forward(), Some(format!("/sign-in?flow={flow}")), "try again, where the person was");
    assert_eq!(visitor.jar, jar, "nothing was cleared");
    // At the authorization endpoint the client is known and learns of it (C.0).
    let told = visitor.get(&shop.authorize(&[])).await;
    assert_eq!(told.parameter("error").as_deref(), Some("temporarily_unavailable"));
    // One that is not remembered cannot be verified: the person is told.
    let unknown = shop.authorize(&[("client_id", "00000000000000000000000000000001")]);
    visitor.get(&unknown).await.is_failure_page(503);
    world.faults.restore();
    let done = visitor.submit(&flow, "ada@example.com", PASSWORD).await;
    assert!(done.parameter("code").is_some(), "it goes on without a restart");
}

#[tokio::test]
async fn a_suspended_account_is_told_only_after_the_right_password() {
    let world = World::new().await;
    let shop = world.web().await;
    let ada = world.member("ada@example.com").await;
    let now = model::Clock::now(&*world.clock);
    let line = store::audit::AuditLine::new(
        store::audit::AuditEvent::UserSuspended,
        &*world.clock,
        &model::SystemEntropy,
    );
    world.app.operator.store.suspend_user(ada.id, Some(now), now, line).await.unwrap();
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    let wrong = visitor.submit(&flow, "ada@example.com", "not the password at all").await;
    assert_eq!(wrong.status, 422, "no hint that the account exists");
    visitor.submit(&flow, "ada@example.com", PASSWORD).await.is_failure_page(403);
    world.change(&shop, json!({"recovery": {"account.suspended": {"outcome": "client"}}})).await;
    let told = visitor.submit(&flow, "ada@example.com", PASSWORD).await;
    assert_eq!(told.parameter("error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn an_incident_is_written_and_a_mere_wrong_path_is_only_counted() {
    let world = World::new().await;
    let shop = world.web().await;
    let wrong = shop.authorize(&[("redirect_uri", "https://shop.example/cb/")]);
    let answer = world.visitor().get(&wrong).await;
    let counted = world.visitor().get("/no/such").await;
    world.app.flush_incidents().await;
    let store = &world.app.operator.store;
    let reference = answer.header("onward-reference").unwrap().parse().unwrap();
    let incident = store.incident(reference).await.unwrap().expect("it can be looked up");
    assert_eq!(incident.code, fault::Code::RedirectUriMismatch);
    assert_eq!(incident.detail["presented"], "https://shop.example/cb/");
    assert_eq!(incident.detail["registered"], json!(["https://shop.example/cb"]));
    assert!(!incident.detail.to_string().contains("state"), "the query is not kept");
    let reference = counted.header("onward-reference").unwrap().parse().unwrap();
    assert_eq!(store.incident(reference).await.unwrap(), None);
    let metrics = world.metrics().await;
    assert!(
        metrics.contains(
            "onward_failures_total{code=\"route.unknown\",application=\"unknown\",outcome=\"page\"} 1"
        ),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_flood_of_failures_with_the_store_down_delays_nothing() {
    let world = World::new().await;
    world.faults.take_down();
    let before = world.faults.commits();
    for _ in 0..2_000 {
        world.visitor().get("/no/such").await.is_failure_page(404);
    }
    assert_eq!(world.faults.commits(), before, "garbage causes no writes");
    world.faults.restore();
    tokio::time::timeout(Duration::from_secs(30), world.app.flush_incidents())
        .await
        .expect("the queue drains");
}

#[tokio::test]
async fn try_again_leads_where_the_person_was_from_every_form() {
    let world = World::new().await;
    let guest = world.third_party().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let flow = visitor.sign_in(&guest, "ada@example.com").await.parameter("flow").unwrap();
    let of_flow = |path: &str| format!("{path}?flow={flow}");
    for (path, fields) in [
        (of_flow("/consent"), vec![("flow", flow.as_str()), ("decision", "allow")]),
        (of_flow("/register"), vec![("flow", flow.as_str()), ("username", "grace"), ("password", PASSWORD)]),
        ("/restart".to_owned(), vec![("flow", flow.as_str())]),
        ("/oidc/session/end/confirm".to_owned(), vec![("ticket", "state=1"), ("decision", "yes")]),
    ] {
        world.faults.take_down();
        let page = visitor.post(&path, &fields).await;
        page.is_failure_page(503);
        world.faults.restore();
        let again = visitor.get(&page.forward().expect("a way")).await;
        assert!(again.status == 200 || again.status == 303 || path == "/restart", "{path}: {}", again.text());
    }
}
