//! What cannot be brought about from outside.

use crate::{Committed, Error, Statement, Work, params, scratch};

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
