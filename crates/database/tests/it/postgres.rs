//! What is PostgreSQL's own.

use std::sync::Arc;
use std::time::Duration;

use database::{Database, DatabaseClock, Error, Faults, PostgresOptions, Statement, Work, params, scratch};
use model::{Clock, FrozenClock, Timestamp};

use crate::sample::{COUNT, EVERYBODY, INSERT, MIGRATIONS, RENAME, count, insert, is_unavailable};

static OLDER: Statement = Statement::common("sample: older", "UPDATE people SET age = age + 1 WHERE id = $1");
static PAUSE: Statement = Statement::per_engine(
    "sample: pause",
    "SELECT 1 AS slept",
    "SELECT CASE WHEN pg_sleep(0.05) IS NULL THEN 0 ELSE 1 END AS slept",
);
static NOW: Statement = Statement::per_engine(
    "sample: now",
    "SELECT 0 AS micros",
    "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS micros",
);
static AGES: Statement = Statement::common("sample: ages", "SELECT age FROM people ORDER BY id");

async fn sample() -> Database {
    let database = scratch::postgres().await;
    database.migrate(MIGRATIONS).await.unwrap();
    database
}

/// Waits until so many connections to this database are asleep in a statement.
async fn asleep(database: &Database, sleepers: i64) {
    static ASLEEP: Statement = Statement::per_engine(
        "sample: asleep",
        "SELECT 0 AS sleepers",
        "SELECT count(*) AS sleepers FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event = 'PgSleep'",
    );
    while database.query(&ASLEEP, params![]).await.unwrap()[0].integer(0).unwrap() < sleepers {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn f17_nodes_with_different_clocks_tell_the_database_s_time() {
    let database = scratch::postgres().await;
    let micros = async || database.query(&NOW, params![]).await.unwrap()[0].integer(0).unwrap();
    for node in [0, 1_000_000_000_000, 4_000_000_000_000_000] {
        let node = Arc::new(FrozenClock::at(Timestamp::from_micros(node)));
        let clock = DatabaseClock::new(database.clone(), Arc::clone(&node) as Arc<dyn Clock>);
        assert_eq!(clock.now(), node.now(), "not measured yet");
        let before = micros().await;
        clock.measure().await.unwrap();
        let told = clock.now();
        assert!((before..=micros().await).contains(&told.as_micros()));
        node.advance(Duration::from_secs(5));
        assert_eq!(clock.clone().now(), told.plus(Duration::from_secs(5)));
    }
}

#[tokio::test]
async fn f17_an_outage_leaves_the_time_as_it_was() {
    let faults = Faults::new();
    let node = Arc::new(FrozenClock::at(Timestamp::from_seconds(0)));
    let clock = DatabaseClock::new(scratch::postgres().await.with_faults(faults.clone()), node);
    clock.measure().await.unwrap();
    let (told, offset) = (clock.now(), clock.offset_micros());
    faults.take_down();
    assert!(is_unavailable(&clock.measure().await));
    assert_eq!((clock.now(), clock.offset_micros()), (told, offset));
}

#[tokio::test]
async fn f24_a_server_that_is_down_at_the_start_is_waited_for() {
    let server = scratch::Postgres::start_private();
    let url = server.new_url().await;
    server.stop();
    let database = Database::open_postgres(PostgresOptions::new(url)).await.unwrap();
    assert!(is_unavailable(&database.ping().await));
    assert!(is_unavailable(&database.migrate(MIGRATIONS).await));
    server.start();
    database.ping().await.unwrap();
    database.migrate(MIGRATIONS).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f25_a_server_that_comes_back_is_used_again_without_a_hand() {
    let server = scratch::Postgres::start_private();
    let database = server.database().await;
    database.migrate(MIGRATIONS).await.unwrap();
    // Several connections, all of which will be dead at once.
    let tasks: Vec<_> = (0..8)
        .map(|id| {
            let database = database.clone();
            tokio::spawn(async move { database.commit(insert(id)).await.unwrap() })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    for round in 0..2 {
        server.stop();
        for _ in 0..3 {
            assert!(is_unavailable(&database.commit(insert(100)).await));
            assert!(is_unavailable(&database.query(&COUNT, params![]).await));
            assert!(is_unavailable(&database.ping().await));
        }
        server.start();
        assert_eq!(count(&database).await, 8 + i64::from(round));
        assert!(database.commit(insert(200 + i64::from(round))).await.unwrap().is_done());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f29_a_connection_that_dies_before_the_commit_is_replaced() {
    static KILL_OTHERS: Statement = Statement::common(
        "sample: kill other connections",
        "SELECT count(pg_terminate_backend(pid)) AS killed FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    static SLEEP: Statement = Statement::per_engine(
        "sample: sleep",
        "SELECT 1 AS slept",
        "SELECT CASE WHEN pg_sleep(1) IS NULL THEN 0 ELSE 1 END AS slept",
    );
    let database = sample().await;
    let work = insert(1).run(&SLEEP, params![]).expect_one(&RENAME, params!["a@example.com", 1]);
    let guarded = tokio::spawn({
        let database = database.clone();
        async move { database.commit(work).await }
    });
    asleep(&database, 1).await;
    database.query(&KILL_OTHERS, params![]).await.unwrap();
    assert!(guarded.await.unwrap().unwrap().is_done());
    assert_eq!(count(&database).await, 1);

    // Whose commit was on its way: nobody knows, so it is not done again behind the caller's back.
    let unguarded = tokio::spawn({
        let database = database.clone();
        async move { database.commit(insert(2).run(&SLEEP, params![])).await }
    });
    asleep(&database, 1).await;
    database.query(&KILL_OTHERS, params![]).await.unwrap();
    assert!(is_unavailable(&unguarded.await.unwrap()));
    assert_eq!(count(&database).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn f30_works_that_deadlock_are_repeated_inside() {
    let database = sample().await;
    database.commit(insert(1).run(&INSERT, params![2, None::<&str>, 0, None::<&[u8]>])).await.unwrap();
    let rounds = 6;
    for _ in 0..rounds {
        // The two take the same rows in opposite order: one of them is undone by the server every time.
        let works = [(1, 2), (2, 1)].map(|(first, second)| {
            Work::new()
                .expect_one(&OLDER, params![first])
                .run(&PAUSE, params![])
                .expect_one(&OLDER, params![second])
        });
        let tasks = works.map(|work| {
            let database = database.clone();
            tokio::spawn(async move { database.commit(work).await })
        });
        for task in tasks {
            assert!(task.await.unwrap().unwrap().is_done());
        }
    }
    let statistics = database.statistics();
    assert!(statistics.works > statistics.transactions, "none of them deadlocked: {statistics:?}");
    for row in database.query(&AGES, params![]).await.unwrap() {
        assert_eq!(row.integer(0).unwrap(), 2 * rounds);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn f30_serialisation_failures_are_repeated_inside() {
    let url = scratch::shared_postgres().new_url().await;
    // Stricter than the house needs: so that the server has reasons to refuse.
    let url = format!("{url}?options=-c%20default_transaction_isolation%3Dserializable");
    let database = Database::open_postgres(PostgresOptions::new(url)).await.unwrap();
    database.migrate(MIGRATIONS).await.unwrap();
    database.commit(insert(1)).await.unwrap();
    let tasks: Vec<_> = (0..2)
        .map(|_| {
            let database = database.clone();
            tokio::spawn(async move {
                for _ in 0..3 {
                    // The pause holds the row, so that the others wait for it and are refused when it is free.
                    let work = Work::new().run(&EVERYBODY, params![1]).run(&PAUSE, params![]);
                    assert!(database.commit(work).await.unwrap().is_done());
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(database.query(&AGES, params![]).await.unwrap()[0].integer(0).unwrap(), 6);
    let statistics = database.statistics();
    assert!(statistics.works > statistics.transactions, "the server never refused: {statistics:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f26_a_slow_statement_ends_and_the_pool_is_bounded() {
    static SLEEP: Statement = Statement::per_engine(
        "sample: sleep long",
        "SELECT 1 AS slept",
        "SELECT CASE WHEN pg_sleep(30) IS NULL THEN 0 ELSE 1 END AS slept",
    );
    let options = PostgresOptions {
        pool_size: 2,
        acquire_timeout: Duration::from_millis(100),
        statement_timeout: Duration::from_secs(2),
        ..PostgresOptions::new(scratch::shared_postgres().new_url().await)
    };
    let beside = Database::open_postgres(PostgresOptions::new(options.url.clone())).await.unwrap();
    let database = Database::open_postgres(options).await.unwrap();
    let slow: Vec<_> = (0..2)
        .map(|_| {
            let database = database.clone();
            tokio::spawn(async move { database.query(&SLEEP, params![]).await })
        })
        .collect();
    asleep(&beside, 2).await;
    assert!(is_unavailable(&database.ping().await), "no connection is free");
    for task in slow {
        assert!(is_unavailable(&task.await.unwrap()), "the server's own limit ends it");
    }
    database.ping().await.unwrap();
}

#[tokio::test]
async fn f27_a_server_that_falls_silent_is_given_up() {
    // Takes connections and never says a word.
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let silent = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    let options = PostgresOptions {
        connect_timeout: Duration::from_millis(300),
        ..PostgresOptions::new(format!("postgres://me:hunter2@127.0.0.1:{port}/name"))
    };
    let database = Database::open_postgres(options).await.unwrap();
    let error = database.ping().await.unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }));
    assert!(!format!("{error:?} {database:?}").contains("hunter2"));
    silent.abort();
}

#[tokio::test]
async fn values_of_people_are_not_in_errors() {
    let database = sample().await;
    let person = |id: i64| Work::new().run(&INSERT, params![id, "secret@example.com", 0, None::<&[u8]>]);
    database.commit(person(1)).await.unwrap();
    let error = database.commit(person(2)).await.unwrap_err();
    assert!(matches!(&error, Error::Conflict { constraint: Some(name), .. } if name == "people_email_key"));
    assert!(!format!("{error} {error:?}").contains("secret"));
}

#[tokio::test]
async fn tools_of_postgresql_are_named() {
    let database = scratch::postgres().await;
    let error = database.backup_to(std::path::Path::new("copy")).await.unwrap_err();
    assert!(format!("{error:?}").contains("pg_dump"));
    assert!(format!("{:?}", database.integrity_check().await.unwrap_err()).contains("pg_amcheck"));
}
