//! Sessions in SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod lives;
mod racing;

use std::collections::BTreeSet;

use session::store::{SessionStore, conformance};
use session_store::SqlStore;

#[tokio::test]
async fn sqlite_conforms() {
    let folders = std::sync::Mutex::new(Vec::new());
    conformance::run(async || {
        let (database, folder) = database::scratch::sqlite().await;
        folders.lock().unwrap().push(folder);
        Box::new(SqlStore::over(database, "app").await.unwrap()) as Box<dyn SessionStore>
    })
    .await;
}

#[tokio::test]
async fn postgres_conforms() {
    conformance::run(async || {
        let database = database::scratch::postgres().await;
        Box::new(SqlStore::over(database, "app").await.unwrap()) as Box<dyn SessionStore>
    })
    .await;
}

#[tokio::test]
async fn two_applications_over_one_database_do_not_see_each_other() {
    let (database, _folder) = database::scratch::sqlite().await;
    let strangers = std::sync::atomic::AtomicUsize::new(0);
    conformance::run(async || {
        let number = strangers.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let store = SqlStore::over(database.clone(), &format!("application {number}")).await.unwrap();
        Box::new(store) as Box<dyn SessionStore>
    })
    .await;
}

#[tokio::test]
async fn every_statement_means_the_same_on_both_engines() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    let postgres = database::scratch::postgres().await;
    for database in [&sqlite, &postgres] {
        SqlStore::over(database.clone(), "app").await.unwrap();
    }
    let statements = session_store::statements();
    let names: BTreeSet<_> = statements.iter().map(|statement| statement.name).collect();
    assert_eq!(names.len(), statements.len(), "names are unique");
    let on_sqlite = sqlite.prepare_all(&statements).await.unwrap();
    let on_postgres = postgres.prepare_all(&statements).await.unwrap();
    for (left, right) in on_sqlite.iter().zip(&on_postgres) {
        assert_eq!(left, right);
    }
}
