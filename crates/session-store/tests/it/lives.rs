//! Random lives over real databases, which fail before and after they have written.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use database::{Database, Faults};
use model::Timestamp;
use session::store::rehearsed::TwoEngines;
use session::store::schedules::{Life, Service, Told, live};
use session_store::SqlStore;

const WINDOW: Duration = Duration::from_secs(30);

/// A service whose database loses the answer of some commits, and fails others.
struct Unreliable {
    engines: TwoEngines,
    faults: Faults,
    refreshes: AtomicU64,
    calm: AtomicU64,
}

impl Unreliable {
    async fn open(database: Database, seed: u64) -> Self {
        let faults = Faults::new();
        let store =
            SqlStore::over(database.with_faults(faults.clone()), &format!("life {seed}")).await.unwrap();
        let engines = TwoEngines::open(Arc::new(store), WINDOW, seed).await;
        Self { engines, faults, refreshes: AtomicU64::new(seed), calm: AtomicU64::new(0) }
    }
}

impl Service for Unreliable {
    fn set_time(&self, node: usize, now: Timestamp) {
        self.engines.set_time(node, now);
    }

    async fn sign_in(&self, node: usize) -> Told {
        self.engines.sign_in(node).await
    }

    async fn refresh(&self, node: usize, token: &str) -> Told {
        let number = self.refreshes.fetch_add(1, Ordering::Relaxed);
        if self.calm.load(Ordering::Relaxed) == 0 {
            match number % 6 {
                0 => self.faults.fail_before_commit(1),
                3 => self.faults.lose_answer_of_commit(1),
                _ => {}
            }
        }
        self.engines.refresh(node, token).await
    }

    async fn call(&self, node: usize, token: &str) -> Told {
        self.engines.call(node, token).await
    }

    async fn merge(&self, node: usize, token: &str) -> Told {
        self.engines.merge(node, token).await
    }

    fn calm_down(&self) {
        self.calm.store(1, Ordering::Relaxed);
        self.faults.restore();
    }
}

async fn lives(database: &Database, seeds: std::ops::Range<u64>) -> Life {
    let mut all = Life::default();
    for seed in seeds {
        let service = Unreliable::open(database.clone(), seed).await;
        all += live(&service, seed, 120).await.unwrap_or_else(|end| panic!("{end}"));
    }
    all
}

#[tokio::test]
async fn f02_f06_f07_nobody_is_signed_out_over_sqlite() {
    let (database, _folder) = database::scratch::sqlite().await;
    let all = lives(&database, 0..60).await;
    assert!(all.refreshes > 500 && all.lost > 100 && all.later > 30, "{all:?}");
}

#[tokio::test]
async fn f02_f06_f07_nobody_is_signed_out_over_postgres() {
    let database = database::scratch::postgres().await;
    let all = lives(&database, 1_000..1_025).await;
    assert!(all.refreshes > 200 && all.lost > 40 && all.later > 10, "{all:?}");
}
