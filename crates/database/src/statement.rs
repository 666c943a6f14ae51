//! Statements: constant texts with a name.

/// One SQL statement. Parameters are `$1…$n`, numbered in the order of their first use (SQLite takes them for names and
/// counts them as they come); results come from `RETURNING` or `SELECT`, every column with a name (`AS`).
///
/// Made in a `static`, so that the engines can keep it prepared.
#[derive(Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it does, for errors and traces: `"session: rotate"`.
    pub name: &'static str,
    /// The text for both engines, or for SQLite alone when [`Self::postgres`] is given.
    pub text: &'static str,
    /// The text for PostgreSQL where the engines truly differ.
    pub postgres: Option<&'static str>,
}

impl Statement {
    /// A statement in the dialect both engines understand.
    pub const fn common(name: &'static str, text: &'static str) -> Self {
        Self { name, text, postgres: None }
    }

    /// A statement with a text of its own for each engine.
    pub const fn per_engine(name: &'static str, sqlite: &'static str, postgres: &'static str) -> Self {
        Self { name, text: sqlite, postgres: Some(postgres) }
    }

    pub(crate) const fn sqlite_text(&self) -> &'static str {
        self.text
    }

    pub(crate) const fn postgres_text(&self) -> &'static str {
        match self.postgres {
            Some(text) => text,
            None => self.text,
        }
    }
}

/// What an engine says about a statement once prepared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// The statement's name.
    pub name: &'static str,
    /// How many parameters it takes.
    pub parameters: usize,
    /// The names of the columns it returns.
    pub columns: Vec<String>,
}
