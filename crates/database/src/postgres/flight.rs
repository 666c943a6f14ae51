//! Statements on the wire: prepared, sent, several in one flight.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use deadpool_postgres::ClientWrapper;

use super::errors::{Failure, sort};
use super::values;
use crate::{Error, Outcome, Row, Statement, Value};

/// Prepares a statement, or finds it prepared on this connection, and checks that the parameters can be sent.
pub(super) async fn prepare(
    client: &ClientWrapper,
    statement: &'static Statement,
    params: &[Value],
) -> Result<tokio_postgres::Statement, Failure> {
    let prepared = client
        .prepare_cached(statement.postgres_text())
        .await
        .map_err(|error| sort(statement.name, &error))?;
    values::check(statement, prepared.params(), params).map_err(Failure::finally)?;
    Ok(prepared)
}

/// Sends a prepared statement and reads its answer: one round trip.
pub(super) async fn run(
    client: &ClientWrapper,
    statement: &'static Statement,
    prepared: &tokio_postgres::Statement,
    params: &[Value],
) -> Result<Outcome, Failure> {
    let failed = |error| sort(statement.name, &error);
    if prepared.columns().is_empty() {
        let affected = client.execute_raw(prepared, params).await.map_err(failed)?;
        return Ok(Outcome { rows: Vec::new(), affected });
    }
    let arguments: Vec<_> = params.iter().map(|value| value as _).collect();
    let found = client.query(prepared, &arguments).await.map_err(failed)?;
    let rows = found
        .iter()
        .map(|row| {
            let values = (0..row.len())
                .map(|column| {
                    row.try_get(column).map_err(|_| {
                        Failure::finally(Error::Corrupt { statement: statement.name, column: Some(column) })
                    })
                })
                .collect::<Result<_, _>>()?;
            Ok(Row::new(statement.name, values))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let affected = rows.len() as u64;
    Ok(Outcome { rows, affected })
}

/// Sends a command without parameters.
pub(super) async fn command(
    client: &ClientWrapper,
    doing: &'static str,
    text: &'static str,
) -> Result<(), Failure> {
    client.batch_execute(text).await.map_err(|error| sort(doing, &error))
}

/// Something on its way.
pub(super) type Flying<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Runs futures at once and waits for all. The driver sends when a future is first polled, so the order of the first polls is
/// the order on the wire: it is the order given, which the joins of other libraries do not promise.
pub(super) async fn all_in_order<T>(flights: Vec<Flying<'_, T>>) -> Vec<T> {
    let mut landed: Vec<Option<T>> = flights.iter().map(|_| None).collect();
    let mut flying: Vec<_> = flights.into_iter().enumerate().collect();
    poll_fn(|context| {
        // `retain_mut` visits in order and keeps it.
        flying.retain_mut(|(index, flight)| match flight.as_mut().poll(context) {
            Poll::Ready(outcome) => {
                landed[*index] = Some(outcome);
                false
            }
            Poll::Pending => true,
        });
        if flying.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    landed.into_iter().map(|outcome| outcome.expect("every flight has landed")).collect()
}
