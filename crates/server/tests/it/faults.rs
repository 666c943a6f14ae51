//! The store fails, in every endpoint.

use axum::body::Body;
use http::Request;

use crate::client_app::userinfo;
use crate::world::World;

#[tokio::test]
async fn f25_a_store_that_is_down_signs_nobody_out() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let code = visitor.sign_in(&board, "ada@example.com").await.parameter("code").unwrap();
    let tokens = board.redeem(&world, &code).await.json();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    world.pass(60);
    world.faults.take_down();
    let jar = visitor.jar.clone();
    for answer in [
        board.refresh(&world, refresh).await,
        board.redeem(&world, "some-code").await,
        userinfo(&world, tokens["access_token"].as_str().unwrap()).await,
    ] {
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert!(answer.header("retry-after").is_some());
        assert_ne!(answer.json()["error"], "invalid_grant");
    }
    for path in ["/", "/oidc/session/end"] {
        visitor.get(path).await.is_failure_page(503);
    }
    assert_eq!(visitor.jar, jar, "no cookie was cleared");
    assert_eq!(visitor.get("/readyz").await.status, 503);
    assert_eq!(visitor.get("/healthz").await.status, 200);
    assert_eq!(visitor.get("/oidc/jwks").await.status, 200, "keys are still published");
    world.faults.restore();
    assert_eq!(board.refresh(&world, refresh).await.status, 200);
    assert!(visitor.get(&board.authorize(&[])).await.parameter("code").is_some(), "still signed in");
}

#[tokio::test]
async fn f01_a_commit_that_fails_before_it_happened_leaves_the_old_token_current() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let code = world.visitor().sign_in(&board, "ada@example.com").await.parameter("code").unwrap();
    let tokens = board.redeem(&world, &code).await.json();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    world.pass(60);
    world.faults.fail_before_commit(1);
    assert_eq!(board.refresh(&world, refresh).await.status, 503);
    let retried = board.refresh(&world, refresh).await;
    assert_eq!(retried.status, 200);
    assert!(retried.json()["refresh_token"].is_string(), "the retry rotates");
}

#[tokio::test]
async fn f07_an_answer_lost_after_the_commit_converges_on_retry() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let code = world.visitor().sign_in(&board, "ada@example.com").await.parameter("code").unwrap();
    let tokens = board.redeem(&world, &code).await.json();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    world.pass(60);
    world.faults.lose_answer_of_commit(1);
    let lost = board.refresh(&world, refresh).await;
    assert_eq!(lost.status, 503);
    let retried = board.refresh(&world, refresh).await;
    assert_eq!(retried.status, 200, "{}", retried.body);
    world.pass(60);
    let next = retried.json()["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(board.refresh(&world, &next).await.status, 200);
    assert!(!world.audited("grant.theft").await);
}

#[tokio::test]
async fn f39_a_wrong_flow_row_is_our_error_with_a_page_and_the_server_lives_on() {
    let world = World::new().await;
    let request =
        Request::get("/sign-in?flow=%00").header("accept", "text/html").body(Body::empty()).unwrap();
    world.send(request).await.is_failure_page(404);
    assert_eq!(world.visitor().get("/healthz").await.status, 200);
}
