//! Authorization codes.

use serde_json::json;

use crate::client_app::{ClientApp, VERIFIER, userinfo};
use crate::unhappy::futures_join;
use crate::visitor::Visitor;
use crate::world::{PASSWORD, World};

async fn code(visitor: &mut Visitor<'_>, application: &ClientApp) -> String {
    visitor.sign_in(application, "ada@example.com").await.parameter("code").unwrap()
}

#[tokio::test]
async fn c017_code_single_use_and_a_second_use_revokes_what_it_gave() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let code = code(&mut world.visitor(), &board).await;
    let first = board.redeem(&world, &code).await.json();
    let access = first["access_token"].as_str().unwrap();
    assert_eq!(userinfo(&world, access).await.status, 200);
    let second = board.redeem(&world, &code).await;
    assert_eq!((second.status.as_u16(), second.json()["error"].clone()), (400, json!("invalid_grant")));
    assert_eq!(userinfo(&world, access).await.status, 401, "the access token is dead");
    world.pass(60);
    let refreshed = board.refresh(&world, first["refresh_token"].as_str().unwrap()).await;
    assert_eq!(refreshed.json()["error"], "invalid_grant");
    assert!(world.audited("code.reused").await);
}

#[tokio::test]
async fn c017_f12_fifty_redemptions_at_once_have_at_most_one_success() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let code = code(&mut world.visitor(), &board).await;
    let answers = futures_join((0..50).map(|_| board.redeem(&world, &code)).collect()).await;
    let successes: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(successes.len(), 1);
    let access = successes[0].json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(userinfo(&world, &access).await.status, 401, "a second one came, so it was revoked");
}

#[tokio::test]
async fn c018_a_code_is_bound_and_each_check_alone_refuses() {
    let world = World::new().await;
    let (board, other) = (world.spa().await, world.spa().await);
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let good = code(&mut visitor, &board).await;
    for (client, redirect_uri, verifier) in [
        (&other, board.redirect_uri.as_str(), VERIFIER),
        (&board, "https://board.example/other", VERIFIER),
        (&board, "", VERIFIER),
        (&board, board.redirect_uri.as_str(), "another-verifier-that-is-long-enough-to-be-one-01234"),
        (&board, board.redirect_uri.as_str(), ""),
    ] {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", good.as_str()),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ];
        let refused = client.token(&world, &fields).await;
        assert_eq!(refused.json()["error"], "invalid_grant", "{redirect_uri} {verifier}");
    }
    assert_eq!(board.redeem(&world, &good).await.status, 200, "a wrong guess consumes nothing");
}

#[tokio::test]
async fn c015_pkce_cannot_be_downgraded() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let flow = visitor.begin_with(&shop, &without).await;
    let code = visitor.submit(&flow, "ada@example.com", PASSWORD).await.parameter("code").unwrap();
    let refused = shop.redeem(&world, &code).await;
    assert_eq!(refused.json()["error"], "invalid_grant", "a verifier for a code without a challenge");
    let fields =
        [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", &shop.redirect_uri)];
    assert_eq!(shop.token(&world, &fields).await.status, 200);
}

#[tokio::test]
async fn c019_a_code_lives_for_a_minute() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let late = code(&mut visitor, &board).await;
    world.pass(60);
    assert_eq!(board.redeem(&world, &late).await.json()["error"], "invalid_grant");
    let silent = visitor.get(&board.authorize(&[])).await.parameter("code").unwrap();
    world.pass(59);
    assert_eq!(board.redeem(&world, &silent).await.status, 200);
}

#[tokio::test]
async fn c020_prompt_login_and_max_age_zero_move_auth_time() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    code(&mut visitor, &board).await;
    for wish in [("prompt", "login"), ("max_age", "0")] {
        world.pass(100);
        let flow = visitor.begin_with(&board, &[wish]).await;
        // c021: going back to the page does not skip it.
        assert_eq!(visitor.get(&format!("/sign-in?flow={flow}&prompt=")).await.status, 200);
        let code = visitor.submit(&flow, "ada@example.com", PASSWORD).await.parameter("code").unwrap();
        let tokens = board.redeem(&world, &code).await.json();
        let claims = crate::client_app::claims(tokens["id_token"].as_str().unwrap());
        assert_eq!(claims["auth_time"], json!(model::Clock::now(&*world.clock).as_seconds()));
    }
}

#[tokio::test]
async fn c021_a_forced_login_cannot_be_skipped_by_resuming() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    code(&mut visitor, &board).await;
    let flow = visitor.begin_with(&board, &[("prompt", "login")]).await;
    for page in ["/sign-in", "/consent"] {
        let answer = visitor.get(&format!("{page}?flow={flow}&prompt=none")).await;
        assert!(answer.status == 200 || answer.location().path() == "/sign-in", "{page}");
    }
}

#[tokio::test]
async fn c023_a_hint_of_somebody_else_is_not_answered_with_this_session() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    world.member("bob@example.com").await;
    let mut bob = world.visitor();
    let code_of_bob = bob.sign_in(&board, "bob@example.com").await.parameter("code").unwrap();
    let hint = board.redeem(&world, &code_of_bob).await.json()["id_token"].as_str().unwrap().to_owned();
    let mut ada = world.visitor();
    code(&mut ada, &board).await;
    let asked = [("prompt", "none"), ("id_token_hint", hint.as_str())];
    assert_eq!(ada.get(&board.authorize(&asked)).await.parameter("error").as_deref(), Some("login_required"));
    assert!(bob.get(&board.authorize(&asked)).await.parameter("code").is_some());
    let foreign = [("prompt", "none"), ("id_token_hint", "e30.e30.e30")];
    assert_eq!(
        bob.get(&board.authorize(&foreign)).await.parameter("error").as_deref(),
        Some("login_required")
    );
}

#[tokio::test]
async fn c027_the_browser_carries_nothing_of_the_request() {
    let world = World::new().await;
    let shop = world.web().await;
    let mut visitor = world.visitor();
    visitor.begin_with(&shop, &[("state", "a-secret-state"), ("login_hint", "ada@example.com")]).await;
    for (name, value) in &visitor.jar {
        assert!(!value.contains("a-secret-state") && !value.contains("ada"), "{name}");
    }
}

#[tokio::test]
async fn c035_consent_counts_for_exactly_the_request_of_its_flow() {
    let world = World::new().await;
    let guest = world.third_party().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let flow = visitor.begin_with(&guest, &[("scope", "openid")]).await;
    visitor.submit(&flow, "ada@example.com", PASSWORD).await;
    visitor.post("/consent", &[("flow", &flow), ("decision", "allow")]).await;
    let more = visitor.get(&guest.authorize(&[("scope", "openid email")])).await;
    assert_eq!(more.location().path(), "/consent", "more scope is asked for anew");
    let mut other = world.visitor();
    let stolen = more.parameter("flow").unwrap();
    other.begin(&guest).await;
    other.post("/consent", &[("flow", &stolen), ("decision", "allow")]).await.is_failure_page(404);
}

#[tokio::test]
async fn c034_consent_is_shown_for_an_unknown_client_with_name_and_target() {
    let world = World::new().await;
    let guest = world.third_party().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let answer = visitor.sign_in(&guest, "ada@example.com").await;
    let page = visitor.get(answer.location().as_str()).await;
    page.shows("Guest").shows("guest.example");
}

#[tokio::test]
async fn c013_after_credentials_the_status_is_303() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    assert_eq!(world.visitor().sign_in(&shop, "ada@example.com").await.status, 303);
}

#[tokio::test]
async fn c024_a_login_hint_only_prefills_and_is_escaped() {
    let world = World::new().await;
    let shop = world.web().await;
    let mut visitor = world.visitor();
    let answer = visitor.get(&shop.authorize(&[("login_hint", "\"><img src=x onerror=alert(1)>")])).await;
    let page = visitor.get(answer.location().as_str()).await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("<img"), "{}", page.text());
}

#[tokio::test]
async fn c025_the_implicit_and_hybrid_flows_do_not_exist() {
    let world = World::new().await;
    let shop = world.web().await;
    for kind in ["token", "id_token", "code token", "none"] {
        let answer = world.visitor().get(&shop.authorize(&[("response_type", kind)])).await;
        assert_eq!(answer.parameter("error").as_deref(), Some("unsupported_response_type"), "{kind}");
    }
}
