//! What the application keeps about somebody beside their session.

use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use toolkit::claim::Payload;
use toolkit::sign_in::Identity;

/// The name in the data of a session.
const NAME: &str = "profile";

/// What the provider said about somebody.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Profile {
    /// How to address them.
    pub(crate) name: String,
    /// Every claim as name and value.
    pub(crate) claims: Vec<(String, String)>,
    pub(crate) scope: String,
    /// When the provider's access token is over.
    pub(crate) access_ends_at: Option<Timestamp>,
    /// How often the provider was asked anew.
    pub(crate) renewals: u32,
}

impl Profile {
    pub(crate) fn of(identity: &Identity) -> Self {
        let known = ["name", "preferred_username", "username", "email"];
        let name = known.into_iter().find_map(|claim| identity.text(claim)).unwrap_or(&identity.claims.sub);
        Self {
            name: name.to_owned(),
            claims: rows(identity),
            scope: identity.scope.clone(),
            access_ends_at: identity.access_ends_at,
            renewals: 0,
        }
    }

    /// What is kept beside a session; nothing of whoever is not known.
    pub(crate) fn read_from(data: &Payload) -> Self {
        let kept = data.get(NAME).cloned();
        kept.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
    }

    pub(crate) fn write_to(&self, data: &mut Payload) {
        let value = serde_json::to_value(self).expect("plain structures with text keys become JSON");
        data.insert(NAME.to_owned(), value);
    }
}

/// What the id token says, and what the userinfo endpoint adds or changes.
fn rows(identity: &Identity) -> Vec<(String, String)> {
    let claims = &identity.claims;
    let mut rows = vec![("iss".to_owned(), claims.iss.clone()), ("sub".to_owned(), claims.sub.clone())];
    rows.extend(claims.sid.iter().map(|sid| ("sid".to_owned(), sid.clone())));
    let mut others = claims.other.clone();
    others.extend(identity.userinfo.clone());
    rows.extend(others.into_iter().map(|(name, value)| (name, text(&value))));
    rows
}

/// A value as a person reads it.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
