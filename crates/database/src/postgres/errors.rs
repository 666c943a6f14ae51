//! PostgreSQL's states, sorted by who must act and by whether trying again is safe.

use deadpool_postgres::PoolError;
use tokio_postgres::error::{DbError, SqlState};

use crate::Error;

/// An error and what it says about the transaction it ended.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: Error,
    pub(super) nature: Nature,
}

/// What is known after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    /// The server refused the statement for good.
    Final,
    /// Nothing happened, and trying again may well succeed: two transactions were in each other's way, or the connection was
    /// gone before a commit was sent.
    Undone,
    /// The connection is gone. Whether what was sent last happened is not known.
    Lost,
    /// The server did not answer in time. The connection must not be used again.
    Silent,
}

impl Failure {
    pub(super) fn new(error: Error, nature: Nature) -> Self {
        Self { error, nature }
    }

    pub(super) fn finally(error: Error) -> Self {
        Self::new(error, Nature::Final)
    }

    /// For what was lost before a commit was sent.
    pub(super) fn undone_if_lost(self) -> Self {
        match self.nature {
            Nature::Lost => Self { nature: Nature::Undone, ..self },
            Nature::Final | Nature::Undone | Nature::Silent => self,
        }
    }

    /// Whether a statement that changes nothing may be sent once more.
    pub(super) fn may_be_repeated(&self) -> bool {
        match self.nature {
            Nature::Undone | Nature::Lost => true,
            Nature::Final | Nature::Silent => false,
        }
    }
}

/// Sorts an error of the driver.
pub(super) fn sort(doing: &'static str, error: &tokio_postgres::Error) -> Failure {
    match error.as_db_error() {
        Some(answer) => sort_answer(doing, answer),
        // Without an answer of the server the connection ended, or never began.
        None if error.is_closed() || is_of_the_network(error) => {
            Failure::new(Error::unavailable(doing, chain(error)), Nature::Lost)
        }
        None => Failure::finally(Error::bug(doing, chain(error))),
    }
}

fn sort_answer(doing: &'static str, answer: &DbError) -> Failure {
    let state = answer.code();
    // The message without DETAIL, which repeats the values of the row.
    let said = format!("PostgreSQL {}: {}", state.code(), answer.message());
    let conflicts = [
        SqlState::UNIQUE_VIOLATION,
        SqlState::FOREIGN_KEY_VIOLATION,
        SqlState::CHECK_VIOLATION,
        SqlState::EXCLUSION_VIOLATION,
        SqlState::RESTRICT_VIOLATION,
    ];
    if conflicts.contains(state) {
        return Failure::finally(Error::Conflict {
            statement: doing,
            constraint: answer.constraint().map(str::to_owned),
        });
    }
    if [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED].contains(state) {
        return Failure::new(Error::unavailable(doing, said), Nature::Undone);
    }
    if [SqlState::DATA_CORRUPTED, SqlState::INDEX_CORRUPTED].contains(state) {
        return Failure::finally(Error::Corrupt { statement: doing, column: None });
    }
    let code = state.code();
    // By class: 08 connection, 28 authorization, 3D no such database, 53 resources (disk full, too many connections),
    // 57 the operator or a timeout, 58 the system beneath, 25006 a standby after a failover, 55P03 a lock not got in time.
    let class = code.get(..2).unwrap_or_default();
    match class {
        "08" | "57" if ends_the_connection(state) => {
            Failure::new(Error::unavailable(doing, said), Nature::Lost)
        }
        "08" | "28" | "3D" | "53" | "57" | "58" => Failure::finally(Error::unavailable(doing, said)),
        _ if code == "25006" || code == "55P03" => Failure::finally(Error::unavailable(doing, said)),
        _ => Failure::finally(Error::bug(doing, said)),
    }
}

fn ends_the_connection(state: &SqlState) -> bool {
    // A cancelled statement (its timeout) leaves the connection as it was.
    *state != SqlState::QUERY_CANCELED
}

fn is_of_the_network(error: &tokio_postgres::Error) -> bool {
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        if cause.is::<std::io::Error>() {
            return true;
        }
        next = cause.source();
    }
    // What concerns a connection not yet made has no other mark than its words.
    let words = error.to_string();
    ["connect", "TLS", "authentication", "timeout", "communicating"].iter().any(|word| words.contains(word))
}

/// Sorts an error of the pool.
pub(super) fn sort_pool(doing: &'static str, error: &PoolError) -> Failure {
    match error {
        PoolError::Backend(error) => {
            // The pool has just tried a new connection: no use in trying at once again.
            Failure::finally(sort(doing, error).error)
        }
        PoolError::Timeout(kind) => {
            Failure::finally(Error::unavailable(doing, format!("no connection in time ({kind:?})")))
        }
        PoolError::Closed => Failure::finally(Error::unavailable(doing, "the database is closed")),
        PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
            Failure::finally(Error::bug(doing, error.to_string()))
        }
    }
}

/// The words of an error and its causes. Answers of the server go another way: see [`sort_answer`].
fn chain(error: &tokio_postgres::Error) -> String {
    let mut words = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        next = cause.source();
    }
    words
}
