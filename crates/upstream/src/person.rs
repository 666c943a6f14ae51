//! Who a provider says somebody is.

use model::{EmailAddress, ProfileMap, Timestamp};
use serde_json::{Map, Value};

use crate::{Shape, UpstreamError};

/// The longest subject and the longest name that are kept, in characters.
const LONGEST: usize = 255;

/// Somebody, as a provider knows them. Only issuer and subject say who they are; the rest is what they are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who says so.
    pub issuer: String,
    /// Who they are there: never given to somebody else.
    pub subject: String,
    /// What they are called.
    pub name: Option<String>,
    /// Their address.
    pub email: Option<EmailAddress>,
    /// The provider says, by the boolean `true` and nothing else, that it has verified the address (C169).
    pub email_verified: bool,
    /// When they showed who they are, if the provider says so and is held to it.
    pub auth_time: Option<Timestamp>,
}

impl Person {
    /// Reads the claims of an id token or of the userinfo endpoint.
    pub(crate) fn of_claims(issuer: &str, subject: &str, claims: &Map<String, Value>) -> Self {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let verified = claims.get("email_verified");
        Self::new(issuer, subject.to_owned(), text("name"), text("email"), verified)
    }

    /// Reads an answer of a provider of OAuth 2.0.
    pub(crate) fn of_answer(issuer: &str, answer: &Value, shape: &Names<'_>) -> Result<Self, UpstreamError> {
        let text = |name: Option<&str>| at(answer, name?).and_then(Value::as_str);
        let subject = match at(answer, shape.id) {
            Some(Value::String(id)) if !id.is_empty() && id.len() <= LONGEST => id.clone(),
            Some(Value::Number(id)) if id.is_u64() => id.to_string(),
            Some(_) | None => {
                return Err(UpstreamError::Unusable("the answer does not say who the person is"));
            }
        };
        let verified = shape.email_verified.and_then(|name| at(answer, name));
        Ok(Self::new(issuer, subject, text(shape.name), text(shape.email), verified))
    }

    fn new(
        issuer: &str,
        subject: String,
        name: Option<&str>,
        email: Option<&str>,
        verified: Option<&Value>,
    ) -> Self {
        let email = email.and_then(|text| EmailAddress::parse(text).ok());
        Self {
            issuer: issuer.to_owned(),
            subject,
            name: name.and_then(presentable),
            email_verified: email.is_some() && verified == Some(&Value::Bool(true)),
            email,
            auth_time: None,
        }
    }

    /// Takes the primary one of a list of addresses, when the provider has verified it.
    pub(crate) fn with_addresses(mut self, list: &Value) -> Self {
        let primary = list.as_array().into_iter().flatten().find(|entry| entry["primary"] == true);
        if let Some(entry) = primary {
            self.email = entry["email"].as_str().and_then(|text| EmailAddress::parse(text).ok());
            self.email_verified = self.email.is_some() && entry["verified"] == true;
        }
        self
    }

    /// With a name that came beside what is signed: it is shown, and proves nothing.
    pub(crate) fn or_called(mut self, name: Option<&str>) -> Self {
        self.name = self.name.or_else(|| name.and_then(presentable));
        self
    }
}

/// A name that may be kept and shown: bounded, without control characters.
fn presentable(name: &str) -> Option<String> {
    let name: String = name.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// What the members of an answer are called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'a> {
    id: &'a str,
    name: Option<&'a str>,
    email: Option<&'a str>,
    email_verified: Option<&'a str>,
}

impl From<Shape> for Names<'static> {
    fn from(shape: Shape) -> Self {
        Self {
            id: shape.id,
            name: Some(shape.name),
            email: shape.email,
            email_verified: shape.email_verified,
        }
    }
}

impl<'a> From<&'a ProfileMap> for Names<'a> {
    fn from(map: &'a ProfileMap) -> Self {
        Self {
            id: &map.id,
            name: map.name.as_deref(),
            email: map.email.as_deref(),
            email_verified: map.email_verified.as_deref(),
        }
    }
}

/// The member that a name with dots leads to.
fn at<'v>(answer: &'v Value, name: &str) -> Option<&'v Value> {
    name.split('.').try_fold(answer, |value, member| value.get(member))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Protocol, provider};
    use model::ProviderKind;
    use serde_json::json;

    fn read(kind: ProviderKind, answer: &Value) -> Person {
        let Protocol::OAuth(Some(oauth)) = provider(kind).protocol else { panic!("{kind} speaks OAuth 2.0") };
        Person::of_answer(oauth.issuer, answer, &oauth.shape.into()).unwrap()
    }

    #[test]
    fn each_provider_is_read_as_it_writes() {
        let github = read(
            ProviderKind::GitHub,
            &json!({"id": 42, "login": "ada", "name": null, "email": "x@y.example"}),
        );
        assert_eq!((github.subject.as_str(), &github.name, &github.email), ("42", &None, &None));
        let github = github.with_addresses(&json!([
            {"email": "old@example.com", "primary": false, "verified": true},
            {"email": "ada@example.com", "primary": true, "verified": true},
        ]));
        assert_eq!((github.email.unwrap().as_str(), github.email_verified), ("ada@example.com", true));
        let x = read(ProviderKind::X, &json!({"data": {"id": "7", "name": "Ada", "username": "ada"}}));
        assert_eq!((x.subject.as_str(), x.name.as_deref(), x.email_verified), ("7", Some("Ada"), false));
        let facebook =
            read(ProviderKind::Facebook, &json!({"id": "8", "name": "Ada", "email": "ada@example.com"}));
        assert!(facebook.email.is_some() && !facebook.email_verified, "it never says");
        let discord = read(
            ProviderKind::Discord,
            &json!({"id": "9", "global_name": "Ada", "email": "ada@example.com", "verified": true}),
        );
        assert!(discord.email_verified);
    }

    #[test]
    fn c169_only_the_boolean_true_verifies() {
        for (value, verified) in [
            (json!(true), true),
            (json!("true"), false),
            (json!("false"), false),
            (json!(1), false),
            (json!(null), false),
        ] {
            let claims = json!({"email": "ada@example.com", "email_verified": value});
            let person = Person::of_claims("https://op.example", "s", claims.as_object().unwrap());
            assert_eq!(person.email_verified, verified, "{value}");
        }
        let none = json!({"email": "no address", "email_verified": true});
        assert!(!Person::of_claims("https://op.example", "s", none.as_object().unwrap()).email_verified);
    }

    #[test]
    fn an_answer_without_a_person_is_refused() {
        let names = Names { id: "id", name: None, email: None, email_verified: None };
        for wrong in [
            json!({}),
            json!({"id": ""}),
            json!({"id": null}),
            json!({"id": -1}),
            json!({"id": "x".repeat(256)}),
            json!([]),
        ] {
            assert!(Person::of_answer("i", &wrong, &names).is_err(), "{wrong}");
        }
    }
}
