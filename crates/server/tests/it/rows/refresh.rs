//! Refresh tokens over HTTP. The rule itself is proved in `session`.

use model::Clock as _;
use store::audit::{AuditEvent, AuditLine};

use crate::client_app::{ClientApp, claims, userinfo};
use crate::unhappy::futures_join;
use crate::world::World;

async fn grant(world: &World, client: &ClientApp) -> String {
    let answer = world.visitor().sign_in(client, "ada@example.com").await;
    let code = answer.parameter("code").unwrap();
    let tokens = client.redeem(world, &code).await.json();
    tokens["refresh_token"].as_str().unwrap().to_owned()
}

async fn next(world: &World, client: &ClientApp, token: &str) -> String {
    let answer = client.refresh(world, token).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["refresh_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn c047_a_refresh_token_is_bound_to_its_client_and_nobody_is_logged_out() {
    let world = World::new().await;
    let (board, other) = (world.spa().await, world.spa().await);
    world.member("ada@example.com").await;
    let token = grant(&world, &board).await;
    world.pass(60);
    assert_eq!(other.refresh(&world, &token).await.json()["error"], "invalid_grant");
    next(&world, &board, &token).await;
}

#[tokio::test]
async fn c048_c049_reuse_outside_the_window_ends_the_family_with_an_event() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let first = grant(&world, &board).await;
    world.pass(60);
    let second = next(&world, &board, &first).await;
    assert_ne!(first, second, "public clients rotate");
    world.pass(60);
    let third = next(&world, &board, &second).await;
    world.pass(60);
    assert_eq!(board.refresh(&world, &first).await.json()["error"], "invalid_grant");
    assert_eq!(board.refresh(&world, &third).await.json()["error"], "invalid_grant", "the family is over");
    assert!(world.audited("grant.theft").await);
}

#[tokio::test]
async fn clients_that_authenticate_keep_their_refresh_token() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let token = grant(&world, &shop).await;
    for _ in 0..3 {
        world.pass(600);
        let answer = shop.refresh(&world, &token).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.json().get("refresh_token").is_none());
    }
}

#[tokio::test]
async fn f02_f05_a_lost_answer_is_made_good_inside_the_window_and_after_it() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let first = grant(&world, &board).await;
    world.pass(60);
    let lost = next(&world, &board, &first).await;
    let again = next(&world, &board, &first).await;
    assert_eq!(again, lost, "the server says the same answer again");
    world.pass(3_600);
    let recovered = next(&world, &board, &first).await;
    assert_ne!(recovered, lost);
    assert!(world.audited("session.refresh_recovered").await);
    world.pass(60);
    next(&world, &board, &recovered).await;
}

#[tokio::test]
async fn f09_fifty_refreshes_at_once_make_one_chain_without_theft() {
    for database in [database::scratch::sqlite().await.0, database::scratch::postgres().await] {
        let world = World::over(database).await;
        let board = world.spa().await;
        world.member("ada@example.com").await;
        let token = grant(&world, &board).await;
        world.pass(60);
        let answers = futures_join((0..50).map(|_| board.refresh(&world, &token)).collect()).await;
        let mut minted: Vec<String> = Vec::new();
        for answer in &answers {
            assert!(answer.status == 200 || answer.status == 503, "only “not now” besides: {}", answer.body);
            if let Some(token) = answer.body.starts_with('{').then(|| answer.json()["refresh_token"].clone())
            {
                minted.extend(token.as_str().map(str::to_owned));
            }
        }
        minted.dedup();
        assert_eq!(minted.len(), 1, "one chain");
        world.pass(60);
        next(&world, &board, &minted[0]).await;
        assert!(!world.audited("grant.theft").await);
    }
}

#[tokio::test]
async fn c050_rotation_never_extends_the_absolute_end() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let mut token = grant(&world, &board).await;
    for _ in 0..18 {
        world.pass(10 * 24 * 3_600 - 1);
        token = next(&world, &board, &token).await;
    }
    world.pass(19);
    assert_eq!(
        board.refresh(&world, &token).await.json()["error"],
        "invalid_grant",
        "180 days, however busy"
    );
    let idle = grant(&world, &board).await;
    world.pass(14 * 24 * 3_600);
    assert_eq!(board.refresh(&world, &idle).await.json()["error"], "invalid_grant", "c112: 14 days idle");
}

#[tokio::test]
async fn c051_a_refresh_narrows_the_access_token_and_never_widens_the_grant() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let token = grant(&world, &board).await;
    world.pass(60);
    let narrow = [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("scope", "openid")];
    let narrowed = board.token(&world, &narrow).await.json();
    assert_eq!(claims(narrowed["access_token"].as_str().unwrap())["scope"], "openid");
    let wide = [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("scope", "openid root")];
    assert_eq!(board.token(&world, &wide).await.json()["error"], "invalid_scope");
    world.pass(60);
    let whole = board.refresh(&world, narrowed["refresh_token"].as_str().unwrap()).await.json();
    assert_eq!(whole["scope"], "openid profile email offline_access");
}

#[tokio::test]
async fn c053_c115_suspending_an_account_ends_refresh_sessions_and_access() {
    let world = World::new().await;
    let board = world.spa().await;
    let ada = world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let code = visitor.sign_in(&board, "ada@example.com").await.parameter("code").unwrap();
    let tokens = board.redeem(&world, &code).await.json();
    let now = world.clock.now();
    let line = AuditLine::new(AuditEvent::UserSuspended, &*world.clock, &model::SystemEntropy);
    world.app.operator.store.suspend_user(ada.id, Some(now), now, line).await.unwrap();
    world.pass(60);
    let refreshed = board.refresh(&world, tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(refreshed.json()["error"], "invalid_grant");
    assert_eq!(userinfo(&world, tokens["access_token"].as_str().unwrap()).await.status, 401);
    assert!(visitor.get(&board.authorize(&[])).await.parameter("flow").is_some(), "the session is over");
}

#[tokio::test]
async fn c052_a_refreshed_id_token_keeps_who_when_and_for_whom() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let code = world.visitor().sign_in(&board, "ada@example.com").await.parameter("code").unwrap();
    let first = board.redeem(&world, &code).await.json();
    world.pass(600);
    let second = board.refresh(&world, first["refresh_token"].as_str().unwrap()).await.json();
    let (first, second) =
        (claims(first["id_token"].as_str().unwrap()), claims(second["id_token"].as_str().unwrap()));
    for claim in ["iss", "sub", "aud", "auth_time", "sid"] {
        assert_eq!(first[claim], second[claim], "{claim}");
    }
    assert!(second.get("nonce").is_none());
}

#[tokio::test]
async fn garbage_and_foreign_tokens_cost_no_query() {
    let world = World::new().await;
    let board = world.spa().await;
    world.visitor().get(&board.authorize(&[])).await;
    let foreign = {
        let other = World::new().await;
        let client = other.spa().await;
        other.member("ada@example.com").await;
        grant(&other, &client).await
    };
    let before = world.app.operator.store.database().statistics();
    for text in ["", "x", &"A".repeat(100), &foreign, &"é".repeat(50)] {
        let answer = board.refresh(&world, text).await;
        assert!(answer.status == 400, "{text}: {}", answer.body);
    }
    assert_eq!(world.app.operator.store.database().statistics(), before);
}

#[tokio::test]
async fn c054_a_resource_that_was_taken_away_gets_no_new_tokens() {
    let world = World::new().await;
    let board = world.spa().await;
    world.change(&board, serde_json::json!({"resources": ["https://orders.example/"]})).await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let flow = visitor.begin_with(&board, &[("resource", "https://orders.example/")]).await;
    let code =
        visitor.submit(&flow, "ada@example.com", crate::world::PASSWORD).await.parameter("code").unwrap();
    let token = board.redeem(&world, &code).await.json()["refresh_token"].as_str().unwrap().to_owned();
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str()),
        ("resource", "https://orders.example/"),
    ];
    assert_eq!(board.token(&world, &fields).await.status, 200);
    world.change(&board, serde_json::json!({"resources": []})).await;
    assert_eq!(board.token(&world, &fields).await.json()["error"], "invalid_target");
}
