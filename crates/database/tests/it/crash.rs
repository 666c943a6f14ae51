//! A process that is killed.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use database::{Database, SqliteOptions, params};

use crate::sample::{COUNT, IDS, MIGRATIONS, insert};

/// Not a test: the process that is killed, started by the test below with the file's path on its input.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the child of the test below"]
async fn child_that_commits_until_it_is_killed() {
    let mut path = String::new();
    std::io::stdin().read_line(&mut path).unwrap();
    let database = Database::open_sqlite(SqliteOptions::new(path.trim())).await.unwrap();
    database.migrate(MIGRATIONS).await.unwrap();
    let clients: Vec<_> = (0..8_i64)
        .map(|client| {
            let database = database.clone();
            tokio::spawn(async move {
                for number in 0.. {
                    let id = client * 1_000_000 + number;
                    database.commit(insert(id)).await.unwrap();
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "\nacknowledged {id}").and_then(|()| out.flush()).unwrap();
                }
            })
        })
        .collect();
    for client in clients {
        client.await.unwrap();
    }
}

#[tokio::test]
async fn f02_full_mode_loses_nothing_acknowledged_when_the_process_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("killed.db");
    let mut acknowledged: Vec<i64> = Vec::new();
    let mut stored = 0;
    for round in 1..=3 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::child_that_commits_until_it_is_killed", "--ignored", "--nocapture"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // The child starts its numbers anew: each round has a file of its own.
        let path = path.with_extension(format!("{round}.db"));
        writeln!(child.stdin.take().unwrap(), "{}", path.display()).unwrap();
        acknowledged.clear();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while acknowledged.len() < 500 * round {
            let line = lines.next().expect("the child goes on until it is killed").unwrap();
            acknowledged.extend(line.strip_prefix("acknowledged ").and_then(|id| id.parse::<i64>().ok()));
        }
        // SIGKILL.
        child.kill().unwrap();
        acknowledged.extend(
            lines
                .map_while(Result::ok)
                .filter_map(|line| line.strip_prefix("acknowledged ")?.parse::<i64>().ok()),
        );
        child.wait().unwrap();

        let database = Database::open_sqlite(SqliteOptions::new(&path)).await.unwrap();
        let rows = database.query(&IDS, params![]).await.unwrap();
        let found: Vec<_> = rows.iter().map(|row| row.integer(0).unwrap()).collect();
        for id in &acknowledged {
            assert!(found.binary_search(id).is_ok(), "{id} was acknowledged and is lost");
        }
        assert_eq!(database.integrity_check().await.unwrap(), Vec::<String>::new());
        assert!(database.commit(insert(-1)).await.unwrap().is_done());
        stored += database.query(&COUNT, params![]).await.unwrap()[0].integer(0).unwrap();
    }
    assert!(stored > 3_000);
}
