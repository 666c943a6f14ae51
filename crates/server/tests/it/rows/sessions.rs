//! Sessions of browsers.

use crate::world::{PASSWORD, World};

const SESSION: &str = "__Host-onward-session";

#[tokio::test]
async fn c109_a_sign_in_makes_a_new_session_and_the_old_one_dies() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    // A value planted beforehand is never adopted.
    visitor.jar.insert(SESSION.to_owned(), "planted".to_owned());
    visitor.sign_in(&shop, "ada@example.com").await;
    let first = visitor.jar[SESSION].clone();
    assert_ne!(first, "planted");
    let flow = visitor.begin_with(&shop, &[("prompt", "login")]).await;
    visitor.submit(&flow, "ada@example.com", PASSWORD).await;
    let second = visitor.jar[SESSION].clone();
    assert_ne!(first, second);
    let mut old = world.visitor();
    old.jar.insert(SESSION.to_owned(), first);
    assert!(old.get(&shop.authorize(&[])).await.parameter("flow").is_some(), "the old one is dead");
}

#[tokio::test]
async fn c112_a_session_ends_when_idle_and_at_last() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let day = 24 * 3_600;
    let mut visitor = world.visitor();
    visitor.sign_in(&shop, "ada@example.com").await;
    world.pass(3 * day);
    assert!(visitor.get(&shop.authorize(&[])).await.parameter("flow").is_some(), "idle for three days");
    let mut visitor = world.visitor();
    visitor.sign_in(&shop, "ada@example.com").await;
    for _ in 0..6 {
        world.pass(2 * day);
        assert!(visitor.get(&shop.authorize(&[])).await.parameter("code").is_some(), "in use");
    }
    world.pass(2 * day);
    assert!(visitor.get(&shop.authorize(&[])).await.parameter("flow").is_some(), "fourteen days at most");
}

#[tokio::test]
async fn c114_c126_a_cookie_replayed_after_signing_out_is_nothing() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    visitor.sign_in(&shop, "ada@example.com").await;
    let mut replay = visitor.clone();
    let ticket = format!("client_id={}", shop.id);
    visitor.post("/oidc/session/end/confirm", &[("ticket", &ticket), ("decision", "yes")]).await;
    assert!(!visitor.jar.contains_key(SESSION), "c126 the cookie is cleared");
    assert!(replay.get(&shop.authorize(&[])).await.parameter("flow").is_some());
}

#[tokio::test]
async fn c122_the_live_one_of_several_session_cookies_counts() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    visitor.sign_in(&shop, "ada@example.com").await;
    let live = visitor.jar[SESSION].clone();
    visitor.jar.insert(SESSION.to_owned(), format!("stale; {SESSION}={live}"));
    assert!(visitor.get(&shop.authorize(&[])).await.parameter("code").is_some());
}

#[tokio::test]
async fn c107_grants_without_offline_access_end_with_the_session() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let flow = visitor.begin_with(&board, &[("scope", "openid")]).await;
    let code = visitor.submit(&flow, "ada@example.com", PASSWORD).await.parameter("code").unwrap();
    let bound = board.redeem(&world, &code).await.json();
    assert!(bound.get("refresh_token").is_none());
    let code = visitor.get(&board.authorize(&[])).await.parameter("code").unwrap();
    let offline = board.redeem(&world, &code).await.json();
    visitor.post("/oidc/session/end/confirm", &[("ticket", ""), ("decision", "yes")]).await;
    let access = |tokens: &serde_json::Value| tokens["access_token"].as_str().unwrap().to_owned();
    assert_eq!(crate::client_app::userinfo(&world, &access(&bound)).await.status, 401);
    world.pass(60);
    assert_eq!(board.refresh(&world, offline["refresh_token"].as_str().unwrap()).await.status, 200);
}

#[tokio::test]
async fn a_code_that_was_not_redeemed_dies_with_the_session() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let code = visitor.sign_in(&board, "ada@example.com").await.parameter("code").unwrap();
    visitor.post("/oidc/session/end/confirm", &[("ticket", ""), ("decision", "yes")]).await;
    assert_eq!(board.redeem(&world, &code).await.json()["error"], "invalid_grant");
}
