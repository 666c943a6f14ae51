//! What may go wrong in a store, by who must act.

use std::error::Error as StdError;

/// A store could not do what it was asked for. None of these ever signs anybody out.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached, is full, or is too busy: try again. Whether the write happened is not known.
    #[error("the session store is not available")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// What it holds cannot be read: an operator must look.
    #[error("the session store holds damaged data: {0}")]
    Corrupt(String),
    /// It was used wrongly: a bug.
    #[error("the session store was used wrongly")]
    Bug(#[source] Box<dyn StdError + Send + Sync>),
}
