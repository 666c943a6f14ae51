//! Noting failures off the request's path: through a bounded queue, so that garbage causes no writes and a store
//! that is down delays nothing. What does not fit is dropped and counted.

use std::sync::Arc;
use std::time::Duration;

use model::Clock;
use store::Store;
use store::incidents::Incident;
use tokio::sync::{mpsc, oneshot};

use crate::metrics::Metrics;

const QUEUE: usize = 1_024;
const BATCH: usize = 64;
/// How often writing a batch is tried while the store is down.
const TRIES: u32 = 5;

enum Note {
    Incident(Box<Incident>),
    Flush(oneshot::Sender<()>),
}

/// The queue.
#[derive(Clone, Debug)]
pub(crate) struct Incidents {
    queue: mpsc::Sender<Note>,
    metrics: Metrics,
}

impl Incidents {
    /// Starts the writer.
    pub(crate) fn start(store: Store, clock: Arc<dyn Clock>, metrics: Metrics) -> Self {
        let (queue, notes) = mpsc::channel(QUEUE);
        tokio::spawn(write(store, clock, notes, metrics.clone()));
        Self { queue, metrics }
    }

    /// Notes an incident, or counts that it was dropped.
    pub(crate) fn note(&self, incident: Incident) {
        if self.queue.try_send(Note::Incident(Box::new(incident))).is_err() {
            self.metrics.count_dropped_incidents(1);
        }
    }

    /// Waits until what was noted before is written, or given up.
    pub(crate) async fn flush(&self) {
        let (done, waited) = oneshot::channel();
        if self.queue.send(Note::Flush(done)).await.is_ok() {
            // The writer is gone only when the server is.
            let _ = waited.await;
        }
    }
}

async fn write(store: Store, clock: Arc<dyn Clock>, mut notes: mpsc::Receiver<Note>, metrics: Metrics) {
    let mut waiting = Vec::with_capacity(BATCH);
    while notes.recv_many(&mut waiting, BATCH).await > 0 {
        let (mut incidents, mut flushes) = (Vec::new(), Vec::new());
        for note in waiting.drain(..) {
            match note {
                Note::Incident(incident) => incidents.push(*incident),
                Note::Flush(done) => flushes.push(done),
            }
        }
        if !incidents.is_empty() && !write_batch(&store, &*clock, &incidents).await {
            metrics.count_dropped_incidents(incidents.len());
        }
        for done in flushes {
            let _ = done.send(());
        }
    }
}

async fn write_batch(store: &Store, clock: &dyn Clock, incidents: &[Incident]) -> bool {
    for attempt in 0..TRIES {
        match store.record_incidents(incidents, clock.now()).await {
            Ok(()) => return true,
            Err(error) => {
                tracing::debug!(%error, attempt, "incidents wait for the store");
                tokio::time::sleep(Duration::from_millis(200) * 2_u32.pow(attempt)).await;
            }
        }
    }
    tracing::warn!(dropped = incidents.len(), "the store was down for too long: incidents were dropped");
    false
}
