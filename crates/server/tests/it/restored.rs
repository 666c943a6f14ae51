//! The database is put back to a backup, or comes back after a power cut.

use database::{Database, Durability, Replacement, SqliteOptions};
use model::{Clock as _, SystemEntropy};
use serde_json::Value;
use store::audit::{AuditEvent, AuditLine};

use crate::client_app::{ClientApp, userinfo};
use crate::visitor::Visitor;
use crate::world::{PASSWORD, World};

/// Signs in and redeems the code.
async fn tokens(world: &World, visitor: &mut Visitor<'_>, client: &ClientApp) -> Value {
    let code = visitor.sign_in(client, "ada@example.com").await.parameter("code").unwrap();
    client.redeem(world, &code).await.json()
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap()
}

#[tokio::test]
async fn f46_after_a_restore_everybody_signs_in_again_and_nobody_is_a_thief() {
    for keep_sessions in [false, true] {
        let (database, folder) = database::scratch::sqlite().await;
        let (file, backup) = (folder.path().join("scratch.db"), folder.path().join("backup.db"));
        let before = World::over(database).await;
        let board = before.spa().await;
        before.member("ada@example.com").await;
        let mut visitor = before.visitor();
        let old = tokens(&before, &mut visitor, &board).await;
        let unredeemed = visitor.get(&board.authorize(&[])).await.parameter("code").unwrap();
        let store = &before.app.operator.store;
        store.database().backup_to(&backup).await.unwrap();
        // Since then: a rotation, a redeemed code, another sign-in, and a grant that is revoked.
        before.pass(60);
        let rotated = board.refresh(&before, text(&old, "refresh_token")).await.json();
        let newer = tokens(&before, &mut before.visitor(), &board).await;
        board.redeem(&before, &unredeemed).await;
        let (jar, now) = (visitor.jar.clone(), before.clock.now());
        store.database().close().await;
        drop(before);

        let replacement = Replacement::prepare(&file, &backup).await.unwrap();
        let copy = Database::open_sqlite(SqliteOptions::new(replacement.path())).await.unwrap();
        let copy = store::Store::new(copy, model::TenantId::default_tenant());
        let clock = model::FrozenClock::at(now);
        if !keep_sessions {
            let line = AuditLine::new(AuditEvent::DatabaseRestored, &clock, &SystemEntropy);
            copy.end_everything(now, line).await.unwrap();
        }
        copy.database().close().await;
        replacement.take_place().await.unwrap();

        let after = World::over(Database::open_sqlite(SqliteOptions::new(&file)).await.unwrap()).await;
        after.clock.set(now);
        after.pass(60);
        let refreshed = board.refresh(&after, text(&rotated, "refresh_token")).await;
        let unknown = board.refresh(&after, text(&newer, "refresh_token")).await;
        assert_eq!(unknown.json()["error"], "invalid_grant", "a sign-in that the backup does not know");
        assert_eq!(userinfo(&after, text(&newer, "access_token")).await.status, 401);
        let mut visitor = after.visitor();
        visitor.jar = jar;
        let welcomed = visitor.get(&board.authorize(&[])).await;
        if keep_sessions {
            assert_eq!(refreshed.status, 200, "newer than the row: accepted");
            assert!(welcomed.parameter("code").is_some(), "still signed in");
        } else {
            for token in [&old, &rotated] {
                let answer = board.refresh(&after, text(token, "refresh_token")).await;
                assert_eq!(answer.json()["error"], "invalid_grant");
                assert_eq!(userinfo(&after, text(token, "access_token")).await.status, 401);
            }
            assert_eq!(board.redeem(&after, &unredeemed).await.json()["error"], "invalid_grant");
            assert!(welcomed.parameter("flow").is_some(), "a sign-in page, and no error");
            assert!(after.audited("database.restored").await);
        }
        let again = tokens(&after, &mut after.visitor(), &board).await;
        assert_eq!(userinfo(&after, text(&again, "access_token")).await.status, 200);
        for alarm in ["grant.theft", "code.reused"] {
            assert!(!after.audited(alarm).await, "{alarm}");
        }
    }
}

#[tokio::test]
async fn f46_a_mark_ends_what_began_before_also_for_servers_that_run_on_postgresql() {
    let world = World::over(database::scratch::postgres().await).await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let old = tokens(&world, &mut visitor, &board).await;
    let code = visitor.get(&board.authorize(&[])).await.parameter("code").unwrap();
    let mut tab = world.visitor();
    let flow = tab.begin(&board).await;
    let line = AuditLine::new(AuditEvent::DatabaseRestored, &*world.clock, &SystemEntropy);
    world.app.operator.store.end_everything(world.clock.now(), line).await.unwrap();
    let refreshed = board.refresh(&world, text(&old, "refresh_token")).await;
    assert_eq!(refreshed.json()["error"], "invalid_grant");
    assert_eq!(userinfo(&world, text(&old, "access_token")).await.status, 401);
    assert_eq!(board.redeem(&world, &code).await.json()["error"], "invalid_grant");
    let submitted = tab.submit(&flow, "ada@example.com", PASSWORD).await;
    assert_ne!(submitted.parameter("flow"), Some(flow), "a sign-in under way begins again");
    assert!(submitted.parameter("code").is_none());
    assert!(visitor.get(&board.authorize(&[])).await.parameter("flow").is_some());
    let again = tokens(&world, &mut visitor, &board).await;
    assert_eq!(userinfo(&world, text(&again, "access_token")).await.status, 200);
    for alarm in ["grant.theft", "code.reused"] {
        assert!(!world.audited(alarm).await, "{alarm}");
    }
}

#[tokio::test]
async fn f04_after_an_unclean_stop_in_normal_mode_every_chain_counts_as_handed_out_at_the_start() {
    for (durability, recovered) in [(Durability::Normal, false), (Durability::Full, true)] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cut.db");
        let options = |file| SqliteOptions { durability, ..SqliteOptions::new(file) };
        let before = World::over(Database::open_sqlite(options(file.clone())).await.unwrap()).await;
        let board = before.spa().await;
        before.member("ada@example.com").await;
        let first = tokens(&before, &mut before.visitor(), &board).await;
        before.pass(60);
        let second = board.refresh(&before, text(&first, "refresh_token")).await.json();
        before.pass(60);
        // What the disk holds when the power goes: the file and its log.
        let left = folder.path().join("left.db");
        for suffix in ["", "-wal"] {
            let name = |file: &std::path::Path| format!("{}{suffix}", file.display());
            std::fs::copy(name(&file), name(&left)).unwrap();
        }
        let left = Database::open_sqlite(options(left)).await.unwrap();
        let after = World::node(left, before.clock.now()).await;
        // Whether the second token was handed out once more in the moments that are lost, nobody knows: a third one
        // could displace it.
        let answer = board.refresh(&after, text(&first, "refresh_token")).await;
        assert_eq!(answer.status, if recovered { 200 } else { 503 }, "{}", answer.body);
        assert_eq!(after.audited("session.refresh_recovered").await, recovered);
        if !recovered {
            after.pass(30);
            assert_eq!(board.refresh(&after, text(&second, "refresh_token")).await.status, 200);
        }
    }
}
