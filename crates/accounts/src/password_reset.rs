//! Choosing a new password, by a link that went to the account's e-mail address.

use std::time::Duration;

use keys::opaque;
use model::{Clock, Entropy, FlowId, MailId, User};
use secrecy::SecretString;
use store::Store;
use store::audit::{AuditEvent, AuditLine};
use store::outbox::{Mail, MailKind};
use store::password_resets::{FoundPasswordReset, PasswordReset as Reset};

use crate::password::PasswordRefused;
use crate::throttle::{Budget, Limits, Network};
use crate::{HashingPool, Identifier, password};

/// What is needed to change forgotten passwords.
#[derive(Clone, Copy, Debug)]
pub struct PasswordReset<'a> {
    /// The tables.
    pub store: &'a Store,
    /// The hashing threads.
    pub pool: &'a HashingPool,
    /// The limits.
    pub limits: &'a Limits,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Chance.
    pub entropy: &'a dyn Entropy,
}

/// Why no letter was ordered. Whether an account exists is no reason.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Too many letters were asked for.
    #[error("too many tries")]
    Throttled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// The store could not answer.
    #[error("the store could not answer")]
    Store(#[from] store::Error),
}

/// Where a link stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkStanding {
    /// It can be followed.
    Live(Reset),
    /// It is too old.
    Expired(Reset),
    /// A newer one took its place, or the password was changed by another.
    Replaced(Reset),
    /// It was followed to the end.
    Used(Reset),
    /// It is damaged, or never existed.
    Unknown,
}

/// Why the password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// The link cannot be followed: it stands like this.
    #[error("the link cannot be followed")]
    Dead(LinkStanding),
    /// The account is suspended.
    #[error("the account is suspended")]
    Suspended(Reset),
    /// The new password may not be set.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// Too many passwords are being hashed at once.
    #[error("too many passwords are being checked at once")]
    Busy,
    /// The store could not answer.
    #[error("the store could not answer")]
    Store(#[from] store::Error),
}

impl PasswordReset<'_> {
    /// Orders the letter with the link. The same is read and written whether the account exists or not (C146).
    pub async fn ask(
        &self,
        typed: &str,
        flow: Option<FlowId>,
        locale: &str,
        network: Network,
    ) -> Result<(), AskError> {
        let identifier = Identifier::read(typed).ok();
        let subject = identifier.as_ref().map_or("", Identifier::key_text);
        let budget = Budget::password_reset(self.limits, subject, network);
        let now = self.clock.now();
        let counts = self.store.count_try(&budget.counters(), now).await?;
        if let Some(retry_after) = budget.wait(&counts, now) {
            return Err(AskError::Throttled { retry_after });
        }
        let account = match &identifier {
            Some(identifier) => self.store.account(identifier.key()).await?,
            None => None,
        };
        let user = account.map(|account| account.user.id);
        let mail = self.mail(MailKind::PasswordReset, locale);
        Ok(self.store.post_mail(&Mail { user, flow, ..mail }, now).await?)
    }

    /// Where the link of a token stands.
    pub async fn standing(&self, token: &str) -> Result<LinkStanding, store::Error> {
        let found = self.store.password_reset(opaque::hash(token.as_bytes())).await?;
        let Some(FoundPasswordReset { reset, used_at, replaced_at }) = found else {
            return Ok(LinkStanding::Unknown);
        };
        Ok(if used_at.is_some() {
            LinkStanding::Used(reset)
        } else if replaced_at.is_some() {
            LinkStanding::Replaced(reset)
        } else if self.clock.now() >= reset.expires_at {
            LinkStanding::Expired(reset)
        } else {
            LinkStanding::Live(reset)
        })
    }

    /// Changes the password. The old one is good until then; whatever was begun with it ends with it. Nobody is
    /// signed in by this.
    pub async fn redeem(
        &self,
        token: &str,
        new: &SecretString,
        network: Network,
    ) -> Result<Reset, ResetError> {
        let reset = match self.standing(token).await? {
            LinkStanding::Live(reset) => reset,
            dead @ (LinkStanding::Expired(_)
            | LinkStanding::Replaced(_)
            | LinkStanding::Used(_)
            | LinkStanding::Unknown) => return Err(ResetError::Dead(dead)),
        };
        let user = self.store.user(reset.user).await?.ok_or(ResetError::Dead(LinkStanding::Unknown))?;
        if user.suspended_at.is_some() {
            return Err(ResetError::Suspended(reset));
        }
        self.pool.judge(new.clone(), names(&user)).await.map_err(|_| ResetError::Busy)??;
        let hashed = self.pool.hash(password::normalise(new), self.entropy).await;
        let hashed = hashed.map_err(|_| ResetError::Busy)?;
        let mail = self.mail(MailKind::PasswordChanged, &reset.locale);
        let notice = Mail { user: Some(user.id), flow: reset.flow, ..mail };
        let line = AuditLine::new(AuditEvent::PasswordReset, self.clock, self.entropy).user(user.id);
        let (hash, now) = (opaque::hash(token.as_bytes()), self.clock.now());
        if !self.store.reset_password(hash, &hashed, &notice, now, line).await? {
            // Somebody else was quicker.
            return Err(match self.standing(token).await? {
                LinkStanding::Live(reset) => ResetError::Suspended(reset),
                dead @ (LinkStanding::Expired(_)
                | LinkStanding::Replaced(_)
                | LinkStanding::Used(_)
                | LinkStanding::Unknown) => ResetError::Dead(dead),
            });
        }
        // Whoever forgot the password may have used up the tries.
        let budget = Budget::sign_in(self.limits, &user.id.to_string(), network, None);
        if let Err(error) = self.store.forget_tries(&budget.cleared_by_success()).await {
            tracing::debug!(%error, "the tries before a new password could not be forgotten");
        }
        Ok(reset)
    }

    fn mail(&self, kind: MailKind, locale: &str) -> Mail {
        let id = MailId::new(self.clock, self.entropy);
        Mail { id, kind, user: None, flow: None, locale: locale.to_owned() }
    }
}

/// What a password must not be made of.
fn names(user: &User) -> Vec<String> {
    let email = user.email.as_ref().map(|email| email.as_str().to_owned());
    [user.username.clone(), email, user.name.clone()].into_iter().flatten().collect()
}
