//! What both engines promise alike.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use database::{Committed, Database, Error, Statement, Work, params, scratch};
use model::Timestamp;

use crate::sample::{
    ADOPT, COUNT, EVERYBODY, GROW_OLDER, IDS, INSERT, MIGRATIONS, READ, RENAME, WRITE_TO, count, insert,
};

macro_rules! on_both_engines {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let (database, _folder) = super::scratch::sqlite().await;
                database.migrate(super::MIGRATIONS).await.unwrap();
                super::$test(database).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let database = super::scratch::postgres().await;
                database.migrate(super::MIGRATIONS).await.unwrap();
                super::$test(database).await;
            })*
        }
    };
}

on_both_engines!(
    a_constraint_that_refuses_is_a_conflict,
    a_failed_step_undoes_the_whole_work,
    a_guard_that_matches_several_rows_is_a_bug_and_undoes_the_work,
    a_guard_without_a_row_undoes_the_whole_work,
    a_row_where_none_may_be_is_a_conflict_and_undoes_the_work,
    a_single_guarded_statement_is_done_or_refused,
    a_work_without_steps_is_done,
    an_optional_row_is_one_at_most,
    closed_is_unavailable,
    concurrent_works_each_have_their_own_result,
    f40_a_caller_that_goes_away_leaves_all_or_nothing,
    of_many_that_expect_the_same_state_one_wins,
    statements_describe_themselves_alike,
    values_come_back_as_they_went,
    wrong_parameters_are_a_bug_and_harm_nobody,
);

async fn a_row_where_none_may_be_is_a_conflict_and_undoes_the_work(database: Database) {
    let free = insert(1).expect_none(&READ, params![2]);
    assert!(database.commit(free).await.unwrap().is_done());
    let taken = insert(2).expect_none(&READ, params![1]);
    let error = database.commit(taken).await.unwrap_err();
    assert!(matches!(error, Error::Conflict { statement, .. } if statement == READ.name), "{error}");
    let alone = Work::new().expect_none(&READ, params![1]);
    assert!(matches!(database.commit(alone).await, Err(Error::Conflict { .. })));
    assert_eq!(count(&database).await, 1, "the second one was undone");
}

async fn values_come_back_as_they_went(database: Database) {
    let long = "ß→日本語 'quoted' \"twice\" \\".repeat(100);
    let cases = [
        (i64::MAX, Some(""), 0, Some(vec![])),
        (i64::MIN, None, i64::MAX, None),
        (0, Some(long.as_str()), 1_700_000_000_000_000, Some((0..=255).collect::<Vec<u8>>())),
    ];
    for (id, email, age, data) in &cases {
        let work = Work::new().expect_one(&INSERT, params![*id, *email, *age, data.clone()]);
        assert!(database.commit(work).await.unwrap().is_done());
        let row = database.query_optional(&READ, params![*id]).await.unwrap().unwrap();
        assert_eq!(row.integer(0).unwrap(), *id);
        assert_eq!(row.optional_text(1).unwrap(), *email);
        assert_eq!(row.timestamp(2).unwrap(), Timestamp::from_micros(*age));
        assert_eq!(row.optional_bytes(3).unwrap(), data.as_deref());
    }
    assert_eq!(database.query_optional(&READ, params![17]).await.unwrap(), None);
}

async fn a_constraint_that_refuses_is_a_conflict(database: Database) {
    let person =
        |id: i64, email: &str, age: i64| Work::new().run(&INSERT, params![id, email, age, None::<&[u8]>]);
    database.commit(person(1, "a@example.com", 1)).await.unwrap();
    let refused = [
        person(1, "b@example.com", 1),
        person(2, "a@example.com", 1),
        person(2, "b@example.com", -1),
        Work::new().run(&ADOPT, params![1, 99]),
        // Found out by the commit itself, on both engines.
        Work::new().run(&WRITE_TO, params![1, 99]),
        Work::new().run(&WRITE_TO, params![1, 99]).run(&EVERYBODY, params![1]),
    ];
    for work in refused {
        let outcome = database.commit(work).await;
        assert!(matches!(outcome, Err(Error::Conflict { .. })), "{outcome:?}");
        assert_eq!(outcome.unwrap_err().retry_after(), None);
    }
    let Err(Error::Conflict { constraint, .. }) = database.commit(person(2, "b@example.com", -1)).await
    else {
        panic!("a CHECK refuses it");
    };
    assert_eq!(constraint.as_deref(), Some("age_is_possible"));
    // What the schema excludes outright is our mistake.
    let outcome =
        database.commit(Work::new().run(&INSERT, params![2, None::<&str>, None::<i64>, None::<&str>])).await;
    assert!(matches!(outcome, Err(Error::Bug { .. })), "{outcome:?}");
    assert_eq!(count(&database).await, 1);
}

async fn a_failed_step_undoes_the_whole_work(database: Database) {
    let work = insert(1).run(&EVERYBODY, params![5]).run(&INSERT, params![1, None::<&str>, 0, None::<&[u8]>]);
    assert!(matches!(database.commit(work).await, Err(Error::Conflict { .. })));
    assert_eq!(count(&database).await, 0);
    assert!(database.commit(insert(1)).await.unwrap().is_done());
}

async fn a_guard_without_a_row_undoes_the_whole_work(database: Database) {
    let refused = insert(1)
        .run(&EVERYBODY, params![1])
        .expect_one(&RENAME, params!["nobody@example.com", 99])
        // Would fail, but what comes after a refusal does not count.
        .run(&INSERT, params![1, None::<&str>, 0, None::<&[u8]>]);
    assert_eq!(database.commit(refused).await.unwrap(), Committed::Refused { step: 2 });
    assert_eq!(count(&database).await, 0);

    let done =
        insert(1).expect_one(&RENAME, params!["a@example.com", 1]).expect_one(&GROW_OLDER, params![1, 0]);
    let outcomes = database.commit(done).await.unwrap().done().unwrap();
    assert_eq!(outcomes.iter().map(|outcome| outcome.affected).collect::<Vec<_>>(), [1, 1, 1]);
    assert_eq!(outcomes[2].row().unwrap().integer(0).unwrap(), 1);
    assert_eq!(count(&database).await, 1);
}

async fn a_single_guarded_statement_is_done_or_refused(database: Database) {
    database.commit(insert(1)).await.unwrap();
    let older = |age: i64| Work::new().expect_one(&GROW_OLDER, params![1, age]);
    let row = database.commit(older(0)).await.unwrap().last_row().unwrap();
    assert_eq!(row.integer(0).unwrap(), 1);
    assert_eq!(database.commit(older(0)).await.unwrap(), Committed::Refused { step: 0 });
}

async fn a_guard_that_matches_several_rows_is_a_bug_and_undoes_the_work(database: Database) {
    database.commit(insert(1).run(&INSERT, params![2, None::<&str>, 0, None::<&[u8]>])).await.unwrap();
    let work = Work::new().run(&RENAME, params!["a@example.com", 1]).expect_one(&EVERYBODY, params![7]);
    assert!(matches!(database.commit(work).await, Err(Error::Bug { .. })));
    let row = database.query_optional(&READ, params![1]).await.unwrap().unwrap();
    assert_eq!((row.optional_text(1).unwrap(), row.integer(2).unwrap()), (None, 0));
}

async fn a_work_without_steps_is_done(database: Database) {
    assert_eq!(database.commit(Work::new()).await.unwrap(), Committed::Done(vec![]));
}

async fn an_optional_row_is_one_at_most(database: Database) {
    database.commit(insert(1).run(&INSERT, params![2, None::<&str>, 0, None::<&[u8]>])).await.unwrap();
    assert!(matches!(database.query_optional(&IDS, params![]).await, Err(Error::Bug { .. })));
}

async fn concurrent_works_each_have_their_own_result(database: Database) {
    let tasks: Vec<_> = (0..64_i64)
        .map(|number| {
            let database = database.clone();
            tokio::spawn(async move {
                // Pairs want the same id; the odd ones write a second row that must go with the first.
                let mut work = insert(number / 2);
                if number % 2 == 1 {
                    work = work.run(&INSERT, params![1_000 + number, None::<&str>, 0, None::<&[u8]>]);
                }
                (number, database.commit(work).await)
            })
        })
        .collect();
    let mut expected = BTreeSet::new();
    for task in tasks {
        let (number, outcome) = task.await.unwrap();
        match outcome {
            Ok(committed) => {
                assert!(committed.is_done());
                assert!(expected.insert(number / 2), "both of a pair were told that they won");
                if number % 2 == 1 {
                    expected.insert(1_000 + number);
                }
            }
            Err(Error::Conflict { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    let rows = database.query(&IDS, params![]).await.unwrap();
    let found: BTreeSet<_> = rows.iter().map(|row| row.integer(0).unwrap()).collect();
    assert_eq!(found, expected);
}

async fn of_many_that_expect_the_same_state_one_wins(database: Database) {
    database.commit(insert(1)).await.unwrap();
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let database = database.clone();
            tokio::spawn(async move {
                database.commit(Work::new().expect_one(&GROW_OLDER, params![1, 0])).await.unwrap().is_done()
            })
        })
        .collect();
    let mut winners = 0;
    for task in tasks {
        winners += u32::from(task.await.unwrap());
    }
    assert_eq!(winners, 1);
}

async fn wrong_parameters_are_a_bug_and_harm_nobody(database: Database) {
    let wrong = [
        Work::new().run(&INSERT, params![1]),
        Work::new().run(&INSERT, params![1, None::<&str>, 0, None::<&[u8]>, 5]),
        Work::new().run(&INSERT, params![1, None::<&str>, "text", None::<&[u8]>]),
        // The wrong one in the middle must not let its neighbours through.
        insert(1)
            .run(&INSERT, params![2, None::<&str>, vec![1_u8], None::<&[u8]>])
            .run(&INSERT, params![3, None::<&str>, 0, None::<&[u8]>]),
    ];
    for work in wrong {
        let outcome = database.commit(work).await;
        assert!(matches!(outcome, Err(Error::Bug { .. })), "{outcome:?}");
    }
    assert!(matches!(database.query(&READ, params![]).await, Err(Error::Bug { .. })));
    assert_eq!(count(&database).await, 0);
}

async fn statements_describe_themselves_alike(database: Database) {
    static UNKNOWN: Statement = Statement::common("sample: unknown", "SELECT id FROM nobodies");
    let all = [&INSERT, &READ, &COUNT, &GROW_OLDER];
    let described = database.prepare_all(&all).await.unwrap();
    let parameters: Vec<_> = described.iter().map(|described| described.parameters).collect();
    assert_eq!(parameters, [4, 1, 0, 2]);
    assert_eq!(described[1].columns, ["id", "email", "age", "data"]);
    assert_eq!(described[2].columns, ["people"]);
    assert_eq!(described[3].columns, ["age"]);
    assert!(matches!(database.prepare_all(&[&UNKNOWN]).await, Err(Error::Bug { .. })));
}

async fn f40_a_caller_that_goes_away_leaves_all_or_nothing(database: Database) {
    for round in 0..8 {
        let base = round * 10;
        let work = insert(base)
            .expect_one(&RENAME, params![format!("{base}@example.com"), base])
            .run(&INSERT, params![base + 1, None::<&str>, 0, None::<&[u8]>]);
        let mut commit = Box::pin(database.commit(work));
        let mut context = Context::from_waker(Waker::noop());
        // Goes away after a few looks, each at another point of the way.
        for _ in 0..=round {
            if pin!(commit.as_mut()).poll(&mut context).is_ready() {
                break;
            }
            tokio::time::sleep(Duration::from_micros(300)).await;
        }
    }
    // Whoever comes after waits for what was sent before; on PostgreSQL the tasks that were left alone end by themselves.
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(database.commit(insert(1_000)).await.unwrap().is_done());
    let rows = database.query(&IDS, params![]).await.unwrap();
    let found: BTreeSet<_> = rows.iter().map(|row| row.integer(0).unwrap()).collect();
    for round in 0..8 {
        assert_eq!(found.contains(&(round * 10)), found.contains(&(round * 10 + 1)), "half a work");
    }
}

async fn closed_is_unavailable(database: Database) {
    database.ping().await.unwrap();
    database.commit(insert(1)).await.unwrap();
    let other = database.clone();
    database.close().await;
    for outcome in [
        other.ping().await,
        other.commit(insert(2)).await.map(drop),
        other.query(&COUNT, params![]).await.map(drop),
    ] {
        assert!(matches!(outcome, Err(Error::Unavailable { .. })), "{outcome:?}");
    }
    database.close().await;
}
