//! Documents: JSON kept as text.

use database::{Error, Row};
use serde::de::DeserializeOwned;

/// Reads a column that holds a document; [`Error::Corrupt`] when it does not.
pub(crate) fn read<T: DeserializeOwned>(row: &Row, column: usize) -> Result<T, Error> {
    serde_json::from_str(row.text(column)?).map_err(|_| row.corrupt(column))
}
