//! Units of work: steps that happen together or not at all.

use crate::{Error, Row, Statement, Value};

/// A unit of work: statements with their values, run in order in one transaction, all or none of them unless they are
/// [separable](Self::separable).
///
/// It holds no closure and cannot look at a result in between: a condition is written into a statement and checked by
/// [`Self::expect_one`] or [`Self::expect_none`].
#[derive(Clone, Debug, Default)]
pub struct Work {
    steps: Vec<Step>,
    unhurried: bool,
    separable: bool,
}

/// One statement of a work.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) statement: &'static Statement,
    pub(crate) params: Vec<Value>,
    pub(crate) guard: Guard,
}

/// What must be true of a step for the work to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    /// Any number of rows.
    Any,
    /// Exactly one row affected or returned.
    One,
    /// No row affected or returned.
    None,
}

impl Guard {
    /// Whether the work may go on after this outcome.
    pub(crate) fn admits(self, statement: &'static Statement, outcome: &Outcome) -> Result<bool, Error> {
        match (self, outcome.affected) {
            (Self::Any, _) | (Self::One, 1) | (Self::None, 0) => Ok(true),
            (Self::One, 0) => Ok(false),
            (Self::None, _) => Err(Error::Conflict { statement: statement.name, constraint: None }),
            (Self::One, several) => {
                Err(Error::bug(statement.name, format!("touched {several} rows where one was expected")))
            }
        }
    }
}

impl Work {
    /// A work without steps. Committing it does nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a statement that may touch any number of rows.
    #[must_use]
    pub fn run(self, statement: &'static Statement, params: Vec<Value>) -> Self {
        self.step(Step { statement, params, guard: Guard::Any })
    }

    /// Adds a statement that must touch (or return) exactly one row. None: the work is undone and
    /// [`Committed::Refused`] names the step. Several: [`Error::Bug`], so address rows by a full key.
    #[must_use]
    pub fn expect_one(self, statement: &'static Statement, params: Vec<Value>) -> Self {
        self.step(Step { statement, params, guard: Guard::One })
    }

    /// Adds a query that must find nothing. What it finds stands in the way as a unique index would: the work is undone
    /// with [`Error::Conflict`]. After the step that it guards it sees what that one has waited for.
    #[must_use]
    pub fn expect_none(self, statement: &'static Statement, params: Vec<Value>) -> Self {
        self.step(Step { statement, params, guard: Guard::None })
    }

    /// Nobody waits for its end: where commits are grouped it goes with the next one, a moment later at most, and costs
    /// none of its own. It is as whole and as durable as any other when it is answered.
    #[must_use]
    pub const fn unhurried(mut self) -> Self {
        self.unhurried = true;
        self
    }

    pub(crate) const fn is_unhurried(&self) -> bool {
        self.unhurried
    }

    /// Its steps need not happen together: where one fails, those before it may have happened all the same. That is less to
    /// prepare for: nothing is put aside by which they could be undone.
    #[must_use]
    pub const fn separable(mut self) -> Self {
        self.separable = true;
        self
    }

    /// Whether no step has to be undone because of another.
    pub(crate) fn is_separable(&self) -> bool {
        self.separable || self.steps.len() == 1
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }
}

/// How a work ended when the database did its part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Committed {
    /// Everything happened and is durable; one outcome per step.
    Done(Vec<Outcome>),
    /// A step of [`Work::expect_one`] found no row; nothing happened.
    Refused {
        /// The index of the step.
        step: usize,
    },
}

impl Committed {
    /// Whether everything happened.
    pub const fn is_done(&self) -> bool {
        match self {
            Self::Done(_) => true,
            Self::Refused { .. } => false,
        }
    }

    /// The outcomes, or `None` when a guard refused.
    pub fn done(self) -> Option<Vec<Outcome>> {
        match self {
            Self::Done(outcomes) => Some(outcomes),
            Self::Refused { .. } => None,
        }
    }

    /// The first row the last step returned, if the work was done and it returned one: the common case of a single
    /// conditional statement with `RETURNING`.
    pub fn last_row(self) -> Option<Row> {
        self.done()?.pop()?.rows.into_iter().next()
    }
}

/// What one step did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The rows it returned.
    pub rows: Vec<Row>,
    /// How many rows it changed, or returned if it returns any.
    pub affected: u64,
}

impl Outcome {
    /// The first returned row.
    pub fn row(&self) -> Option<&Row> {
        self.rows.first()
    }
}
