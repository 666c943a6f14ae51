//! Scenario 10: a browser that keeps no cookies.

use crate::world::{PASSWORD, World};

#[tokio::test]
async fn a_browser_without_cookies_is_told_and_never_redirected() {
    let world = World::new().await;
    let shop = world.web().await;
    let mut visitor = world.visitor();
    visitor.keeps_cookies = false;
    let answer = visitor.get(&shop.authorize(&[])).await;
    let page = visitor.get(answer.location().as_str()).await;
    page.is_failure_page(400).shows("id.example").shows("ookies");
    let flow = answer.parameter("flow").unwrap();
    visitor.submit(&flow, "ada@example.com", PASSWORD).await.is_failure_page(400);
}

#[tokio::test]
async fn c036_a_flow_opened_in_another_browser_is_refused() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let flow = world.visitor().begin(&shop).await;
    let mut thief = world.visitor();
    thief.begin(&shop).await;
    thief.get(&format!("/sign-in?flow={flow}")).await.is_failure_page(404);
    thief.submit(&flow, "ada@example.com", PASSWORD).await.is_failure_page(404);
}

#[tokio::test]
async fn c119_c120_a_form_posted_from_another_site_is_refused() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    for site in ["cross-site", "same-site"] {
        visitor.site = Some(site);
        visitor.submit(&flow, "ada@example.com", PASSWORD).await.is_failure_page(400);
    }
    visitor.site = None;
    assert_eq!(
        visitor.submit(&flow, "ada@example.com", PASSWORD).await.status,
        303,
        "an old browser says nothing"
    );
}
