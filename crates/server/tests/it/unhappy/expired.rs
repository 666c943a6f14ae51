//! Scenario 1: it took too long.

use serde_json::json;

use crate::world::{PASSWORD, World};

#[tokio::test]
async fn an_expired_form_starts_again_says_so_and_keeps_what_was_typed() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let flow = visitor.begin_with(&shop, &[("max_age", "600"), ("prompt", "login")]).await;
    world.pass(3_601);

    let answer = visitor.submit(&flow, "ada@example.com", PASSWORD).await;
    let fresh = answer.parameter("flow").expect("a fresh flow");
    assert_ne!(fresh, flow);
    let page = visitor.get(answer.location().as_str()).await;
    assert_eq!(page.status, 200);
    page.shows("started again").shows("value=\"ada@example.com\"");

    let done = visitor.submit(&fresh, "ada@example.com", PASSWORD).await;
    assert_eq!(done.location().host_str(), Some("shop.example"));
    assert_eq!(done.parameter("state").as_deref(), Some("xyz"), "the request itself was replayed");
    assert!(done.parameter("code").is_some());
}

#[tokio::test]
async fn an_expired_page_that_is_reloaded_starts_again_once() {
    let world = World::new().await;
    let shop = world.web().await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    world.pass(3_601);
    let page = format!("/sign-in?flow={flow}");
    let answer = visitor.get(&page).await;
    assert!(answer.parameter("flow").is_some_and(|fresh| fresh != flow));
    // The same address once more, and a second submit of the old page: they stand where the fresh flow stands.
    let fresh = answer.parameter("flow").unwrap();
    visitor.get(&page).await.shows(&fresh);
    world.member("ada@example.com").await;
    assert!(visitor.submit(&flow, "ada@example.com", PASSWORD).await.parameter("code").is_some());
    visitor.get(&page).await.is_failure_page(409);
}

#[tokio::test]
async fn a_tombstone_is_kept_for_a_day_only() {
    let world = World::new().await;
    let shop = world.web().await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    world.pass(3_600 + 24 * 3_600 + 1);
    visitor.get(&format!("/sign-in?flow={flow}")).await.is_failure_page(410);
    world.app.operator.store.purge(model::Clock::now(&*world.clock)).await.unwrap();
    visitor.get(&format!("/sign-in?flow={flow}")).await.is_failure_page(404);
}

#[tokio::test]
async fn an_expired_flow_goes_where_the_application_begins_a_sign_in() {
    let world = World::new().await;
    let shop = world.web().await;
    world.change(&shop, json!({"initiateLoginUri": "https://shop.example/login?from=onward"})).await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    world.pass(3_601);
    let answer = visitor.submit(&flow, "ada@example.com", PASSWORD).await;
    let url = answer.location();
    assert_eq!(url.host_str(), Some("shop.example"));
    assert_eq!(answer.parameter("from").as_deref(), Some("onward"), "the query is kept");
    assert_eq!(answer.parameter("iss").as_deref(), Some("https://id.example/oidc"));
    assert_eq!(answer.parameter("login_hint").as_deref(), Some("ada@example.com"));
    assert_eq!(answer.parameter("target_link_uri"), None);
    assert!(!url.as_str().contains("xyz"), "nothing of the old request travels");
}

#[tokio::test]
async fn an_expired_flow_is_told_to_the_client_when_a_rule_says_so() {
    let world = World::new().await;
    let shop = world.web().await;
    world.change(&shop, json!({"recovery": {"flow.expired": {"outcome": "client"}}})).await;
    let mut visitor = world.visitor();
    let flow = visitor.begin_with(&shop, &[("response_mode", "fragment")]).await;
    world.pass(3_601);
    let url = visitor.get(&format!("/sign-in?flow={flow}")).await.location();
    let fragment = url.fragment().expect("the response mode is kept");
    assert!(fragment.contains("error=temporarily_unavailable"), "{fragment}");
    assert!(fragment.contains("error_description=authentication_expired"), "{fragment}");
    assert!(fragment.contains("state=xyz") && fragment.contains("iss="), "{fragment}");
}

#[tokio::test]
async fn every_address_that_a_form_may_end_at_is_allowed_by_the_policy_of_its_page() {
    let world = World::new().await;
    let shop = world.web().await;
    world.settings(json!({"unknownSessionRedirectUrl": "https://tenant.example/start"})).await;
    world
        .change(&shop, json!({
            "initiateLoginUri": "https://begin.example/", "clientUri": "https://home.example/",
            "recovery": {"account.suspended": {"outcome": "redirect", "url": "https://suspended.example/"}},
        }))
        .await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    let page = visitor.get(&format!("/sign-in?flow={flow}")).await;
    let policy = page.header("content-security-policy").unwrap();
    for origin in ["shop", "begin", "home", "tenant", "suspended"] {
        assert!(policy.contains(&format!(" https://{origin}.example")), "{origin}: {policy}");
    }
}

#[tokio::test]
async fn the_binding_of_a_browser_outlives_every_flow_it_begins() {
    let world = World::new().await;
    let shop = world.web().await;
    let mut visitor = world.visitor();
    visitor.begin(&shop).await;
    world.pass(24 * 3_600);
    let answer = visitor.get(&shop.authorize(&[])).await;
    let cookies: Vec<_> =
        answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
    let binding = cookies.iter().find(|line| line.starts_with("__Host-onward-browser=")).expect("set anew");
    assert!(binding.contains("Max-Age=90000"), "{binding}");
}
