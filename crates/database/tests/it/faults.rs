//! Faults on purpose.

use std::time::Duration;

use database::{Faults, params, scratch};

use crate::sample::{COUNT, MIGRATIONS, count, insert, is_unavailable};

#[tokio::test]
async fn a_store_that_is_down_is_unavailable_until_restored() {
    let (database, _folder) = scratch::sqlite().await;
    let faults = Faults::new();
    let database = database.with_faults(faults.clone());
    database.migrate(MIGRATIONS).await.unwrap();
    faults.take_down();
    assert!(is_unavailable(&database.commit(insert(1)).await));
    assert!(is_unavailable(&database.query(&COUNT, params![]).await));
    assert!(is_unavailable(&database.ping().await));
    assert!(database.ping().await.unwrap_err().retry_after().is_some());
    faults.restore();
    assert_eq!(count(&database).await, 0);
}

#[tokio::test]
async fn f07_a_commit_fails_before_or_loses_its_answer() {
    let (database, _folder) = scratch::sqlite().await;
    let faults = Faults::new();
    let database = database.with_faults(faults.clone());
    database.migrate(MIGRATIONS).await.unwrap();

    faults.fail_before_commit(2);
    assert!(database.commit(insert(1)).await.is_ok());
    assert!(is_unavailable(&database.commit(insert(2)).await));
    assert_eq!(count(&database).await, 1);

    faults.lose_answer_of_commit(1);
    assert!(is_unavailable(&database.commit(insert(3)).await));
    assert_eq!(count(&database).await, 2);
    assert!(database.commit(insert(4)).await.is_ok());
    assert_eq!(faults.commits(), 4);
}

#[tokio::test]
async fn f26_a_slow_store_is_slow() {
    let (database, _folder) = scratch::sqlite().await;
    let faults = Faults::new();
    let database = database.with_faults(faults.clone());
    database.migrate(MIGRATIONS).await.unwrap();
    faults.delay(Duration::from_millis(60));
    let before = tokio::time::Instant::now();
    assert_eq!(count(&database).await, 0);
    assert!(before.elapsed() >= Duration::from_millis(60));
}
