//! Reading JWTs that we signed ourselves: strictly, and before anything is believed.
//!
//! The key decides the algorithm (RFC 8725 §3.1), never the header; `jwk`, `jku`, `x5u` and `x5c` are refused;
//! duplicate members are refused; a claim of the wrong type is invalid, not absent.

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};

use model::Timestamp;

use crate::{KeyRing, SigningKey, TokenType, base64url};

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 8_192;

/// Why a token is refused. The difference is for logs; callers answer the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// Not three strict base64url parts of JSON objects, or too long.
    #[error("the token is not a well-formed JWT")]
    Malformed,
    /// No published key has this id.
    #[error("the token names a key that is not published")]
    UnknownKey,
    /// The header names another algorithm than the key's, or an extension.
    #[error("the header of the token is not one of ours")]
    ForeignHeader,
    /// The `typ` is that of another kind of token.
    #[error("the token is of another kind")]
    WrongType,
    /// The signature does not verify.
    #[error("the signature of the token does not verify")]
    WrongSignature,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

/// Verifies a token and reads its claims; tells the key that signed it too. Expiry, issuer and audience are the
/// caller's: they differ by kind.
pub fn verify<C: DeserializeOwned>(
    token: &str,
    kind: TokenType,
    ring: &KeyRing,
    now: Timestamp,
) -> Result<(Arc<str>, C), JwtError> {
    let (kid, claims) = verify_json(token, kind, ring, now)?;
    let claims = serde_json::from_slice(&claims).map_err(|_| JwtError::Malformed)?;
    Ok((kid, claims))
}

/// Like [`verify`], with the claims as they were written: a JSON object without duplicate members.
pub fn verify_json(
    token: &str,
    kind: TokenType,
    ring: &KeyRing,
    now: Timestamp,
) -> Result<(Arc<str>, Vec<u8>), JwtError> {
    if token.len() > LONGEST {
        return Err(JwtError::Malformed);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(JwtError::Malformed)?;
    let (header, claims) = message.split_once('.').ok_or(JwtError::Malformed)?;
    if claims.contains('.') {
        return Err(JwtError::Malformed);
    }
    let key = match ring.find_by_header(kind, header, now) {
        Some(key) => key,
        None => read_header(header, kind, ring, now)?,
    };
    let claims = base64url::decode(claims).ok_or(JwtError::Malformed)?;
    let signature = base64url::decode(signature).ok_or(JwtError::Malformed)?;
    if !key.verifies(message.as_bytes(), &signature) {
        return Err(JwtError::WrongSignature);
    }
    check_members(&claims)?;
    Ok((key.shared_kid(), claims))
}

/// The key that a header names which is not one of ours to the letter: written by somebody else, or by a version of
/// ours that writes it otherwise.
fn read_header<'r>(
    header: &str,
    kind: TokenType,
    ring: &'r KeyRing,
    now: Timestamp,
) -> Result<&'r Arc<SigningKey>, JwtError> {
    let header = base64url::decode(header).ok_or(JwtError::Malformed)?;
    check_members(&header)?;
    let header: Header = serde_json::from_slice(&header).map_err(|_| JwtError::ForeignHeader)?;
    let key = ring.find(&header.kid, now).ok_or(JwtError::UnknownKey)?;
    if header.alg != key.algorithm().as_str() {
        return Err(JwtError::ForeignHeader);
    }
    if header.typ == kind.as_str() { Ok(key) } else { Err(JwtError::WrongType) }
}

/// Refuses JSON that is no object or names a member twice, at any depth (C083).
fn check_members(json: &[u8]) -> Result<(), JwtError> {
    if json.first() != Some(&b'{') {
        return Err(JwtError::Malformed);
    }
    let mut reader = serde_json::Deserializer::from_slice(json);
    NoDuplicates.deserialize(&mut reader).and_then(|()| reader.end()).map_err(|_| JwtError::Malformed)
}

/// Walks a JSON value and keeps nothing of it. `serde_json` bounds the depth.
#[derive(Clone, Copy)]
struct NoDuplicates;

impl<'de> DeserializeSeed<'de> for NoDuplicates {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NoDuplicates {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without duplicate members")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen: Vec<String> = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            if seen.contains(&name) {
                return Err(A::Error::custom("a member appears twice"));
            }
            seen.push(name);
            members.next_value_seed(self)?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "jwt_tests.rs"]
mod tests;
