//! JSON objects, read strictly: no member twice (C083).

use std::fmt;

use serde::de::{Deserializer as _, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};

/// Reads one object that names no member twice. `serde_json` bounds the depth.
pub(crate) fn object(json: &[u8]) -> Result<Map<String, Value>, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let members = reader.deserialize_map(Members)?;
    reader.end()?;
    Ok(members)
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object without duplicate members")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, value)) = access.next_entry::<String, Value>()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member appears twice"));
            }
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c083_a_member_appears_once() {
        assert_eq!(object(br#"{"a":1,"b":{}}"#).unwrap().len(), 2);
        for wrong in [r#"{"a":1,"a":1}"#, "[]", "1", "", "{}{}", r#"{"a":1"#, "<html>"] {
            assert!(object(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
