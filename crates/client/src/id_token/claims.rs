//! The claims of an id token: a claim of the wrong type is invalid, not absent (C073).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::IdTokenError;

/// What an id token says, under the names of OpenID Connect Core §2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdClaims {
    /// The issuer.
    pub iss: String,
    /// The person: unique at the issuer, and never given to somebody else.
    pub sub: String,
    /// For whom it was made.
    pub aud: Vec<String>,
    /// To whom it was given.
    pub azp: Option<String>,
    /// When it is over, in seconds since the epoch.
    pub exp: i64,
    /// When it was made.
    pub iat: i64,
    /// From when it counts.
    pub nbf: Option<i64>,
    /// When the person signed in.
    pub auth_time: Option<i64>,
    /// The session at the provider.
    pub sid: Option<String>,
    /// Every other claim.
    pub other: Map<String, Value>,
}

/// What ties a token to its request and its access token. Of no use once checked.
#[derive(Debug)]
pub(super) struct Bindings {
    pub(super) nonce: Option<String>,
    pub(super) at_hash: Option<String>,
}

impl IdClaims {
    /// A further claim, when it is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.other.get(name).and_then(Value::as_str)
    }

    pub(super) fn read(mut members: Map<String, Value>) -> Result<(Self, Bindings), IdTokenError> {
        let members = &mut members;
        let bindings = Bindings { nonce: text(members, "nonce")?, at_hash: text(members, "at_hash")? };
        let claims = Self {
            iss: needed("iss", text(members, "iss")?)?,
            sub: needed("sub", text(members, "sub")?)?,
            aud: audience(members.remove("aud"))?,
            azp: text(members, "azp")?,
            exp: needed("exp", number(members, "exp")?)?,
            iat: needed("iat", number(members, "iat")?)?,
            nbf: number(members, "nbf")?,
            auth_time: number(members, "auth_time")?,
            sid: text(members, "sid")?,
            other: std::mem::take(members),
        };
        // At most 255 characters (Core §2).
        if claims.sub.is_empty() || claims.sub.len() > 255 {
            return Err(IdTokenError::MalformedClaim("sub"));
        }
        Ok((claims, bindings))
    }
}

fn needed<T>(name: &'static str, claim: Option<T>) -> Result<T, IdTokenError> {
    claim.ok_or(IdTokenError::MalformedClaim(name))
}

fn text(members: &mut Map<String, Value>, name: &'static str) -> Result<Option<String>, IdTokenError> {
    match members.remove(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(IdTokenError::MalformedClaim(name)),
    }
}

fn number(members: &mut Map<String, Value>, name: &'static str) -> Result<Option<i64>, IdTokenError> {
    let Some(claim) = members.remove(name) else { return Ok(None) };
    claim.as_i64().filter(|seconds| *seconds >= 0).map(Some).ok_or(IdTokenError::MalformedClaim(name))
}

/// One audience, or a list of them (RFC 7519 §4.1.3).
fn audience(claim: Option<Value>) -> Result<Vec<String>, IdTokenError> {
    let wrong = IdTokenError::MalformedClaim("aud");
    match claim {
        Some(Value::String(one)) => Ok(vec![one]),
        Some(Value::Array(several)) => {
            let read =
                several.into_iter().map(|one| if let Value::String(one) = one { Some(one) } else { None });
            read.collect::<Option<_>>().ok_or(wrong)
        }
        Some(_) | None => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(claims: &Value) -> Result<(IdClaims, Bindings), IdTokenError> {
        IdClaims::read(claims.as_object().unwrap().clone())
    }

    #[test]
    fn c073_a_claim_of_the_wrong_type_is_invalid() {
        let good = json!({"iss": "i", "sub": "s", "aud": ["a", "b"], "exp": 2, "iat": 1, "name": "N"});
        let (claims, _) = read(&good).unwrap();
        assert_eq!((claims.aud.len(), claims.text("name")), (2, Some("N")));
        for (name, value) in [
            ("exp", json!("99999999999")),
            ("exp", json!(null)),
            ("exp", json!(1.5)),
            ("exp", json!(1e300)),
            ("exp", json!(-1)),
            ("iat", json!([1])),
            ("nbf", json!("1")),
            ("auth_time", json!(true)),
            ("aud", json!(["a", 1])),
            ("aud", json!({})),
            ("azp", json!(["a"])),
            ("sub", json!("")),
            ("sub", json!("s".repeat(256))),
            ("nonce", json!(7)),
            ("at_hash", json!(null)),
        ] {
            let mut wrong = good.clone();
            wrong[name] = value;
            let error = read(&wrong).unwrap_err();
            assert!(matches!(error, IdTokenError::MalformedClaim(at) if at == name), "{wrong}");
        }
    }
}
