//! The store fails, in every endpoint.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt as _;

use axum::body::Body;
use database::{Database, SqliteOptions};
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
async fn f37_a_damaged_page_met_while_running_is_our_error_and_signs_nobody_out() {
    let (database, folder) = database::scratch::sqlite().await;
    let (client, tokens, jar) = {
        let world = World::over(database).await;
        let board = world.spa().await;
        world.member("ada@example.com").await;
        let mut visitor = world.visitor();
        let code = visitor.sign_in(&board, "ada@example.com").await.parameter("code").unwrap();
        let tokens = board.redeem(&world, &code).await.json();
        world.app.operator.store.database().close().await;
        (board, tokens, visitor.jar)
    };
    let path = folder.path().join("scratch.db");
    let database = Database::open_sqlite(SqliteOptions::new(&path)).await.unwrap();
    let world = World::over(database).await;
    client.refresh(&world, "garbage").await;
    // Every page that was not read until now, but the first, which holds the schema.
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    let noise = vec![0xA5; usize::try_from(file.metadata().unwrap().len()).unwrap() - 4_096];
    file.write_all_at(&noise, 4_096).unwrap();
    for answer in [
        client.refresh(&world, tokens["refresh_token"].as_str().unwrap()).await,
        userinfo(&world, tokens["access_token"].as_str().unwrap()).await,
    ] {
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (500, &"server_error".into()));
    }
    let mut visitor = world.visitor();
    visitor.jar = jar.clone();
    visitor.get("/").await.is_failure_page(500);
    assert_eq!(visitor.jar, jar, "no cookie was cleared");
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

#[tokio::test]
async fn f10_f11_logout_and_suspension_win_over_refreshes_at_the_same_time() {
    use crate::unhappy::futures_join;
    let world = World::new().await;
    let board = world.spa().await;
    let ada = world.member("ada@example.com").await;
    let code = world.visitor().sign_in(&board, "ada@example.com").await.parameter("code").unwrap();
    let token = board.redeem(&world, &code).await.json()["refresh_token"].as_str().unwrap().to_owned();
    world.pass(60);
    let now = model::Clock::now(&*world.clock);
    let line = store::audit::AuditLine::new(
        store::audit::AuditEvent::UserSuspended,
        &*world.clock,
        &model::SystemEntropy,
    );
    let store = &world.app.operator.store;
    let (refreshes, suspended) = tokio::join!(
        futures_join((0..20).map(|_| board.refresh(&world, &token)).collect()),
        store.suspend_user(ada.id, Some(now), now, line),
    );
    assert!(suspended.unwrap());
    for answer in refreshes {
        assert!([200, 400, 503].contains(&answer.status.as_u16()), "{}", answer.body);
    }
    assert_eq!(board.refresh(&world, &token).await.status, 400, "nothing succeeds afterwards");
    world.pass(60);
    assert_eq!(board.refresh(&world, &token).await.status, 400);
}

#[tokio::test]
async fn f13_a_code_whose_answer_was_lost_is_refused_and_the_restart_is_silent() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let code = visitor.sign_in(&board, "ada@example.com").await.parameter("code").unwrap();
    world.faults.lose_answer_of_commit(1);
    assert_eq!(board.redeem(&world, &code).await.status, 503);
    assert_eq!(board.redeem(&world, &code).await.json()["error"], "invalid_grant");
    assert!(visitor.get(&board.authorize(&[])).await.parameter("code").is_some());
}

#[tokio::test]
async fn f18_f57_sweeping_is_bounded_and_spares_what_lives() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let code = visitor.sign_in(&board, "ada@example.com").await.parameter("code").unwrap();
    let token = board.redeem(&world, &code).await.json()["refresh_token"].as_str().unwrap().to_owned();
    let store = &world.app.operator.store;
    let now = || model::Clock::now(&*world.clock);
    store.purge(now()).await.unwrap();
    world.pass(60);
    assert_eq!(board.refresh(&world, &token).await.status, 200, "what lives is spared");
    // One sweep removes at most five hundred rows of a kind, so a clock that leaps ahead cannot clear a table.
    for _ in 0..600 {
        world.visitor().get(&board.authorize(&[])).await;
    }
    let year = std::time::Duration::from_secs(365 * 24 * 3_600);
    store.purge(now().plus(year)).await.unwrap();
    let flow = world.visitor().begin(&board).await;
    assert!(store.flow(flow.parse().unwrap()).await.unwrap().is_some());
}

#[tokio::test]
async fn f28_a_flood_of_sign_ins_leaves_refreshes_served() {
    use crate::unhappy::futures_join;
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let code = visitor.sign_in(&board, "ada@example.com").await.parameter("code").unwrap();
    let token = board.redeem(&world, &code).await.json()["refresh_token"].as_str().unwrap().to_owned();
    let flow = visitor.begin_with(&board, &[("prompt", "login")]).await;
    let flood =
        (0..200).map(|n| {
            let (mut tab, flow) = (visitor.clone(), flow.clone());
            async move {
                tab.submit(&flow, &format!("user{n}@example.com"), "a password of no account").await.status
            }
        });
    let (flood, refreshed) = tokio::join!(futures_join(flood.collect()), board.refresh(&world, &token));
    assert_eq!(refreshed.status, 200);
    for status in flood {
        assert!([422, 429].contains(&status.as_u16()), "{status}");
    }
}

#[tokio::test]
async fn f47_a_backup_taken_under_load_is_whole() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    let store = &world.app.operator.store;
    let load = async {
        for _ in 0..50 {
            world.visitor().get(&board.authorize(&[])).await;
        }
    };
    let ((), backed_up) = tokio::join!(load, store.database().backup_to(&copy));
    backed_up.unwrap();
    let restored = Database::open_sqlite(SqliteOptions::new(copy)).await.unwrap();
    assert_eq!(restored.integrity_check().await.unwrap(), Vec::<String>::new());
    let restored = store::Store::new(restored, store.tenant().clone());
    assert_eq!(restored.applications(10, 0).await.unwrap().len(), 1);
}
