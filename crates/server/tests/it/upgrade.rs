//! Two versions over one database: the newer one has extended the schema.

use database::Migration;

use crate::client_app::userinfo;
use crate::world::World;

const NEXT: Migration =
    Migration { version: 900, name: "next", text: include_str!("../../../store/tests/next.sql") };

#[tokio::test]
async fn f42_f43_sessions_live_through_an_upgrade_and_a_way_back() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        let old = World::over(database.clone()).await;
        let board = old.spa().await;
        old.member("ada@example.com").await;
        let mut visitor = old.visitor();
        let code = visitor.sign_in(&board, "ada@example.com").await.parameter("code").unwrap();
        let mut tokens = board.redeem(&old, &code).await.json();
        let jar = visitor.jar.clone();

        database.migrate(&[store::MIGRATIONS, &[NEXT]].concat()).await.unwrap();
        // The old version that goes on beside it, and the old version started again.
        let again = World::over(database.clone()).await;
        for node in [&old, &again] {
            old.pass(60);
            again.pass(60);
            let refresh = tokens["refresh_token"].as_str().unwrap();
            tokens = board.refresh(node, refresh).await.json();
            assert_eq!(userinfo(node, tokens["access_token"].as_str().unwrap()).await.status, 200);
            let mut visitor = node.visitor();
            visitor.jar = jar.clone();
            let code = visitor.get(&board.authorize(&[])).await.parameter("code").unwrap();
            assert_eq!(board.redeem(node, &code).await.status, 200, "still signed in");
            let newcomer = node.visitor().sign_in(&board, "ada@example.com").await;
            assert!(newcomer.parameter("code").is_some());
        }
    }
}
