//! Faults on purpose, for tests.

use std::time::Duration;

/// A handle to make a database fail on purpose: see [`crate::Database::with_faults`]. Clones act on the same database.
#[derive(Clone, Debug, Default)]
pub struct Faults;

impl Faults {
    /// A database that works until told otherwise.
    pub fn new() -> Self {
        Self
    }

    /// From now on every call is unavailable, until [`Self::restore`].
    pub fn take_down(&self) {
        todo!()
    }

    /// Ends every fault: the outage, the delay, the planned failures.
    pub fn restore(&self) {
        todo!()
    }

    /// The `nth` commit from now (1 is the next) fails and nothing of it happens.
    pub fn fail_before_commit(&self, nth: u64) {
        todo!("{nth}")
    }

    /// The `nth` commit from now (1 is the next) happens, but its answer is lost.
    pub fn lose_answer_of_commit(&self, nth: u64) {
        todo!("{nth}")
    }

    /// Every call waits this long first.
    pub fn delay(&self, pause: Duration) {
        todo!("{pause:?}")
    }

    /// How many works were asked to be committed so far.
    pub fn commits(&self) -> u64 {
        todo!()
    }
}
