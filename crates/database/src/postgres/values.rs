//! Values in PostgreSQL's wire format.

use std::error::Error as StdError;

use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::{Error, Statement, Value};

/// Whether a value can be sent as a parameter of this type. Asked before anything is sent: in a pipeline a parameter that
/// fails to encode would drop out in silence, and the commit behind it would store the rest.
fn fits(value: &Value, kind: &Type) -> bool {
    match value {
        Value::Null => true,
        Value::Integer(integer) => match *kind {
            Type::INT8 => true,
            Type::INT4 => i32::try_from(*integer).is_ok(),
            Type::INT2 => i16::try_from(*integer).is_ok(),
            Type::BOOL => matches!(integer, 0 | 1),
            _ => false,
        },
        // PostgreSQL has no NUL in texts.
        Value::Text(text) => {
            matches!(*kind, Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME) && !text.contains('\0')
        }
        Value::Bytes(_) => *kind == Type::BYTEA,
    }
}

/// Checks number and types of the parameters of a statement.
pub(super) fn check(statement: &'static Statement, kinds: &[Type], params: &[Value]) -> Result<(), Error> {
    if kinds.len() != params.len() {
        return Err(Error::bug(
            statement.name,
            format!("takes {} parameters, got {}", kinds.len(), params.len()),
        ));
    }
    match kinds.iter().zip(params).position(|(kind, value)| !fits(value, kind)) {
        None => Ok(()),
        Some(index) => Err(Error::bug(
            statement.name,
            format!("parameter ${} is {}, got {:?}", index + 1, kinds[index], params[index]),
        )),
    }
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(integer) => match *kind {
                Type::INT4 => i32::try_from(*integer)?.to_sql(kind, out),
                Type::INT2 => i16::try_from(*integer)?.to_sql(kind, out),
                Type::BOOL => (*integer != 0).to_sql(kind, out),
                _ => integer.to_sql(kind, out),
            },
            Self::Text(text) => text.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        match *kind {
            Type::INT8 => i64::from_sql(kind, raw).map(Self::Integer),
            Type::INT4 => i32::from_sql(kind, raw).map(Self::from),
            Type::INT2 => i16::from_sql(kind, raw).map(|integer| Self::Integer(i64::from(integer))),
            Type::BOOL => bool::from_sql(kind, raw).map(Self::from),
            Type::BYTEA => Ok(Self::Bytes(raw.to_vec())),
            _ => String::from_sql(kind, raw).map(Self::Text),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(kind: &Type) -> bool {
        matches!(
            *kind,
            Type::INT8
                | Type::INT4
                | Type::INT2
                | Type::BOOL
                | Type::BYTEA
                | Type::TEXT
                | Type::VARCHAR
                | Type::BPCHAR
                | Type::NAME
        )
    }
}
