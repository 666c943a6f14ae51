//! What a client learns about a person: as much as the scope allows.

use model::User;
use serde_json::{Map, Value, json};
use store::Error;

use crate::scope::{ORGANIZATION_ROLES, ORGANIZATIONS};
use crate::{Provider, Scope};

impl Provider {
    /// The claims about a person that a scope allows. What they belong to is read now: a membership that has ended is in
    /// no later token.
    pub(crate) async fn claims_about(&self, user: &User, scope: &Scope) -> Result<Map<String, Value>, Error> {
        let mut claims = profile(user, scope);
        if scope.has("phone")
            && let Some(phone) = self.store.phone(user.id).await?
        {
            // There are no others than verified ones.
            claims.insert("phone_number".into(), phone.number.as_str().into());
            claims.insert("phone_number_verified".into(), true.into());
        }
        if scope.has(ORGANIZATIONS) || scope.has(ORGANIZATION_ROLES) {
            let memberships = self.store.memberships(user.id).await?;
            if scope.has(ORGANIZATIONS) {
                let ids = memberships.iter().map(|of| of.organization.to_string());
                claims.insert("organizations".into(), ids.collect());
            }
            if scope.has(ORGANIZATION_ROLES) {
                let roles = memberships
                    .iter()
                    .flat_map(|of| of.roles.iter().map(|role| format!("{}:{role}", of.organization)));
                claims.insert("organization_roles".into(), roles.collect());
            }
        }
        Ok(claims)
    }
}

fn profile(user: &User, scope: &Scope) -> Map<String, Value> {
    let mut claims = Map::new();
    if scope.has("profile") {
        claims.insert("name".into(), json!(user.name));
        claims.insert("username".into(), json!(user.username));
        claims.insert("preferred_username".into(), json!(user.username));
        claims.insert("created_at".into(), json!(user.created_at.as_millis()));
        claims.insert("updated_at".into(), json!(user.updated_at.as_seconds()));
    }
    if scope.has("email") {
        claims.insert("email".into(), json!(user.email));
        claims.insert("email_verified".into(), json!(user.email_verified));
    }
    claims.retain(|_, value| !value.is_null());
    claims
}
