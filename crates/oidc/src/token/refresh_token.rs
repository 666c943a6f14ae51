//! The refresh token grant (RFC 6749 §6), by the contract of `docs/rotation.md`.

use std::time::Duration;

use model::{Application, User};
use serde_json::{Map, Value, json};
use session::rotation::{Answer, Decision, OpenError, Position, Presented, decide};
use store::audit::{AuditEvent, AuditLine};
use store::grants::{FoundGrant, Grant};

use super::issue::Issue;
use super::{TokenError, TokenResponse};
use crate::{ErrorCode, OAuthError, Parameters, Provider, Scope};

/// How often a decision is made again because somebody else has just written the row. Each round somebody gets
/// through, and within the window nobody needs to write twice.
const ROUNDS: usize = 32;

/// Whose tokens are renewed, and what the id token says about them.
struct Person<'a> {
    user: &'a User,
    about: Map<String, Value>,
}

impl Provider {
    pub(super) async fn refresh(
        &self,
        application: &Application,
        parameters: &Parameters,
    ) -> Result<TokenResponse, TokenError> {
        let presented = parameters.first("refresh_token");
        let presented = presented.ok_or_else(|| OAuthError::invalid_request("refresh_token is missing"))?;
        let presented = self.open(presented)?;
        for _ in 0..ROUNDS {
            let found = self.store.grant(presented.chain()).await?.ok_or_else(refused)?;
            let (position, user) = self.verify(&presented, &found, application)?;
            let scope = narrowed(parameters, &found.grant)?;
            let audience = self.audience(application, parameters, found.grant.resource.as_deref())?;
            let about = self.claims_about(user, &Scope::stored(&found.grant.scope)).await?;
            let settings = self.rotation_of(application.kind);
            let decision = decide(&found.grant.chain, position, self.now(), &settings);
            let line = self.audit_line(&decision, &found.grant);
            if decision.changed && !self.store.replace_chain(&decision.chain, found.version, line).await? {
                continue;
            }
            let person = Person { user, about };
            return self.answer(application, person, &found.grant, &decision, &scope, audience);
        }
        Err(TokenError::NotNow { retry_after: Duration::from_secs(1) })
    }

    /// The shape and the short MAC: garbage and foreign tokens cost no query.
    fn open(&self, text: &str) -> Result<Presented, TokenError> {
        self.refresh_keys.open(text).map_err(|error| match error {
            OpenError::Malformed | OpenError::Foreign => refused().into(),
            // A key that this node does not know yet is not the client's fault: never `invalid_grant`.
            OpenError::UnknownKey(_) => TokenError::NotNow { retry_after: Duration::from_secs(5) },
        })
    }

    /// The full HMAC, the client and the account. Nothing is revoked by a token in the wrong hands (C047).
    fn verify<'a>(
        &self,
        presented: &Presented,
        found: &'a FoundGrant,
        application: &Application,
    ) -> Result<(Position, &'a User), OAuthError> {
        let position = self.refresh_keys.verify(presented, &found.grant.chain.salt).map_err(|_| refused())?;
        let usable = found.grant.application == application.id && found.grant.offline;
        let user = found.user.as_ref().filter(|_| usable).ok_or_else(refused)?;
        Ok((position, user))
    }

    fn answer(
        &self,
        application: &Application,
        person: Person<'_>,
        grant: &Grant,
        decision: &Decision,
        scope: &Scope,
        audience: &str,
    ) -> Result<TokenResponse, TokenError> {
        match decision.answer {
            Answer::Unauthorised(_) | Answer::Theft(_) => Err(refused().into()),
            Answer::NotNow { retry_after } | Answer::RollbackSuspected { retry_after: Some(retry_after) } => {
                Err(TokenError::NotNow { retry_after })
            }
            Answer::AccessOnly
            | Answer::Again { .. }
            | Answer::Kept
            | Answer::Named
            | Answer::Promoted
            | Answer::Recovered { .. }
            | Answer::RollbackSuspected { retry_after: None }
            | Answer::Rotated => self.issue(Issue {
                application,
                user: person.user,
                about: person.about,
                grant,
                chain: &decision.chain,
                scope,
                audience,
                // A refreshed id token invents no nonce (Core §12.2, C052).
                nonce: None,
                refresh_token: decision.refresh_token(),
            }),
        }
    }

    /// What an operator should learn of a decision.
    fn audit_line(&self, decision: &Decision, grant: &Grant) -> Option<AuditLine> {
        let (event, detail) = match &decision.answer {
            Answer::Theft(evidence) => (
                AuditEvent::GrantTheft,
                json!({
                    "row": evidence.row.as_str(),
                    "presentedGeneration": evidence.presented.generation,
                    "currentGeneration": evidence.current.generation,
                    "mintedAt": evidence.minted_at,
                    "confirmedAt": evidence.confirmed_at,
                }),
            ),
            Answer::Recovered { recoveries } => {
                (AuditEvent::RefreshRecovered, json!({"recoveries": recoveries}))
            }
            Answer::RollbackSuspected { .. } => (AuditEvent::RollbackSuspected, json!({})),
            Answer::Again { after_confirmation: true } => (AuditEvent::RefreshRepeated, json!({})),
            Answer::Again { after_confirmation: false }
            | Answer::AccessOnly
            | Answer::Kept
            | Answer::Named
            | Answer::NotNow { .. }
            | Answer::Promoted
            | Answer::Rotated
            | Answer::Unauthorised(_) => return None,
        };
        let line = AuditLine::new(event, &*self.clock, &*self.entropy);
        Some(line.application(grant.application).user(grant.user).detail(detail))
    }
}

/// The scope of this access token: at most what was granted; the grant itself keeps its scope (C051).
fn narrowed(parameters: &Parameters, grant: &Grant) -> Result<Scope, OAuthError> {
    let granted = Scope::stored(&grant.scope);
    let Some(asked) = parameters.first("scope") else { return Ok(granted) };
    let asked = Scope::parse(asked).filter(|asked| asked.is_within(&granted));
    asked.ok_or_else(|| OAuthError::new(ErrorCode::InvalidScope, "the scope exceeds what was granted"))
}

/// The same words whatever is wrong: whether a token is current or previous is never shown.
fn refused() -> OAuthError {
    OAuthError::invalid_grant("the refresh token is not valid")
}
