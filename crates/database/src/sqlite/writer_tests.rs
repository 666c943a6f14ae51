//! What cannot be brought about from outside.

use crate::{Committed, Database, Error, SqliteOptions, Statement, Work, params, scratch};

static CREATE: Statement = Statement::common("test: create", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
static INSERT: Statement = Statement::common("test: insert", "INSERT INTO t (id) VALUES ($1)");
static DELETE: Statement = Statement::common("test: delete", "DELETE FROM t WHERE id = $1");
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

/// Waits until the task that commits a work has laid it aside.
async fn laid_aside(database: &Database, id: i64) -> tokio::task::JoinHandle<Result<Committed, Error>> {
    let work = Work::new().run(&INSERT, params![id]).unhurried();
    let committing = tokio::spawn({
        let database = database.clone();
        async move { database.commit(work).await }
    });
    tokio::task::yield_now().await;
    committing
}

#[tokio::test]
async fn a_work_that_can_wait_goes_with_the_next_commit() {
    let (database, _folder) = scratch::sqlite().await;
    database.commit(Work::new().run(&CREATE, params![])).await.unwrap();
    // A machine that pauses here lets their patience end; it does not do so each time.
    for round in 0..50 {
        let before = database.statistics();
        let patient = [laid_aside(&database, 3 * round).await, laid_aside(&database, 3 * round + 1).await];
        assert!(database.commit(Work::new().run(&INSERT, params![3 * round + 2])).await.unwrap().is_done());
        for committing in patient {
            assert!(committing.await.unwrap().unwrap().is_done());
        }
        let after = database.statistics();
        assert_eq!(after.works - before.works, 3);
        if after.transactions - before.transactions == 1 {
            return;
        }
    }
    panic!("each had a commit of its own, each time");
}

#[tokio::test]
async fn a_work_that_can_wait_waits_for_nobody_for_ever() {
    let (database, _folder) = scratch::sqlite().await;
    database.commit(Work::new().run(&CREATE, params![])).await.unwrap();
    // Alone, with a question in between, and more of them than are laid aside.
    assert!(laid_aside(&database, 0).await.await.unwrap().unwrap().is_done());
    let asked = laid_aside(&database, 1).await;
    database.ping().await.unwrap();
    assert!(asked.await.unwrap().unwrap().is_done());
    let mut many = Vec::new();
    for id in 2..600 {
        many.push(laid_aside(&database, id).await);
    }
    for committing in many {
        assert!(committing.await.unwrap().unwrap().is_done());
    }
    let rows = database.query(&COUNT, params![]).await.unwrap();
    assert_eq!(rows[0].integer(0).unwrap(), 600);
}

#[tokio::test]
async fn what_was_laid_aside_is_written_before_the_file_is_closed() {
    let (database, folder) = scratch::sqlite().await;
    database.commit(Work::new().run(&CREATE, params![])).await.unwrap();
    let committing = laid_aside(&database, 1).await;
    database.close().await;
    assert!(committing.await.unwrap().unwrap().is_done());
    let late = database.commit(Work::new().run(&INSERT, params![2]).unhurried()).await;
    assert!(matches!(late, Err(Error::Unavailable { .. })), "{late:?}");
    let database = Database::open_sqlite(SqliteOptions::new(folder.path().join("scratch.db"))).await.unwrap();
    let rows = database.query(&COUNT, params![]).await.unwrap();
    assert_eq!(rows[0].integer(0).unwrap(), 1);
}

#[tokio::test]
async fn a_panic_beside_it_leaves_what_was_laid_aside_alone() {
    let (database, _folder) = scratch::sqlite().await;
    database.commit(Work::new().run(&CREATE, params![])).await.unwrap();
    let patient = laid_aside(&database, 1).await;
    let broken = laid_aside(&database, 1).await;
    database.commit(Work::new().run(&super::run::PANIC, params![])).await.unwrap_err();
    assert!(patient.await.unwrap().unwrap().is_done());
    assert!(matches!(broken.await.unwrap(), Err(Error::Conflict { .. })));
}

#[tokio::test]
async fn steps_that_are_separable_stand_and_fall_by_themselves() {
    let (database, _folder) = scratch::sqlite().await;
    database.commit(Work::new().run(&CREATE, params![])).await.unwrap();
    let count = async || database.query(&COUNT, params![]).await.unwrap()[0].integer(0).unwrap();
    let works = |ids: [i64; 3]| ids.iter().fold(Work::new(), |work, id| work.run(&INSERT, params![*id]));
    let Committed::Done(outcomes) = database.commit(works([1, 2, 3]).separable()).await.unwrap() else {
        panic!("no guard refuses")
    };
    assert_eq!(outcomes.iter().map(|outcome| outcome.affected).collect::<Vec<_>>(), [1, 1, 1]);
    let conflict = database.commit(works([4, 1, 5]).separable()).await;
    assert!(matches!(conflict, Err(Error::Conflict { .. })), "{conflict:?}");
    assert_eq!(count().await, 4, "the step before stays, the one after was not tried");
    let conflict = database.commit(works([6, 1, 7])).await;
    assert!(matches!(conflict, Err(Error::Conflict { .. })), "{conflict:?}");
    assert_eq!(count().await, 4, "together it is all or nothing");
    let refused = works([8, 9, 10]).expect_one(&DELETE, params![99]).separable();
    assert_eq!(database.commit(refused).await.unwrap(), Committed::Refused { step: 3 });
    assert_eq!(count().await, 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_who_shares_a_commit_is_told_their_own_answer_from_inside_the_runtime() {
    let (database, _folder) = scratch::sqlite().await;
    database.commit(Work::new().run(&CREATE, params![])).await.unwrap();
    let before = database.statistics();
    let tasks: Vec<_> = (0..200)
        .map(|number: i64| {
            let database = database.clone();
            // Each id comes twice: one of the two is a conflict.
            tokio::spawn(async move { database.commit(Work::new().run(&INSERT, params![number / 2])).await })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(committed) => done += i32::from(committed.is_done()),
            Err(error) => assert!(matches!(error, Error::Conflict { .. }), "{error:?}"),
        }
    }
    assert_eq!(done, 100);
    assert_eq!(database.query(&COUNT, params![]).await.unwrap()[0].integer(0).unwrap(), 100);
    assert_eq!(database.statistics().works - before.works, 200);
}
