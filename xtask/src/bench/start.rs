//! Start times, and the memory of a server that has nothing to do.

use std::path::Path;
use std::time::Duration;

use crate::bench::engine::Engine;
use crate::bench::process::memory_mib;
use crate::bench::server::Place;

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    /// With an empty folder: tables, keys and all.
    pub(super) first: Duration,
    /// With a database that is there.
    pub(super) second: Duration,
    /// In MiB.
    pub(super) idle: f64,
}

/// The best of several, with the embedded database. Client and server share the cores.
pub(super) async fn measure(binary: &Path, quick: bool) -> anyhow::Result<Start> {
    let mut best = Start { first: Duration::MAX, second: Duration::MAX, idle: f64::MAX };
    for _ in 0..if quick { 1 } else { 7 } {
        let place = Place::make(binary, &Engine::SqliteFull, None)?;
        let server = place.start(None, false).await?;
        best.first = best.first.min(server.ready_after);
        server.stop().await?;
        let server = place.start(None, false).await?;
        best.second = best.second.min(server.ready_after);
        tokio::time::sleep(Duration::from_millis(if quick { 100 } else { 1_000 })).await;
        best.idle = best.idle.min(memory_mib(server.pid(), "VmRSS")?);
        server.stop().await?;
    }
    Ok(best)
}
