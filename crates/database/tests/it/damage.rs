//! A file that is damaged, and one that was not closed.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use database::{Database, Error, SqliteOptions, Work, params};

use crate::sample::{INSERT, MIGRATIONS, READ, count};

const PAGE: usize = 4096;
const PEOPLE: i64 = 2_000;

/// A closed file with some hundred pages.
async fn filled(folder: &Path) -> PathBuf {
    let path = folder.join("filled.db");
    let database = open(&path).await.unwrap();
    database.migrate(MIGRATIONS).await.unwrap();
    let insert = |work: Work, id| work.run(&INSERT, params![id, None::<&str>, 0, Some(vec![7_u8; 200])]);
    database.commit((0..PEOPLE).fold(Work::new(), insert)).await.unwrap();
    database.close().await;
    path
}

async fn open(path: &Path) -> Result<Database, Error> {
    Database::open_sqlite(SqliteOptions::new(path)).await
}

fn is_corrupt<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Corrupt { .. }))
}

/// Writes noise over a file.
fn damage(path: &Path, from: usize, length: usize) {
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.write_all_at(&vec![0xA5; length], u64::try_from(from).unwrap()).unwrap();
}

#[tokio::test]
async fn f37_a_damaged_file_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = filled(folder.path()).await;
    let whole = fs::read(&path).unwrap();
    assert!(whole.len() > 100 * PAGE);
    let restore = || fs::write(&path, &whole).unwrap();
    for (what, from, length) in
        [("the head of the file", 0, 16), ("the schema", 100, 500), ("a page", 50 * PAGE, PAGE)]
    {
        damage(&path, from, length);
        assert!(is_corrupt(&open(&path).await), "{what}");
        restore();
    }
    OpenOptions::new().write(true).open(&path).unwrap().set_len(60 * PAGE as u64).unwrap();
    assert!(is_corrupt(&open(&path).await), "cut short");
    restore();
    assert_eq!(count(&open(&path).await.unwrap()).await, PEOPLE);
}

#[tokio::test]
async fn f37_a_page_found_damaged_while_running_is_corrupt_and_the_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = filled(folder.path()).await;
    let database = open(&path).await.unwrap();
    damage(&path, 50 * PAGE, PAGE);
    let mut corrupt = 0;
    for id in 0..PEOPLE {
        match database.query_optional(&READ, params![id]).await {
            Ok(row) => assert!(row.is_some()),
            outcome => {
                assert!(is_corrupt(&outcome), "{outcome:?}");
                corrupt += 1;
            }
        }
    }
    assert!((1..PEOPLE / 2).contains(&corrupt), "those behind one page: {corrupt}");
}

#[tokio::test]
async fn a_file_tells_whether_it_was_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = filled(folder.path()).await;
    let database = open(&path).await.unwrap();
    assert!(!database.was_left_unclean());
    database.commit(crate::sample::insert(-1)).await.unwrap();
    assert!(!open(&path).await.unwrap().was_left_unclean(), "it is in use by another");
    // What a kill leaves behind.
    let log = path.with_extension("db-wal");
    let left = fs::read(&log).unwrap();
    drop(database);
    assert!(!log.exists(), "who drops the last handle closes the file");
    fs::write(&log, left).unwrap();
    assert!(open(&path).await.unwrap().was_left_unclean());
    assert!(!open(&path).await.unwrap().was_left_unclean());
}
