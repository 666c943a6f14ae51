//! The database's time, by which all nodes that share it go.
//!
//! Rows carry times, and one node compares what another has written: that a token was handed out, that a code is
//! over. Were each to go by a clock of its own, the difference of the clocks would be taken for time that passed.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use model::{Clock, Timestamp};

use crate::{Database, Error};

/// How often the time is asked for in one measurement. The first answer may have had to wait for a new connection.
const SAMPLES: usize = 4;

/// The time of a database: that of the node, moved by the difference that was last measured. Telling it costs no
/// query. Clones share the measurement.
///
/// SQLite runs on the node itself, so there the two are one. On PostgreSQL they are taken for one until the first
/// [`Self::measure`].
#[derive(Clone, Debug)]
pub struct DatabaseClock {
    node: Arc<dyn Clock>,
    database: Database,
    /// What to add to the node's time, in microseconds.
    offset: Arc<AtomicI64>,
}

/// One answer to the question for the time.
#[derive(Clone, Copy, Debug)]
struct Sample {
    offset: i64,
    /// How far off `offset` may be: when between question and answer the database looked at its clock is not known.
    error: i64,
}

impl DatabaseClock {
    /// The time of `database`, told by a node whose own clock is `node`.
    pub fn new(database: Database, node: Arc<dyn Clock>) -> Self {
        Self { node, database, offset: Arc::default() }
    }

    /// Measures the difference of the clocks; to be repeated every few seconds, as clocks drift and are set.
    ///
    /// An offset stands while the database does not answer, and as long as a new measurement allows it: time does
    /// not tremble.
    pub async fn measure(&self) -> Result<(), Error> {
        let mut best: Option<Sample> = None;
        for _ in 0..SAMPLES {
            let asked = self.node.now();
            let Some(told) = self.database.time().await? else { return Ok(()) };
            let sample = Sample::between(asked, told, self.node.now());
            best = best.into_iter().chain(sample).min_by_key(|sample| sample.error);
        }
        if let Some(best) = best {
            self.offset.store(best.settle(self.offset_micros()), Ordering::Relaxed);
        }
        Ok(())
    }

    /// How far the database's clock is ahead of the node's, in microseconds, as last measured; negative when it is
    /// behind.
    pub fn offset_micros(&self) -> i64 {
        self.offset.load(Ordering::Relaxed)
    }
}

impl Sample {
    /// `None` when the node's clock was set back meanwhile: then it says nothing.
    fn between(asked: Timestamp, told: Timestamp, answered: Timestamp) -> Option<Self> {
        let (asked, answered) = (asked.as_micros(), answered.as_micros());
        let error = (answered - asked + 1) / 2;
        (answered >= asked).then_some(Self { offset: told.as_micros() - asked - error, error })
    }

    /// What becomes of the offset that was measured before.
    const fn settle(self, before: i64) -> i64 {
        if before.abs_diff(self.offset) <= self.error.unsigned_abs() { before } else { self.offset }
    }
}

impl Clock for DatabaseClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.node.now().as_micros().saturating_add(self.offset_micros()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(asked: i64, told: i64, answered: i64) -> Option<(i64, i64)> {
        let at = Timestamp::from_micros;
        Sample::between(at(asked), at(told), at(answered)).map(|sample| (sample.offset, sample.error))
    }

    #[test]
    fn the_truth_lies_within_the_error_whenever_the_database_looked() {
        for looked in 100..=120 {
            let (offset, error) = sample(100, looked + 5_000, 120).unwrap();
            assert_eq!(error, 10);
            assert!(offset.abs_diff(5_000) <= 10, "{offset}");
        }
        assert_eq!(sample(100, 50, 100), Some((-50, 0)));
    }

    #[test]
    fn an_offset_stands_until_it_is_proved_wrong() {
        let sample = Sample { offset: 5_000, error: 10 };
        assert_eq!([4_990, 5_010].map(|before| sample.settle(before)), [4_990, 5_010]);
        assert_eq!([0, 4_989, 5_011].map(|before| sample.settle(before)), [5_000; 3]);
    }

    #[test]
    fn a_node_whose_clock_was_set_back_meanwhile_learns_nothing() {
        assert_eq!(sample(100, 100, 99), None);
    }
}
