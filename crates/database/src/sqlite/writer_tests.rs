//! What cannot be brought about from outside.

use crate::{Committed, Database, Error, SqliteOptions, Statement, Work, params, scratch};

static CREATE: Statement = Statement::common("test: create", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
static INSERT: Statement = Statement::common("test: insert", "INSERT INTO t (id) VALUES ($1)");
static COUNT: Statement = Statement::common("test: count", "SELECT count(*) AS n FROM t");

#[tokio::test]
async fn f39_a_panic_undoes_its_own_work_and_the_writer_goes_on() {
    let (database, _folder) = scratch::sqlite().await;
    database.commit(Work::new().run(&CREATE, params![])).await.unwrap();
    let works = [
        Work::new().run(&INSERT, params![1]),
        Work::new().run(&INSERT, params![2]).run(&super::run::PANIC, params![]),
        Work::new().run(&super::run::PANIC, params![]),
        Work::new().run(&INSERT, params![3]),
    ];
    let tasks = works.map(|work| {
        let database = database.clone();
        tokio::spawn(async move { database.commit(work).await })
    });
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    assert!(matches!(outcomes[0], Ok(Committed::Done(_))));
    assert!(matches!(outcomes[1], Err(Error::Bug { .. })));
    assert!(matches!(outcomes[2], Err(Error::Bug { .. })));
    assert!(matches!(outcomes[3], Ok(Committed::Done(_))));
    let rows = database.query(&COUNT, params![]).await.unwrap();
    assert_eq!(rows[0].integer(0).unwrap(), 2);
}

#[tokio::test]
async fn f34_a_disk_that_does_not_confirm_is_written_to_no_more_and_read_on() {
    let (database, folder) = scratch::sqlite().await;
    database.commit(Work::new().run(&CREATE, params![])).await.unwrap();
    let insert = |id: i64| Work::new().run(&INSERT, params![id]);
    database.commit(insert(1)).await.unwrap();
    let lost = database.commit(insert(2).run(&super::run::BREAK_DISK, params![])).await;
    assert!(matches!(lost, Err(Error::Unavailable { .. })), "{lost:?}");
    for outcome in [database.commit(insert(3)).await.map(drop), database.ping().await] {
        let Err(Error::Unavailable { source, .. }) = outcome else { panic!("{outcome:?}") };
        assert!(source.to_string().contains("check it and restart"), "{source}");
    }
    let count = async |database: &Database| database.query(&COUNT, params![]).await.unwrap()[0].integer(0);
    assert_eq!(count(&database).await.unwrap(), 1);
    database.close().await;
    let database = Database::open_sqlite(SqliteOptions::new(folder.path().join("scratch.db"))).await.unwrap();
    database.ping().await.unwrap();
    assert!(database.commit(insert(3)).await.unwrap().is_done());
    assert_eq!(count(&database).await.unwrap(), 2);
}
