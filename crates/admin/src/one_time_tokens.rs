//! One-time tokens: made for applications that send them by themselves, checked, withdrawn, removed.

use std::time::Duration;

use model::{ApplicationId, ApplicationKind, EmailAddress, LinkId, OrganizationId, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use store::audit::{AuditEvent, AuditLine};
use store::one_time_tokens::OneTimeToken;

use crate::{ChangeError, Invalid, Operator};

/// How long a token is good, unless it says otherwise.
const LIFETIME: u64 = 10 * 60;
/// The longest life of a token, in seconds: what it opens is an account.
const LONGEST_LIFE: u64 = 24 * 3_600;
/// The most organizations that one token names.
const MOST_ORGANIZATIONS: usize = 20;

/// What a body says of a new token.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewOneTimeToken {
    /// Whose it is, as the body writes it.
    pub email: String,
    /// In seconds; ten minutes when absent.
    #[serde(default)]
    expires_in: Option<u64>,
    /// The one application at which it may be used; at any when absent.
    #[serde(default)]
    application_id: Option<ApplicationId>,
    #[serde(default)]
    context: Context,
}

/// What else using a token does.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Context {
    /// Organizations that its owner joins.
    #[serde(default)]
    jit_organization_ids: Vec<OrganizationId>,
}

/// The body of a token. It never holds what opens it.
pub fn body(token: &OneTimeToken, now: Timestamp) -> Value {
    json!({
        "id": token.id,
        "email": token.address,
        "applicationId": token.application,
        "context": {"jitOrganizationIds": token.organizations},
        "status": token.standing(now).status().as_str(),
        "createdAt": token.created_at.as_millis(),
        "expiresAt": token.expires_at.as_millis(),
    })
}

impl Operator {
    /// Makes a token for an address, of which `key` is the normal form (C150).
    pub async fn create_one_time_token(
        &self,
        new: NewOneTimeToken,
        address: EmailAddress,
        key: String,
    ) -> Result<OneTimeToken, ChangeError> {
        let seconds = new.expires_in.unwrap_or(LIFETIME);
        if !(1..=LONGEST_LIFE).contains(&seconds) {
            return Err(Invalid::new("expiresIn", "1 to 86400 seconds are expected").into());
        }
        if let Some(application) = new.application_id {
            self.require_people(application).await?;
        }
        let organizations = new.context.jit_organization_ids;
        if organizations.len() > MOST_ORGANIZATIONS {
            return Err(Invalid::new("context.jitOrganizationIds", "at most twenty are named").into());
        }
        for organization in &organizations {
            if self.store.organization(*organization).await?.is_none() {
                let message = format!("there is no organization {organization}");
                return Err(Invalid::new("context.jitOrganizationIds", message).into());
            }
        }
        let now = self.clock.now();
        let token = OneTimeToken {
            id: LinkId::new(&*self.clock, &*self.entropy),
            address,
            address_key: key,
            application: new.application_id,
            organizations,
            created_at: now,
            expires_at: now.plus(Duration::from_secs(seconds)),
            consumed_at: None,
            revoked_at: None,
            replaced_at: None,
        };
        let line = self.token_line(AuditEvent::OneTimeTokenCreated, token.id);
        self.store.issue_one_time_token(&token, line).await?;
        Ok(token)
    }

    /// Uses a token up for a caller who has verified its owner; `false` when it is over.
    pub async fn consume_one_time_token(&self, id: LinkId) -> Result<bool, store::Error> {
        let line = self.token_line(AuditEvent::OneTimeTokenConsumed, id);
        self.store.consume_one_time_token(id, self.clock.now(), line).await
    }

    /// Withdraws a token; `false` when it was used or withdrawn already.
    pub async fn revoke_one_time_token(&self, id: LinkId) -> Result<bool, store::Error> {
        let line = self.token_line(AuditEvent::OneTimeTokenRevoked, id);
        self.store.revoke_one_time_token(id, self.clock.now(), line).await
    }

    /// Removes a token; `false` when there is none.
    pub async fn delete_one_time_token(&self, id: LinkId) -> Result<bool, store::Error> {
        let line = self.token_line(AuditEvent::OneTimeTokenDeleted, id);
        self.store.delete_one_time_token(id, line).await
    }

    /// An application at which people sign in.
    async fn require_people(&self, application: ApplicationId) -> Result<(), ChangeError> {
        let found = self.store.application(application).await?;
        if found.is_some_and(|found| found.kind != ApplicationKind::MachineToMachine) {
            return Ok(());
        }
        let message = format!("there is no application {application} at which people sign in");
        Err(Invalid::new("applicationId", message).into())
    }

    fn token_line(&self, event: AuditEvent, id: LinkId) -> AuditLine {
        AuditLine::new(event, &*self.clock, &*self.entropy).detail(json!({"oneTimeTokenId": id}))
    }
}
