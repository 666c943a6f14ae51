//! Migrations on PostgreSQL: one node at a time.

use super::errors::{Failure, sort};
use super::pool::Pool;
use crate::migrate::{self, Migration};
use crate::{Engine, Error};

const MIGRATING: &str = "postgres: migrate";

/// Before, each by itself: wait for the lock of all migrators as long as a long migration may take, but not long for tables
/// others use, as everybody would queue up behind. The number is "onward" in ASCII.
const LOCK: [&str; 3] = [
    "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '10min'",
    "SELECT pg_advisory_lock(122520239960676)",
    "SET lock_timeout = '10s'",
];

/// After: the next node need not wait until the server notices that this connection is gone.
const UNLOCK: &str = "SELECT pg_advisory_unlock(122520239960676)";

/// Runs on a connection of its own, so that the lock and the settings end with it, whatever happens.
pub(super) async fn migrate(pool: &Pool, history: &str, migrations: &[Migration]) -> Result<(), Error> {
    let plan = migrate::plan(MIGRATING, history, migrations, Engine::Postgres)?;
    let mut client = pool.acquire(MIGRATING).await.map_err(|failure| failure.error)?.take();
    let sorted = |error: &tokio_postgres::Error| sort(MIGRATING, error).error;
    for command in LOCK {
        client.batch_execute(command).await.map_err(|error| sorted(&error))?;
    }
    if let Some((first, others)) = plan.split_first() {
        // The first one makes the history, if there is none.
        first.run_async(&mut *client).await.map_err(|error| failed(&error))?;
        let applied = first.get_applied_migrations_async(&mut *client).await;
        migrate::check_applied(MIGRATING, &applied.map_err(|error| failed(&error))?, migrations)?;
        for runner in others {
            runner.run_async(&mut *client).await.map_err(|error| failed(&error))?;
        }
    }
    client.batch_execute(UNLOCK).await.map_err(|error| sorted(&error))
}

fn failed(error: &refinery::Error) -> Error {
    let Some(source) = migrate::cause::<tokio_postgres::Error>(error) else {
        return Error::bug(MIGRATING, error.to_string());
    };
    let Failure { error: sorted, .. } = sort(MIGRATING, source);
    match sorted {
        // A constraint that refuses a migration is not a conflict of a caller's making.
        Error::Conflict { constraint, .. } => {
            Error::bug(MIGRATING, format!("{error}: constraint {}", constraint.unwrap_or_default()))
        }
        Error::Unavailable { .. } | Error::Corrupt { .. } | Error::Bug { .. } => sorted,
    }
}
