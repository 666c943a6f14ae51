//! The errors of storage, told apart by who must act.

use std::sync::Arc;
use std::time::Duration;

/// What the engine said, for operators. Never holds a value of a row, a password or an address with one.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// Why the database did not do what it was asked. Each variant has one answer: 409, 503, 500, 500.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The state refuses: a UNIQUE, CHECK or FOREIGN KEY constraint. The whole work was undone.
    #[error("{statement}: a constraint refuses it ({})", constraint.as_deref().unwrap_or("unnamed"))]
    Conflict {
        /// The statement's name.
        statement: &'static str,
        /// What the engine calls it: PostgreSQL gives the constraint's name, SQLite the columns of a key (`t.a, t.b`) or the
        /// name of a CHECK. For people to read, not for programs to branch on.
        constraint: Option<String>,
    },
    /// The database is down, full, busy or slow; or a commit was sent and its answer lost, so that nobody knows whether it
    /// happened. The caller asks again later; what is asked again must converge.
    #[error("{doing}: the database is unavailable")]
    Unavailable {
        /// What was being done: a statement's name or an action.
        doing: &'static str,
        /// What the engine said.
        source: Cause,
    },
    /// A row does not hold what its schema promises, or the file is damaged.
    #[error("{statement}: {} what the schema promises", place(*column))]
    Corrupt {
        /// The statement's name.
        statement: &'static str,
        /// The index of the column, or `None` when the file itself is damaged.
        column: Option<usize>,
    },
    /// Our mistake: a malformed statement, a wrong number of parameters, a guard that matched several rows.
    #[error("{doing}: a mistake in the program or its configuration")]
    Bug {
        /// What was being done: a statement's name or an action.
        doing: &'static str,
        /// What the engine said.
        source: Cause,
    },
}

impl Error {
    /// How long a client should wait before it asks again: `Retry-After`. `None` where asking again does not help.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unavailable { .. } => Some(Duration::from_secs(2)),
            Self::Conflict { .. } | Self::Corrupt { .. } | Self::Bug { .. } => None,
        }
    }

    pub(crate) fn unavailable(doing: &'static str, said: impl Into<String>) -> Self {
        Self::Unavailable { doing, source: Arc::new(Said(said.into())) }
    }

    pub(crate) fn bug(doing: &'static str, said: impl Into<String>) -> Self {
        Self::Bug { doing, source: Arc::new(Said(said.into())) }
    }
}

fn place(column: Option<usize>) -> String {
    column.map_or("the file does not hold".to_owned(), |column| format!("column {column} does not hold"))
}

/// The words of an engine, stripped of everything but its code and message.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Said(String);
