//! Nodes whose clocks differ, over one database.

use std::sync::Arc;
use std::time::Duration;

use database::{Database, DatabaseClock};
use model::{Clock as _, FrozenClock, Timestamp};
use server::measure_clock;

use crate::answer::Answer;
use crate::client_app::{ClientApp, userinfo};
use crate::world::World;

/// Two nodes; the clock of the first is right, that of the second is ahead.
async fn nodes(ahead: u64) -> (World, World) {
    let database = database::scratch::postgres().await;
    let now = time_of(&database).await;
    let right = World::node(database.clone(), now).await;
    let wrong = World::node(database, now.plus(Duration::from_secs(ahead))).await;
    for node in [&right, &wrong] {
        measure_clock(&node.app).await.unwrap();
    }
    (right, wrong)
}

async fn time_of(database: &Database) -> Timestamp {
    let node = Arc::new(FrozenClock::at(Timestamp::from_seconds(0)));
    let clock = DatabaseClock::new(database.clone(), node);
    clock.measure().await.unwrap();
    clock.now()
}

async fn sign_in(world: &World, client: &ClientApp) -> serde_json::Value {
    let code = world.visitor().sign_in(client, "ada@example.com").await.parameter("code").unwrap();
    client.redeem(world, &code).await.json()
}

/// A refresh token is rotated at the right node and confirmed; then a request that a proxy repeats comes to the
/// other node, a second later.
async fn late_repetition(right: &World, wrong: &World) -> Answer {
    let board = right.spa().await;
    right.member("ada@example.com").await;
    let first = sign_in(right, &board).await["refresh_token"].as_str().unwrap().to_owned();
    let pass = |seconds| [right, wrong].map(|node| node.pass(seconds));
    pass(60);
    let second = board.refresh(right, &first).await.json();
    assert_eq!(userinfo(right, second["access_token"].as_str().unwrap()).await.status, 200);
    pass(1);
    let repeated = board.refresh(wrong, &first).await;
    assert_eq!(repeated.json()["refresh_token"], second["refresh_token"], "the same answer again");
    assert!(!right.audited("grant.theft").await);
    repeated
}

#[tokio::test]
async fn f17_clocks_five_and_forty_seconds_apart_harm_nobody() {
    for ahead in [5, 40] {
        let (right, wrong) = nodes(ahead).await;
        for node in [&right, &wrong] {
            assert_eq!(node.visitor().get("/readyz").await.status, 200);
        }
        // By its own clock the second node would find the window of 30 seconds closed, and a thief.
        let answer = late_repetition(&right, &wrong).await;
        assert_eq!(userinfo(&right, answer.json()["access_token"].as_str().unwrap()).await.status, 200);
    }
}

#[tokio::test]
async fn f17_a_node_whose_clock_is_ninety_seconds_off_is_not_ready_until_it_is_mended() {
    let (right, wrong) = nodes(90).await;
    assert_eq!(right.visitor().get("/readyz").await.status, 200);
    let unready = wrong.visitor().get("/readyz").await;
    assert_eq!((unready.status.as_u16(), unready.body.as_str()), (503, "clock_apart"));
    late_repetition(&right, &wrong).await;
    wrong.clock.set(time_of(wrong.app.operator.store.database()).await);
    measure_clock(&wrong.app).await.unwrap();
    assert_eq!(wrong.visitor().get("/readyz").await.status, 200);
}

#[tokio::test]
async fn f17_c074_a_token_from_a_minute_ahead_is_tolerated_and_not_a_second_more() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let tokens = sign_in(&world, &board).await;
    let access = tokens["access_token"].as_str().unwrap();
    world.clock.step_back(Duration::from_secs(60));
    assert_eq!(userinfo(&world, access).await.status, 200);
    world.clock.step_back(Duration::from_secs(1));
    assert_eq!(userinfo(&world, access).await.status, 401);
}
