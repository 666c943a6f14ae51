//! Faults on purpose, for tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::Error;

/// A handle to make a database fail on purpose: see [`crate::Database::with_faults`]. Clones act on the same database.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<State>);

#[derive(Debug, Default)]
struct State {
    down: AtomicBool,
    delay_micros: AtomicU64,
    commits: AtomicU64,
    /// The number of the commit that fails before it happens; 0 for none.
    fails: AtomicU64,
    /// The number of the commit whose answer is lost; 0 for none.
    loses: AtomicU64,
}

/// What is to become of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Happens,
    Fails,
    LosesItsAnswer,
}

impl Faults {
    /// A database that works until told otherwise.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on every call is unavailable, until [`Self::restore`].
    pub fn take_down(&self) {
        self.0.down.store(true, Ordering::SeqCst);
    }

    /// Ends every fault: the outage, the delay, the planned failures.
    pub fn restore(&self) {
        self.0.down.store(false, Ordering::SeqCst);
        for planned in [&self.0.delay_micros, &self.0.fails, &self.0.loses] {
            planned.store(0, Ordering::SeqCst);
        }
    }

    /// The `nth` commit from now (1 is the next) fails and nothing of it happens.
    pub fn fail_before_commit(&self, nth: u64) {
        self.0.fails.store(self.commits() + nth, Ordering::SeqCst);
    }

    /// The `nth` commit from now (1 is the next) happens, but its answer is lost.
    pub fn lose_answer_of_commit(&self, nth: u64) {
        self.0.loses.store(self.commits() + nth, Ordering::SeqCst);
    }

    /// Every call waits this long first.
    pub fn delay(&self, pause: Duration) {
        self.0.delay_micros.store(u64::try_from(pause.as_micros()).unwrap_or(u64::MAX), Ordering::SeqCst);
    }

    /// How many works were asked to be committed so far.
    pub fn commits(&self) -> u64 {
        self.0.commits.load(Ordering::SeqCst)
    }

    pub(crate) async fn before_call(&self, doing: &'static str) -> Result<(), Error> {
        let delay = self.0.delay_micros.load(Ordering::SeqCst);
        if delay > 0 {
            tokio::time::sleep(Duration::from_micros(delay)).await;
        }
        if self.0.down.load(Ordering::SeqCst) { Err(injected(doing)) } else { Ok(()) }
    }

    pub(crate) fn next_commit(&self) -> Fate {
        let number = self.0.commits.fetch_add(1, Ordering::SeqCst) + 1;
        if self.0.fails.load(Ordering::SeqCst) == number {
            Fate::Fails
        } else if self.0.loses.load(Ordering::SeqCst) == number {
            Fate::LosesItsAnswer
        } else {
            Fate::Happens
        }
    }
}

/// The error of a fault on purpose.
pub(crate) fn injected(doing: &'static str) -> Error {
    Error::unavailable(doing, "a fault on purpose")
}
