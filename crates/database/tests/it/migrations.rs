//! Migrations.

use database::{Database, Engine, Error, Migration, SqliteOptions, Statement, params, scratch};

use crate::sample::{MIGRATIONS, count, insert};

static APPLIED: Statement =
    Statement::common("sample: history", "SELECT count(*) AS applied FROM schema_history");

async fn applied(database: &Database) -> i64 {
    database.query(&APPLIED, params![]).await.unwrap()[0].integer(0).unwrap()
}

async fn both() -> (Database, Database, tempfile::TempDir) {
    let (sqlite, folder) = scratch::sqlite().await;
    (sqlite, scratch::postgres().await, folder)
}

#[tokio::test]
async fn applying_again_changes_nothing_and_a_changed_text_is_refused() {
    let (sqlite, postgres, _folder) = both().await;
    for database in [sqlite, postgres] {
        database.migrate(&MIGRATIONS[..1]).await.unwrap();
        database.migrate(MIGRATIONS).await.unwrap();
        database.migrate(MIGRATIONS).await.unwrap();
        assert_eq!(applied(&database).await, 2);
        let changed = [Migration { text: "SELECT 1;", ..MIGRATIONS[0] }, MIGRATIONS[1]];
        assert!(matches!(database.migrate(&changed).await, Err(Error::Bug { .. })));
    }
}

#[tokio::test]
async fn f44_a_migration_that_fails_half_way_leaves_nothing_and_can_be_repeated() {
    let (sqlite, postgres, _folder) = both().await;
    for database in [sqlite, postgres] {
        let broken = Migration {
            version: 3,
            name: "broken",
            text: "CREATE TABLE half (id {integer}); SELECT nonsense;",
        };
        let mended = Migration { text: "CREATE TABLE half (id {integer});", ..broken };
        let with = |last| [MIGRATIONS[0], MIGRATIONS[1], last];
        assert!(matches!(database.migrate(&with(broken)).await, Err(Error::Bug { .. })));
        assert_eq!(applied(&database).await, 2, "those before stand");
        database.migrate(&with(mended)).await.unwrap();
        assert_eq!(applied(&database).await, 3);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f44_nodes_that_migrate_at_once_do_not_collide() {
    let folder = tempfile::tempdir().unwrap();
    let url = scratch::shared_postgres().new_url().await;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let mut nodes = Vec::new();
        for _ in 0..4 {
            nodes.push(match engine {
                Engine::Sqlite => {
                    Database::open_sqlite(SqliteOptions::new(folder.path().join("one.db"))).await.unwrap()
                }
                Engine::Postgres => {
                    Database::open_postgres(database::PostgresOptions::new(url.as_str())).await.unwrap()
                }
            });
        }
        let tasks: Vec<_> = nodes
            .iter()
            .cloned()
            .map(|node| tokio::spawn(async move { node.migrate(MIGRATIONS).await }))
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        for node in &nodes {
            assert_eq!((applied(node).await, count(node).await), (2, 0));
        }
    }
}

#[tokio::test]
async fn parts_keep_their_histories_apart() {
    let (sqlite, postgres, _folder) = both().await;
    for database in [sqlite, postgres] {
        let other = Migration { version: 1, name: "other", text: "CREATE TABLE other (id {integer});" };
        database.migrate_as("other_history", &[other]).await.unwrap();
        database.migrate(MIGRATIONS).await.unwrap();
        database.migrate_as("other_history", &[other]).await.unwrap();
    }
}

#[tokio::test]
async fn f42_f43_a_schema_that_was_extended_is_worked_with_and_one_of_a_later_epoch_refused() {
    let (sqlite, postgres, _folder) = both().await;
    for database in [sqlite, postgres] {
        let with = |last| [MIGRATIONS[0], MIGRATIONS[1], last];
        let adds = "ALTER TABLE people ADD COLUMN nickname TEXT; CREATE TABLE later (id {integer});";
        let extended = with(Migration { version: 3, name: "adds", text: adds });
        database.migrate(MIGRATIONS).await.unwrap();
        database.migrate(&extended).await.unwrap();
        database.migrate(MIGRATIONS).await.unwrap();
        assert!(database.commit(insert(1)).await.unwrap().is_done(), "rows without the new column");
        database.migrate(&extended).await.unwrap();

        let taken = with(Migration { version: 1_000, name: "takes", text: "DROP TABLE letters;" });
        let refused = database.migrate(&taken).await.unwrap_err();
        assert!(
            matches!(refused, Error::Bug { .. }),
            "a program that lacks a step of the history: {refused:?}"
        );
        let whole = [extended.as_slice(), &taken[2..]].concat();
        database.migrate(&whole).await.unwrap();
        for older in [MIGRATIONS, &extended] {
            let Error::Bug { source, .. } = database.migrate(older).await.unwrap_err() else {
                panic!("an older program works on a schema it does not understand")
            };
            assert!(source.to_string().contains("brought to 1000 by a newer version"), "{source}");
        }
        assert_eq!(count(&database).await, 1);
    }
}
