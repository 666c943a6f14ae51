//! The userinfo endpoint (OpenID Connect Core §5.3).

use serde_json::{Map, Value, json};
use session::rotation::{AccessSeen, confirm};
use store::audit::{AuditEvent, AuditLine};

use crate::{ErrorCode, OAuthError, Provider, Scope};

/// Why there are no claims.
#[derive(Debug, thiserror::Error)]
pub enum UserinfoError {
    /// The access token is not good here, any more, or at all.
    #[error("the access token is not valid")]
    Refused(OAuthError),
    /// The store could not answer.
    #[error("the store could not answer")]
    Store(#[from] store::Error),
}

impl Provider {
    /// The claims about the person behind an access token. To be seen here confirms the token's refresh token
    /// (`docs/rotation.md`).
    pub async fn userinfo(&self, token: &str) -> Result<Map<String, Value>, UserinfoError> {
        let claims = self
            .verify_access_token(token, self.endpoint.userinfo_resource())
            .await?
            .inspect_err(|error| tracing::debug!(%error, "an access token was refused"))
            .map_err(|_| invalid("the access token is not valid"))?;
        let (chain, position) = claims.grant().ok_or_else(|| invalid("the access token names no person"))?;
        let revoked = || invalid("the access token was revoked");
        let found = self.store.grant(chain).await?.ok_or_else(revoked)?;
        let user = found.user.ok_or_else(revoked)?;
        let settings = self.rotation;
        let confirmation = confirm(&found.grant.chain, position, self.now(), &settings);
        if confirmation.changed {
            let line = match &confirmation.seen {
                AccessSeen::Theft(evidence) => Some(
                    AuditLine::new(AuditEvent::GrantTheft, &*self.clock, &*self.entropy)
                        .application(found.grant.application)
                        .user(found.grant.user)
                        .detail(json!({"row": evidence.row.as_str()})),
                ),
                AccessSeen::Confirmed
                | AccessSeen::AlreadyConfirmed
                | AccessSeen::Promoted
                | AccessSeen::NotCurrent
                | AccessSeen::Ended(_) => None,
            };
            // A lost race means that somebody else has just written: the next use confirms.
            self.store.replace_chain(&confirmation.chain, found.version, line).await?;
        }
        match confirmation.seen {
            AccessSeen::Theft(_) | AccessSeen::Ended(_) => return Err(revoked()),
            AccessSeen::Confirmed
            | AccessSeen::AlreadyConfirmed
            | AccessSeen::Promoted
            | AccessSeen::NotCurrent => {}
        }
        let mut answer = self.claims_about(&user, &Scope::stored(&claims.scope)).await?;
        answer.insert("sub".into(), json!(user.id));
        Ok(answer)
    }
}

fn invalid(description: &'static str) -> UserinfoError {
    UserinfoError::Refused(OAuthError::new(ErrorCode::InvalidToken, description))
}
