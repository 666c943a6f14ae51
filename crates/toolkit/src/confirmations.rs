//! Access tokens that were seen for the first time, on their way to the store.
//!
//! While the store is told of some, further ones gather, and are then told together: where many come, one write is for
//! all of them, and no request waits for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use session::{Engine, Verified};

/// How many tokens may wait at most. The next sight of one that had no room tells of it.
const MOST_WAITING: usize = 256;

/// What is to be told.
#[derive(Debug, Default)]
pub(crate) struct Confirmations(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    seen: Vec<Verified>,
    /// Whether somebody tells the store, and will come back for more.
    is_told: bool,
}

impl Confirmations {
    /// Notes that a token was seen. Whoever is given a [`Teller`] has to see to it that it [tells](Teller::tell).
    pub(crate) fn add(self: &Arc<Self>, seen: Verified) -> Option<Teller> {
        let mut waiting = self.waiting();
        if waiting.seen.len() >= MOST_WAITING {
            drop(waiting);
            seen.not_told();
            return None;
        }
        waiting.seen.push(seen);
        let is_told = std::mem::replace(&mut waiting.is_told, true);
        (!is_told).then(|| Teller { confirmations: Arc::clone(self), state: Telling::Some(Vec::new()) })
    }

    /// The next to be told; `None` when there is none, and the next one added needs a new teller.
    fn next(&self) -> Option<Vec<Verified>> {
        let mut waiting = self.waiting();
        waiting.is_told = !waiting.seen.is_empty();
        waiting.is_told.then(|| std::mem::take(&mut waiting.seen))
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whose turn it is to tell the store.
#[derive(Debug)]
pub(crate) struct Teller {
    confirmations: Arc<Confirmations>,
    state: Telling,
}

#[derive(Debug)]
enum Telling {
    /// These are being told.
    Some(Vec<Verified>),
    /// Nothing was left, and the turn is somebody else's from then on.
    Done,
}

impl Teller {
    /// Tells the store of everything that waits, and of what comes meanwhile.
    pub(crate) async fn tell(mut self, engine: &Engine) {
        while let Some(seen) = self.next() {
            if let Err(error) = engine.confirm(seen).await {
                tracing::debug!(error = &error as &dyn std::error::Error, "sessions are confirmed later");
            }
        }
    }

    fn next(&mut self) -> Option<&[Verified]> {
        self.state = self.confirmations.next().map_or(Telling::Done, Telling::Some);
        match &self.state {
            Telling::Some(seen) => Some(seen),
            Telling::Done => None,
        }
    }
}

/// Cut short, as by the end of its runtime, it leaves nothing untold: the next sights are first ones again, and the next
/// one added has a teller.
impl Drop for Teller {
    fn drop(&mut self) {
        let Telling::Some(seen) = &self.state else { return };
        seen.iter().for_each(Verified::not_told);
        let mut waiting = self.confirmations.waiting();
        waiting.is_told = false;
        waiting.seen.drain(..).for_each(|seen| seen.not_told());
    }
}
