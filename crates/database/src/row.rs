//! Rows: values by column, checked as they are read.

use model::Timestamp;

use crate::{Error, Value};

/// One returned row. Columns are read by index, in the order of the statement's text. A column of the wrong type or length
/// is [`Error::Corrupt`]: the schema says otherwise, so the data is not what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    statement: &'static str,
    values: Vec<Value>,
}

impl Row {
    pub(crate) fn new(statement: &'static str, values: Vec<Value>) -> Self {
        Self { statement, values }
    }

    /// How many columns there are.
    pub fn columns(&self) -> usize {
        self.values.len()
    }

    /// The value of a column as it is.
    pub fn value(&self, column: usize) -> Result<&Value, Error> {
        self.values.get(column).ok_or_else(|| self.corrupt(column))
    }

    /// Whether a column is NULL.
    pub fn is_null(&self, column: usize) -> Result<bool, Error> {
        Ok(*self.value(column)? == Value::Null)
    }

    /// An integer.
    pub fn integer(&self, column: usize) -> Result<i64, Error> {
        self.present(column, self.optional_integer(column)?)
    }

    /// An integer or NULL.
    pub fn optional_integer(&self, column: usize) -> Result<Option<i64>, Error> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Integer(integer) => Ok(Some(*integer)),
            Value::Text(_) | Value::Bytes(_) => Err(self.corrupt(column)),
        }
    }

    /// A text.
    pub fn text(&self, column: usize) -> Result<&str, Error> {
        self.present(column, self.optional_text(column)?)
    }

    /// A text or NULL.
    pub fn optional_text(&self, column: usize) -> Result<Option<&str>, Error> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            Value::Integer(_) | Value::Bytes(_) => Err(self.corrupt(column)),
        }
    }

    /// A text, taken out of the row: a second look finds NULL.
    pub fn take_text(&mut self, column: usize) -> Result<String, Error> {
        let text = self.take_optional_text(column)?;
        self.present(column, text)
    }

    /// A text or NULL, taken out of the row: a second look finds NULL.
    pub fn take_optional_text(&mut self, column: usize) -> Result<Option<String>, Error> {
        match self.values.get_mut(column) {
            Some(Value::Null) => Ok(None),
            Some(Value::Text(text)) => {
                let text = std::mem::take(text);
                self.values[column] = Value::Null;
                Ok(Some(text))
            }
            Some(Value::Integer(_) | Value::Bytes(_)) | None => Err(self.corrupt(column)),
        }
    }

    /// Bytes.
    pub fn bytes(&self, column: usize) -> Result<&[u8], Error> {
        self.present(column, self.optional_bytes(column)?)
    }

    /// Bytes or NULL.
    pub fn optional_bytes(&self, column: usize) -> Result<Option<&[u8]>, Error> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Bytes(bytes) => Ok(Some(bytes)),
            Value::Integer(_) | Value::Text(_) => Err(self.corrupt(column)),
        }
    }

    /// Bytes of exactly this length: ids and hashes.
    pub fn array<const N: usize>(&self, column: usize) -> Result<[u8; N], Error> {
        self.present(column, self.optional_array(column)?)
    }

    /// Bytes of exactly this length, or NULL.
    pub fn optional_array<const N: usize>(&self, column: usize) -> Result<Option<[u8; N]>, Error> {
        self.optional_bytes(column)?
            .map(|bytes| bytes.try_into().map_err(|_| self.corrupt(column)))
            .transpose()
    }

    /// A boolean, stored as 0 or 1.
    pub fn boolean(&self, column: usize) -> Result<bool, Error> {
        self.present(column, self.optional_boolean(column)?)
    }

    /// A boolean, stored as 0 or 1, or NULL.
    pub fn optional_boolean(&self, column: usize) -> Result<Option<bool>, Error> {
        match self.optional_integer(column)? {
            None => Ok(None),
            Some(0) => Ok(Some(false)),
            Some(1) => Ok(Some(true)),
            Some(_) => Err(self.corrupt(column)),
        }
    }

    /// A time, stored in microseconds.
    pub fn timestamp(&self, column: usize) -> Result<Timestamp, Error> {
        self.integer(column).map(Timestamp::from_micros)
    }

    /// A time, stored in microseconds, or NULL.
    pub fn optional_timestamp(&self, column: usize) -> Result<Option<Timestamp>, Error> {
        Ok(self.optional_integer(column)?.map(Timestamp::from_micros))
    }

    /// The error for a column that holds what it must not, for readers that check more than the type.
    pub fn corrupt(&self, column: usize) -> Error {
        Error::Corrupt { statement: self.statement, column: Some(column) }
    }

    fn present<T>(&self, column: usize, value: Option<T>) -> Result<T, Error> {
        value.ok_or_else(|| self.corrupt(column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params;

    #[test]
    fn a_column_of_another_type_or_length_is_corrupt_and_says_where() {
        let row = Row::new("sample: read", params![7, "seven", [7_u8; 16], None::<i64>, 2]);
        assert_eq!(row.integer(0).unwrap(), 7);
        assert_eq!(row.text(1).unwrap(), "seven");
        assert_eq!(row.array::<16>(2).unwrap(), [7; 16]);
        assert_eq!(row.optional_timestamp(3).unwrap(), None);
        assert!(row.is_null(3).unwrap());
        let wrong = [
            (row.integer(1).unwrap_err(), 1),
            (row.text(0).unwrap_err(), 0),
            (row.bytes(1).unwrap_err(), 1),
            (row.array::<15>(2).unwrap_err(), 2),
            (row.integer(3).unwrap_err(), 3),
            (row.boolean(4).unwrap_err(), 4),
            (row.integer(5).unwrap_err(), 5),
        ];
        for (error, at) in wrong {
            assert!(
                matches!(error, Error::Corrupt { statement: "sample: read", column: Some(column) } if column == at)
            );
        }
    }

    #[test]
    fn a_text_that_was_taken_is_gone() {
        let mut row = Row::new("sample: read", params!["seven", None::<&str>, 7]);
        assert_eq!(row.take_text(0).unwrap(), "seven");
        assert_eq!(row.take_optional_text(0).unwrap(), None);
        assert_eq!(row.take_optional_text(1).unwrap(), None);
        for column in [0, 1, 2, 3] {
            assert!(
                matches!(row.take_text(column), Err(Error::Corrupt { column: Some(at), .. }) if at == column)
            );
        }
    }

    #[test]
    fn values_do_not_show_themselves() {
        let row = Row::new("sample: read", params!["a secret", 42, [1_u8; 4]]);
        let shown = format!("{row:?}");
        assert!(!shown.contains("secret") && !shown.contains("42"), "{shown}");
    }
}
