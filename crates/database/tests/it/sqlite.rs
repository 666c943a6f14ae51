//! What is SQLite's own.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use database::{Database, DatabaseClock, Durability, Error, SqliteOptions, Statement, Work, params, scratch};
use model::{Clock as _, FrozenClock, Timestamp};

use crate::sample::{COUNT, INSERT, MIGRATIONS, READ, count, insert, is_unavailable};

async fn sample() -> (Database, tempfile::TempDir) {
    let (database, folder) = scratch::sqlite().await;
    database.migrate(MIGRATIONS).await.unwrap();
    (database, folder)
}

async fn commit_at_once(database: &Database, works: Vec<Work>) -> Vec<Result<bool, Error>> {
    let tasks: Vec<_> = works
        .into_iter()
        .map(|work| {
            let database = database.clone();
            tokio::spawn(async move { database.commit(work).await.map(|committed| committed.is_done()) })
        })
        .collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn works_that_come_at_once_share_a_commit() {
    let (database, _folder) = sample().await;
    for outcome in commit_at_once(&database, (0..512).map(insert).collect()).await {
        assert!(outcome.unwrap());
    }
    let statistics = database.statistics();
    assert_eq!(statistics.works, 512);
    assert!(statistics.transactions <= 256, "{statistics:?}");
    assert_eq!(count(&database).await, 512);
}

#[tokio::test]
async fn a_work_alone_is_a_commit_of_its_own() {
    let (database, _folder) = sample().await;
    for id in 0..5 {
        database.commit(insert(id)).await.unwrap();
    }
    assert_eq!(database.statistics().transactions, 5);
}

#[tokio::test]
async fn f04_full_is_the_default_and_normal_a_choice() {
    static SYNCHRONOUS: Statement = Statement::common("sample: synchronous", "PRAGMA synchronous");
    let folder = tempfile::tempdir().unwrap();
    for (durability, expected) in [(Durability::default(), 2), (Durability::Normal, 1)] {
        let path = folder.path().join(format!("{durability:?}.db"));
        let options = SqliteOptions { durability, ..SqliteOptions::new(path) };
        let database = Database::open_sqlite(options).await.unwrap();
        let committed = database.commit(Work::new().run(&SYNCHRONOUS, params![])).await.unwrap();
        assert_eq!(committed.last_row().unwrap().integer(0).unwrap(), expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f33_disk_full_then_space_again() {
    static FULL: Statement = Statement::common("sample: fill the disk", "PRAGMA max_page_count = 60");
    static ROOM: Statement = Statement::common("sample: make room", "PRAGMA max_page_count = 1000000");
    let (database, _folder) = sample().await;
    let large = |id: i64| Work::new().run(&INSERT, params![id, None::<&str>, 0, Some(vec![7_u8; 20_000])]);
    database.commit(Work::new().run(&FULL, params![])).await.unwrap();

    let mut stored = Vec::new();
    let outcomes = commit_at_once(&database, (0..40).map(large).collect()).await;
    for (id, outcome) in (0..).zip(outcomes) {
        match outcome {
            Ok(done) => {
                assert!(done);
                stored.push(id);
            }
            Err(Error::Unavailable { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!((5..40).contains(&stored.len()), "{stored:?}");
    // Exactly what was acknowledged is there; reading goes on.
    assert_eq!(count(&database).await, i64::try_from(stored.len()).unwrap());
    for id in stored {
        assert!(database.query_optional(&READ, params![id]).await.unwrap().is_some());
    }
    database.commit(Work::new().run(&ROOM, params![])).await.unwrap();
    assert!(database.commit(large(100)).await.unwrap().is_done());
    assert_eq!(database.integrity_check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_neighbour_that_undoes_everything_harms_nobody() {
    static TEAR_DOWN: Statement = Statement::common(
        "sample: tear down",
        "INSERT OR ROLLBACK INTO people (id, email, age, data) VALUES ($1, NULL, 0, NULL)",
    );
    let (database, _folder) = sample().await;
    database.commit(insert(0)).await.unwrap();
    let works = (1..=200_i64)
        .map(|id| if id % 20 == 0 { Work::new().run(&TEAR_DOWN, params![0]) } else { insert(id) })
        .collect();
    for (id, outcome) in (1..).zip(commit_at_once(&database, works).await) {
        if id % 20 == 0 {
            assert!(matches!(outcome, Err(Error::Conflict { .. })), "{outcome:?}");
        } else {
            assert!(outcome.unwrap());
        }
    }
    assert_eq!(count(&database).await, 191);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_neighbour_whom_the_commit_refuses_harms_nobody() {
    let (database, _folder) = sample().await;
    let works = (1..=100_i64)
        .map(|id| match id % 10 {
            0 => Work::new().run(&crate::sample::WRITE_TO, params![id, 9_999]),
            _ => insert(id),
        })
        .collect();
    for (id, outcome) in (1..).zip(commit_at_once(&database, works).await) {
        if id % 10 == 0 {
            assert!(matches!(outcome, Err(Error::Conflict { .. })), "{outcome:?}");
        } else {
            assert!(outcome.unwrap());
        }
    }
    assert_eq!(count(&database).await, 90);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f35_a_full_queue_refuses_and_another_writer_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("busy.db");
    let options = SqliteOptions { queue: 4, ..SqliteOptions::new(&path) };
    let database = Database::open_sqlite(options).await.unwrap();
    database.migrate(MIGRATIONS).await.unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    let waiting: Vec<_> = (0..20)
        .map(|id| {
            let database = database.clone();
            tokio::spawn(
                async move { database.commit(insert(id)).await.map(|committed| committed.is_done()) },
            )
        })
        .collect();
    while waiting.iter().filter(|task| task.is_finished()).count() < 14 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Readers do not wait for anybody.
    assert_eq!(count(&database).await, 0);
    other.execute_batch("COMMIT").unwrap();
    let mut outcomes = Vec::new();
    for task in waiting {
        outcomes.push(task.await.unwrap());
    }
    let done = outcomes.iter().filter(|outcome| matches!(outcome, Ok(true))).count();
    let refused = outcomes.iter().filter(|outcome| is_unavailable(outcome)).count();
    assert_eq!(done + refused, 20);
    assert!((4..=6).contains(&done), "one or two under way and four in the queue: {done}");
    assert_eq!(count(&database).await, i64::try_from(done).unwrap());
}

#[tokio::test]
async fn a_reader_cannot_write() {
    let (database, _folder) = sample().await;
    let outcome = database.query(&INSERT, params![1, None::<&str>, 0, None::<&[u8]>]).await;
    assert!(outcome.is_err());
    assert_eq!(count(&database).await, 0);
}

#[tokio::test]
async fn parameters_out_of_order_are_found() {
    static CROSSED: Statement =
        Statement::common("sample: crossed", "SELECT id FROM people WHERE email = $2 AND id = $1");
    let (database, _folder) = sample().await;
    assert!(matches!(database.prepare_all(&[&CROSSED]).await, Err(Error::Bug { .. })));
}

#[tokio::test]
async fn the_files_belong_to_their_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("private.db");
    std::fs::write(&path, "").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let database = Database::open_sqlite(SqliteOptions::new(&path)).await.unwrap();
    database.migrate(MIGRATIONS).await.unwrap();
    database.commit(insert(1)).await.unwrap();
    for name in ["private.db", "private.db-wal", "private.db-shm"] {
        let mode = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_whole_while_others_write() {
    let (database, folder) = sample().await;
    database.commit(insert(0)).await.unwrap();
    let writing = tokio::spawn({
        let database = database.clone();
        async move {
            for id in 1..300 {
                database.commit(insert(id)).await.unwrap();
            }
        }
    });
    let target = folder.path().join("copy.db");
    database.backup_to(&target).await.unwrap();
    writing.await.unwrap();
    assert!(matches!(database.backup_to(&target).await, Err(Error::Bug { .. })), "nothing is overwritten");
    assert_eq!(std::fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!folder.path().join("copy.db.partial").exists());

    let copy = Database::open_sqlite(SqliteOptions::new(&target)).await.unwrap();
    assert!((1..=300).contains(&count(&copy).await));
    assert_eq!(copy.integrity_check().await.unwrap(), Vec::<String>::new());
    copy.migrate(MIGRATIONS).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_folded_into_the_file_again_and_again() {
    let (database, folder) = sample().await;
    for round in 0..40_i64 {
        let works = (0..16)
            .map(|n| {
                Work::new().run(&INSERT, params![round * 16 + n, None::<&str>, 0, Some(vec![1_u8; 16_000])])
            })
            .collect();
        for outcome in commit_at_once(&database, works).await {
            assert!(outcome.unwrap());
        }
        assert!(database.query(&COUNT, params![]).await.is_ok());
    }
    let log = std::fs::metadata(folder.path().join("scratch.db-wal")).unwrap().len();
    assert!(log < 9 * 1024 * 1024, "10 MiB were written, and the log holds {log} bytes");
    database.close().await;
    assert!(!folder.path().join("scratch.db-wal").exists(), "closing leaves one file");
}

#[tokio::test]
async fn f36_a_log_that_a_reader_keeps_from_being_folded_is_seen_and_shrinks_when_he_is_gone() {
    const MIB: u64 = 1_024 * 1_024;
    let (database, folder) = sample().await;
    let mut id = 0;
    let mut write_mebibyte = async || {
        for _ in 0..16 {
            id += 1;
            let work = Work::new().run(&INSERT, params![id, None::<&str>, 0, Some(vec![1_u8; 65_000])]);
            database.commit(work).await.unwrap();
        }
        // Answers after the log was looked at.
        database.ping().await.unwrap();
        database.statistics().log_bytes
    };
    let reader = rusqlite::Connection::open(folder.path().join("scratch.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM people").unwrap();
    for written in 1..=12 {
        assert!(write_mebibyte().await >= written * MIB, "it cannot be folded");
    }
    reader.execute_batch("COMMIT").unwrap();
    let mut rounds = 0;
    while write_mebibyte().await > 5 * MIB {
        rounds += 1;
        assert!(rounds < 20, "it grows on");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_single_guard_that_matches_several_rows_is_undone_alone() {
    static EVERYBODY: Statement =
        Statement::common("sample: all at once", "UPDATE people SET age = age + $1");
    static AGED: Statement =
        Statement::common("sample: aged", "SELECT count(*) AS aged FROM people WHERE age > 0");
    let (database, _folder) = sample().await;
    database.commit(insert(1_000)).await.unwrap();
    database.commit(insert(1_001)).await.unwrap();
    let works = (1..=100_i64)
        .map(|id| if id % 10 == 0 { Work::new().expect_one(&EVERYBODY, params![1]) } else { insert(id) })
        .collect();
    for (id, outcome) in (1..).zip(commit_at_once(&database, works).await) {
        assert_eq!(matches!(outcome, Err(Error::Bug { .. })), id % 10 == 0, "{outcome:?}");
    }
    assert_eq!(count(&database).await, 92);
    assert_eq!(database.query(&AGED, params![]).await.unwrap()[0].integer(0).unwrap(), 0);
}

#[tokio::test]
async fn f17_a_file_has_the_clock_of_its_node() {
    let (database, _folder) = scratch::sqlite().await;
    let node = Arc::new(FrozenClock::at(Timestamp::from_seconds(7)));
    let clock = DatabaseClock::new(database, node);
    clock.measure().await.unwrap();
    assert_eq!((clock.now(), clock.offset_micros()), (Timestamp::from_seconds(7), 0));
}
