//! Choosing a new password while signed in. Whoever does so has shown just now who they are; that is for the caller to
//! see to.

use model::{Clock, Entropy, MailId, User};
use secrecy::SecretString;
use store::Store;
use store::audit::{AuditEvent, AuditLine};
use store::outbox::{Mail, MailKind};
use store::own_sessions::Own;

use crate::HashingPool;
use crate::password::{self, PasswordRefused};

/// What is needed to change passwords.
#[derive(Clone, Copy, Debug)]
pub struct PasswordChange<'a> {
    /// The tables.
    pub store: &'a Store,
    /// The hashing threads.
    pub pool: &'a HashingPool,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Chance.
    pub entropy: &'a dyn Entropy,
}

/// Why the password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The new password may not be set.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// The account is suspended, or gone.
    #[error("the account is suspended")]
    Suspended,
    /// Too many passwords are being hashed at once.
    #[error("too many passwords are being checked at once")]
    Busy,
    /// The store could not answer.
    #[error("the store could not answer")]
    Store(#[from] store::Error),
}

impl PasswordChange<'_> {
    /// Changes the password, or sets the first one. All other sessions end with the old one; the owner is told by a
    /// letter in the language of `letter`, where letters can be sent.
    pub async fn change(
        &self,
        user: &User,
        session: model::BrowserSessionId,
        new: &SecretString,
        letter: Option<&str>,
    ) -> Result<(), ChangeError> {
        self.pool.judge(new.clone(), password::names(user)).await.map_err(|_| ChangeError::Busy)??;
        let hashed = self.pool.hash(password::normalise(new), self.entropy).await;
        let hashed = hashed.map_err(|_| ChangeError::Busy)?;
        let notice = letter.map(|locale| Mail {
            id: MailId::new(self.clock, self.entropy),
            kind: MailKind::PasswordSet,
            user: Some(user.id),
            link: None,
            locale: locale.to_owned(),
            about: None,
        });
        let line = AuditLine::new(AuditEvent::PasswordChanged, self.clock, self.entropy).user(user.id);
        let own = Own { user: user.id, session, at: self.clock.now() };
        let changed = self.store.change_password(own, &hashed, notice.as_ref(), line).await?;
        if changed { Ok(()) } else { Err(ChangeError::Suspended) }
    }
}
