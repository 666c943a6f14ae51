//! A backup takes the place of a file.

use std::fs;
use std::path::Path;

use database::{Database, Error, Replacement, SqliteOptions};

use crate::sample::{MIGRATIONS, count, insert, is_unavailable};

async fn open(path: &Path) -> Database {
    let database = Database::open_sqlite(SqliteOptions::new(path)).await.unwrap();
    database.migrate(MIGRATIONS).await.unwrap();
    database
}

#[tokio::test]
async fn f46_a_backup_takes_the_place_of_a_file_which_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (path, backup) = (folder.path().join("live.db"), folder.path().join("backup.db"));
    let live = open(&path).await;
    live.commit(insert(1)).await.unwrap();
    live.backup_to(&backup).await.unwrap();
    live.commit(insert(2)).await.unwrap();
    assert!(is_unavailable(&Replacement::prepare(&path, &backup).await), "it is in use");
    // A handle that is gone without a word leaves nothing in the log.
    drop(live);
    for round in 1..=2 {
        let replacement = Replacement::prepare(&path, &backup).await.unwrap();
        let copy = open(replacement.path()).await;
        copy.commit(insert(3)).await.unwrap();
        copy.close().await;
        let kept = replacement.take_place().await.unwrap().unwrap();
        assert_eq!(kept, folder.path().join(format!("live.db.replaced-{round}")));
        assert_eq!(count(&open(&kept).await).await, 2);
        assert_eq!(count(&open(&path).await).await, 2, "the backup and what was added to it");
    }
    let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_str().unwrap().contains("restoring")));
}

#[tokio::test]
async fn f46_a_damaged_or_missing_backup_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (path, backup) = (folder.path().join("live.db"), folder.path().join("backup.db"));
    let live = open(&path).await;
    live.commit(insert(1)).await.unwrap();
    assert!(is_unavailable(&Replacement::prepare(&path, &backup).await));
    live.backup_to(&backup).await.unwrap();
    drop(live);
    let mut bytes = fs::read(&backup).unwrap();
    bytes[4_096..8_192].fill(0xA5);
    for damaged in [bytes, b"not a database, but long enough to be looked at".repeat(100)] {
        fs::write(&backup, damaged).unwrap();
        let outcome = Replacement::prepare(&path, &backup).await;
        assert!(matches!(outcome, Err(Error::Corrupt { .. })), "{outcome:?}");
    }
    assert_eq!(count(&open(&path).await).await, 1);
    assert!(!folder.path().join("live.db-restoring").exists());
}

#[tokio::test]
async fn f46_a_file_that_is_gone_or_beyond_repair_is_replaced_too() {
    let folder = tempfile::tempdir().unwrap();
    let (path, backup) = (folder.path().join("live.db"), folder.path().join("backup.db"));
    let live = open(&path).await;
    live.commit(insert(1)).await.unwrap();
    live.backup_to(&backup).await.unwrap();
    drop(live);
    let beyond_repair = vec![0xA5; 20_000];
    fs::write(&path, &beyond_repair).unwrap();
    fs::write(path.with_extension("db-wal"), "the log of the damaged file").unwrap();
    let kept = Replacement::prepare(&path, &backup).await.unwrap().take_place().await.unwrap().unwrap();
    assert_eq!(fs::read(&kept).unwrap(), beyond_repair);
    assert_eq!(count(&open(&path).await).await, 1);
    fs::remove_file(&path).unwrap();
    assert_eq!(Replacement::prepare(&path, &backup).await.unwrap().take_place().await.unwrap(), None);
    assert_eq!(count(&open(&path).await).await, 1);
}
