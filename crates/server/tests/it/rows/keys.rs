//! Signing keys: revoked, unknown, asked for in a flood.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::client_app::{ClientApp, userinfo};
use crate::unhappy::futures_join;
use crate::world::World;

/// Two nodes over one database.
async fn nodes() -> (World, World, tempfile::TempDir) {
    let (database, folder) = database::scratch::sqlite().await;
    (World::over(database.clone()).await, World::over(database).await, folder)
}

async fn sign_in(world: &World, client: &ClientApp) -> Value {
    let code = world.visitor().sign_in(client, "ada@example.com").await.parameter("code").unwrap();
    client.redeem(world, &code).await.json()
}

fn access(tokens: &Value) -> &str {
    tokens["access_token"].as_str().unwrap()
}

/// Which key signed a token.
fn kid(token: &str) -> String {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
}

/// A token by a key that nobody knows.
fn foreign(number: usize) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({"alg": "ES256", "kid": format!("nobody's-{number}"), "typ": "at+jwt"});
    format!("{}.{}.c2lnbmF0dXJl", part(&header), part(&json!({})))
}

async fn published(world: &World) -> String {
    world.visitor().get("/oidc/jwks").await.body
}

#[tokio::test]
async fn f22_what_a_leaked_key_signed_is_refused_at_once_and_people_stay_signed_in() {
    let (here, there, _folder) = nodes().await;
    let board = here.spa().await;
    here.member("ada@example.com").await;
    let mut visitor = here.visitor();
    let code = visitor.sign_in(&board, "ada@example.com").await.parameter("code").unwrap();
    let tokens = board.redeem(&here, &code).await.json();
    for node in [&here, &there] {
        assert_eq!(userinfo(node, access(&tokens)).await.status, 200, "verified, and remembered");
    }
    let leaked = kid(access(&tokens));
    let successor = there.app.operator.revoke_signing_key(&leaked).await.unwrap().unwrap();
    // What each node does twice a second.
    here.app.provider.directory.renew().await.unwrap();
    for node in [&here, &there] {
        assert_eq!(userinfo(node, access(&tokens)).await.status, 401);
        let keys = published(node).await;
        assert!(keys.contains(&successor) && !keys.contains(&leaked));
        let hint = tokens["id_token"].as_str().unwrap();
        let asked = node.visitor().get(&format!("/oidc/session/end?id_token_hint={hint}")).await;
        assert!(!asked.body.contains("Board"), "a hint by that key names no application");
    }
    let next = board.refresh(&here, tokens["refresh_token"].as_str().unwrap()).await.json();
    assert_eq!(kid(access(&next)), successor);
    assert_eq!(userinfo(&there, access(&next)).await.status, 200);
    assert!(visitor.get(&board.authorize(&[])).await.parameter("code").is_some(), "still signed in");
    assert!(here.audited("signing_key.revoked").await);
    assert!(there.app.operator.revoke_signing_key(&leaked).await.is_err(), "there is no such key");
}

#[tokio::test]
async fn f20_a_token_by_a_key_of_another_node_is_known_at_first_sight() {
    let (here, there, _folder) = nodes().await;
    let board = here.spa().await;
    here.member("ada@example.com").await;
    let first = kid(access(&sign_in(&there, &board).await));
    there.app.operator.revoke_signing_key(&first).await.unwrap();
    let tokens = sign_in(&there, &board).await;
    assert_ne!(kid(access(&tokens)), first);
    assert_eq!(userinfo(&here, access(&tokens)).await.status, 200, "before it looked by itself");
}

#[tokio::test]
async fn f23_a_flood_of_unknown_keys_is_one_look_a_second() {
    let world = World::new().await;
    let queries = || world.app.operator.store.database().statistics().queries;
    for _ in 0..3 {
        let (before, tokens) = (queries(), (0..50).map(foreign).collect::<Vec<_>>());
        let answers = futures_join(tokens.iter().map(|token| userinfo(&world, token)).collect()).await;
        assert!(answers.iter().all(|answer| answer.status == 401));
        assert_eq!(queries() - before, 1);
        world.pass(1);
    }
    world.faults.take_down();
    for token in (0..5).map(foreign) {
        assert_eq!(userinfo(&world, &token).await.status, 503, "nobody knows whether the key is ours");
    }
    world.faults.restore();
    world.pass(1);
    assert_eq!(userinfo(&world, &foreign(0)).await.status, 401);
    world.clock.step_back(std::time::Duration::from_secs(3_600));
    let before = queries();
    userinfo(&world, &foreign(0)).await;
    assert_eq!(queries() - before, 1, "f16: a clock that was set back stops nobody from looking");
}

#[tokio::test]
async fn f23_refresh_tokens_of_unknown_keys_wait_and_cost_no_query() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let token = sign_in(&world, &board).await["refresh_token"].as_str().unwrap().to_owned();
    let queries = || world.app.operator.store.database().statistics().queries;
    let before = queries();
    for number in 2..50 {
        let mut bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        bytes[2] = number;
        let answer = board.refresh(&world, &URL_SAFE_NO_PAD.encode(bytes)).await;
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert!(answer.header("retry-after").is_some());
    }
    assert_eq!(queries(), before);
}

#[tokio::test]
async fn the_next_keys_begun_early_are_published_before_they_sign() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let first = kid(access(&sign_in(&world, &board).await));
    assert!(world.audited("signing_key.made").await);
    let from = world.app.operator.rotate_signing_keys().await.unwrap();
    assert_eq!(world.app.operator.rotate_signing_keys().await.unwrap(), from, "once is enough");
    let keys = world.app.operator.signing_keys();
    let [old, next] = keys.as_slice() else { panic!("{keys:?}") };
    let stages = [old, next].map(|standing| standing.stage.as_str());
    assert_eq!((old.key.key.kid(), stages), (first.as_str(), ["active", "published"]));
    assert!(published(&world).await.contains(next.key.key.kid()));
    assert_eq!(kid(access(&sign_in(&world, &board).await)), first);
    world.clock.set(from);
    assert_eq!(kid(access(&sign_in(&world, &board).await)), next.key.key.kid());
}
