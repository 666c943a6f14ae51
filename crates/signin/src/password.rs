//! Signing in with an identifier and a password.

use std::net::IpAddr;
use std::time::Duration;

use accounts::throttle::{Device, Network};
use accounts::{Attempt, SignIn, SignInError};
use model::{BrowserSessionId, UserId};
use secrecy::SecretString;
use serde_json::json;
use store::audit::{AuditEvent, AuditLine};
use store::flows::Flow;

use crate::{Arrival, Reception};

/// Who is at the browser, as far as the request tells.
#[derive(Clone, Copy, Debug)]
pub struct Visitor<'a> {
    /// The address of the browser.
    pub address: IpAddr,
    /// What it calls itself.
    pub user_agent: Option<&'a str>,
    /// Whose sign-in this browser has seen before, and which browser it is.
    pub known: Option<(UserId, Device)>,
    /// The session that it has now.
    pub session: Option<BrowserSessionId>,
    /// The language of letters to whoever is there; none where no letters can be sent.
    pub letters: Option<&'a str>,
}

/// Why a password does not sign in.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// No such account, or another password.
    #[error("the identifier or the password is wrong")]
    Wrong,
    /// Too many tries.
    #[error("too many tries")]
    Throttled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// The account is suspended.
    #[error("the account is suspended")]
    Suspended,
    /// Too many passwords are being checked at once.
    #[error("too many passwords are being checked at once")]
    Busy,
    /// A rehearsal never yields a session.
    #[error("a rehearsal signs nobody in")]
    Rehearsal,
    /// A stored hash is damaged.
    #[error("a stored password hash cannot be read")]
    Corrupt,
    /// The store could not answer.
    #[error("the store could not answer")]
    Store(#[source] store::Error),
}

impl Reception {
    /// Signs in with a password and lets the flow go on. What was typed as identifier is kept, so that a restart
    /// can show it again.
    pub async fn sign_in(
        &self,
        flow: &Flow,
        identifier: &str,
        password: SecretString,
        visitor: &Visitor<'_>,
    ) -> Result<Arrival, PasswordError> {
        if flow.rehearsal {
            return Err(PasswordError::Rehearsal);
        }
        if flow.identifier.as_deref() != Some(identifier) {
            let kept: String = identifier.chars().take(254).collect();
            self.store.keep_identifier(flow.id, &kept).await.map_err(PasswordError::Store)?;
        }
        let sign_in = SignIn {
            store: &self.store,
            pool: &self.pool,
            limits: &self.limits,
            clock: &*self.clock,
            entropy: &*self.entropy,
        };
        let network = Network::of(visitor.address);
        let attempt = Attempt { identifier, password, network, known_browser: visitor.known };
        match sign_in.verify(attempt).await {
            Ok(user) => {
                let arrived = self.arrive(&user, Some(flow.id), visitor, "password").await;
                arrived.map_err(PasswordError::Store)?.ok_or(PasswordError::Wrong)
            }
            Err(error) => {
                let (refused, cause) = translate(error);
                if let Some(cause) = cause {
                    self.note_failure(flow, cause, visitor).await;
                }
                Err(refused)
            }
        }
    }

    /// The audit line of a failure. It must not change what the person is told, so a store that fails here is
    /// only logged.
    pub(crate) async fn note_failure(&self, flow: &Flow, cause: &'static str, visitor: &Visitor<'_>) {
        let line = AuditLine::new(AuditEvent::SignInFailed, &*self.clock, &*self.entropy)
            .application(flow.application)
            .detail(json!({"cause": cause, "address": visitor.address.to_string()}));
        if let Err(error) = self.store.append_audit(line).await {
            tracing::warn!(%error, "the audit line of a failed sign-in could not be written");
        }
    }
}

/// The refusal, and the word for the audit log when the person caused it.
pub(crate) fn translate(error: SignInError) -> (PasswordError, Option<&'static str>) {
    match error {
        SignInError::Wrong => (PasswordError::Wrong, Some("wrong")),
        // The counter itself tells of these; a line each would let a flood fill the disk.
        SignInError::Throttled { retry_after } => (PasswordError::Throttled { retry_after }, None),
        SignInError::Suspended { .. } => (PasswordError::Suspended, Some("suspended")),
        SignInError::Busy => (PasswordError::Busy, None),
        SignInError::Corrupt { user } => {
            tracing::error!(%user, "the stored password hash of this account cannot be read");
            (PasswordError::Corrupt, None)
        }
        SignInError::Store(error) => (PasswordError::Store(error), None),
    }
}
