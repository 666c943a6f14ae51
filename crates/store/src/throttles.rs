//! Counters of tries: one atomic method, shared by all paths and all nodes.

use std::time::Duration;

use database::{Error, Statement, Work, params};
use model::Timestamp;

use crate::Store;

pub(crate) const STATEMENTS: &[&Statement] = &[&COUNT, &FORGET, &TAKE_BACK];

static COUNT: Statement = Statement::common(
    "throttles.count",
    "INSERT INTO throttles (tenant, key, tries, began_at) VALUES ($1, $2, 1, $3)
     ON CONFLICT (tenant, key) DO UPDATE SET
         tries = CASE WHEN throttles.began_at <= $4 THEN 1 ELSE throttles.tries + 1 END,
         began_at = CASE WHEN throttles.began_at <= $4 THEN excluded.began_at ELSE throttles.began_at END
     RETURNING tries, began_at",
);
static FORGET: Statement =
    Statement::common("throttles.forget", "DELETE FROM throttles WHERE tenant = $1 AND key = $2");

static TAKE_BACK: Statement = Statement::common(
    "throttles.take_back",
    "UPDATE throttles SET tries = tries - 1 WHERE tenant = $1 AND key = $2 AND tries > 0",
);

/// One counter: what is counted, and over which window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counter {
    /// A hash of what is counted.
    pub key: [u8; 32],
    /// How long tries are added up.
    pub window: Duration,
}

/// What a counter says after a try was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The tries in the window, this one included.
    pub tries: i64,
    /// When the window began.
    pub began_at: Timestamp,
}

impl Store {
    /// Counts one try on each counter, before anything is verified (C147).
    pub async fn count_try(&self, counters: &[Counter], now: Timestamp) -> Result<Vec<Count>, Error> {
        let work = counters.iter().fold(Work::new(), |work, counter| {
            work.run(&COUNT, params![self.scope(), counter.key, now, now.minus(counter.window)])
        });
        let steps =
            self.database.commit(work).await?.done().expect("a unit without a guard is never refused");
        let rows = steps.iter().filter_map(|step| step.rows.first());
        rows.map(|row| Ok(Count { tries: row.integer(0)?, began_at: row.timestamp(1)? })).collect()
    }

    /// Takes back a try that could not be judged: it was our fault, not the person's.
    pub async fn take_back_try(&self, counters: &[Counter]) -> Result<(), Error> {
        let work = counters
            .iter()
            .fold(Work::new(), |work, counter| work.run(&TAKE_BACK, params![self.scope(), counter.key]));
        self.database.commit(work).await?;
        Ok(())
    }

    /// Forgets counters, after the person has shown who they are.
    pub async fn forget_tries(&self, keys: &[[u8; 32]]) -> Result<(), Error> {
        let work = keys.iter().fold(Work::new(), |work, key| work.run(&FORGET, params![self.scope(), *key]));
        self.database.commit(work).await?;
        Ok(())
    }
}
