//! Works on PostgreSQL.
//!
//! - One step: the statement alone, one round trip, committed by the server as it ends.
//! - Several without a guard: `BEGIN`, the steps and `COMMIT` in one flight. A step that fails turns the commit into a rollback.
//! - Several with guards: `BEGIN` and the steps in one flight, then `COMMIT` or `ROLLBACK` in a second.
//!
//! The isolation is READ COMMITTED: a condition stands in the statement that depends on it.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::ClientWrapper;

use super::errors::{Failure, Nature};
use super::flight::{self, Flying};
use super::pool::{Connection, Pool};
use crate::handle::Counters;
use crate::work::{Guard, Step};
use crate::{Committed, Error, Outcome, Work};

/// How often a work is tried when it collides with others or its connection dies before the commit.
const ATTEMPTS: u32 = 6;

const COMMITTING: &str = "postgres: commit";

/// Does a work, trying again where that is safe.
pub(super) async fn commit(pool: &Pool, counters: &Arc<Counters>, work: Work) -> Result<Committed, Error> {
    let doing = work.steps().first().map_or(COMMITTING, |step| step.statement.name);
    let work = Arc::new(work);
    let mut attempt = 0;
    loop {
        let connection = pool.acquire(doing).await.map_err(|failure| failure.error)?;
        counters.work();
        let failure = match try_once(connection, Arc::clone(&work)).await {
            Ok(committed) => {
                if committed.is_done() {
                    counters.transaction();
                }
                return Ok(committed);
            }
            Err(failure) => failure,
        };
        attempt += 1;
        match failure.nature {
            Nature::Undone if attempt < ATTEMPTS => tokio::time::sleep(pause(attempt)).await,
            Nature::Final | Nature::Undone | Nature::Lost | Nature::Silent => return Err(failure.error),
        }
    }
}

async fn try_once(connection: Connection, work: Arc<Work>) -> Result<Committed, Failure> {
    if let [step] = work.steps() {
        // Dropped half-way, the server has already been told everything there is to tell, and the driver reads the answer.
        return connection.limit(step.statement.name, alone(connection.client(), step)).await;
    }
    // A task of its own: a caller that goes away leaves no transaction open on a pooled connection (F40).
    let task = tokio::spawn(async move {
        connection.limit(COMMITTING, together(connection.client(), work.steps())).await
    });
    match task.await {
        Ok(outcome) => outcome,
        Err(error) if error.is_panic() => Err(Failure::finally(Error::bug(COMMITTING, "panicked"))),
        Err(_) => Err(Failure::finally(Error::unavailable(COMMITTING, "the process is shutting down"))),
    }
}

async fn alone(client: &ClientWrapper, step: &Step) -> Result<Committed, Failure> {
    let prepared = prepare(client, step).await?;
    let outcome = flight::run(client, step.statement, &prepared, &step.params).await?;
    if step.guard.admits(step.statement, &outcome).map_err(Failure::finally)? {
        Ok(Committed::Done(vec![outcome]))
    } else {
        // No row was touched, so there is nothing to undo.
        Ok(Committed::Refused { step: 0 })
    }
}

async fn together(client: &ClientWrapper, steps: &[Step]) -> Result<Committed, Failure> {
    let mut prepared = Vec::with_capacity(steps.len());
    for step in steps {
        prepared.push(prepare(client, step).await?);
    }
    let mut flights: Vec<Flying<'_, Result<Outcome, Failure>>> = Vec::with_capacity(steps.len() + 2);
    flights.push(Box::pin(control(client, "BEGIN")));
    for (step, prepared) in steps.iter().zip(&prepared) {
        flights.push(Box::pin(flight::run(client, step.statement, prepared, &step.params)));
    }
    if steps.iter().all(|step| step.guard == Guard::Any) {
        flights.push(Box::pin(control(client, "COMMIT")));
        return judge(steps, flight::all_in_order(flights).await);
    }
    // No commit is on its way: a connection that dies now takes the transaction with it.
    let judged = judge(steps, flight::all_in_order(flights).await).map_err(Failure::undone_if_lost);
    if let Ok(Committed::Done(_)) = judged {
        control(client, "COMMIT").await?;
    } else {
        // If it cannot be said, the connection is dead, and the server undoes it by itself.
        control(client, "ROLLBACK").await.ok();
    }
    judged
}

/// The first thing that went wrong, in the order of the steps. What follows a failed step fails because of it.
fn judge(steps: &[Step], outcomes: Vec<Result<Outcome, Failure>>) -> Result<Committed, Failure> {
    let mut outcomes = outcomes.into_iter();
    outcomes.next().expect("a flight starts with BEGIN")?;
    let mut done = Vec::with_capacity(steps.len());
    for (index, step) in steps.iter().enumerate() {
        let outcome = outcomes.next().expect("every step has an outcome")?;
        if !step.guard.admits(step.statement, &outcome).map_err(Failure::finally)? {
            return Ok(Committed::Refused { step: index });
        }
        done.push(outcome);
    }
    // The commit, where it flew along.
    outcomes.next().transpose()?;
    Ok(Committed::Done(done))
}

/// Prepares a step. Nothing of the work has been sent yet, so a connection that is dead costs only another try (F29).
async fn prepare(client: &ClientWrapper, step: &Step) -> Result<tokio_postgres::Statement, Failure> {
    flight::prepare(client, step.statement, &step.params).await.map_err(Failure::undone_if_lost)
}

async fn control(client: &ClientWrapper, text: &'static str) -> Result<Outcome, Failure> {
    flight::command(client, COMMITTING, text).await.map(|()| Outcome::default())
}

/// Grows from about 5 ms to about 150 ms, spread so that those who collided do not meet again. The spread needs no secret.
fn pause(attempt: u32) -> Duration {
    let most = 10_000_u64 << attempt.min(5);
    let chance = RandomState::new().build_hasher().finish();
    Duration::from_micros(most / 2 + chance % (most / 2))
}
