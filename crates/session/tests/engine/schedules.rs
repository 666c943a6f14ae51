//! Random lives over a store in memory.

use std::sync::Arc;
use std::time::Duration;

use session::store::MemoryStore;
use session::store::rehearsed::TwoEngines;
use session::store::schedules::{BadEnd, Life, live};

/// Five hundred lives; the first bad end ends them.
async fn lives(window: Duration) -> Result<Life, BadEnd> {
    let mut all = Life::default();
    for seed in 0..500 {
        let service = TwoEngines::open(Arc::new(MemoryStore::new()), window, seed).await;
        all += live(&service, seed, 120).await?;
    }
    Ok(all)
}

#[tokio::test]
async fn nobody_is_signed_out_in_five_hundred_lives() {
    let all = lives(Duration::from_secs(30)).await.unwrap_or_else(|end| panic!("{end}"));
    assert!(
        all.refreshes > 5_000 && all.lost > 1_000 && all.repeated > 500 && all.later > 0 && all.merges > 500,
        "{all:?}"
    );
}

#[tokio::test]
async fn with_a_window_shorter_than_a_round_trip_the_same_lives_find_a_false_alarm() {
    let end = lives(Duration::from_secs(10)).await.unwrap_err();
    assert!(end.to_string().contains("nobody steals, and a theft was found"), "{end}");
}
