//! Making an account.

use std::time::Duration;

use model::{Clock, EmailAddress, Entropy, User, UserId};
use secrecy::{ExposeSecret as _, SecretString};
use store::Store;
use store::audit::{AuditEvent, AuditLine};
use store::users::{IdentifierKey, NewAccount};

use crate::password::PasswordRefused;
use crate::throttle::{Budget, Limits, Network};
use crate::{HashingPool, Identifier, password};

/// What is needed to make accounts.
#[derive(Clone, Copy, Debug)]
pub struct Registration<'a> {
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

/// Why there is no account.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// The user name cannot be one.
    #[error("the identifier is not usable")]
    Identifier,
    /// The user name is somebody's.
    #[error("the identifier is taken")]
    Taken,
    /// The password may not be set.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// Too many accounts were made from this network.
    #[error("too many tries")]
    Throttled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// Too many passwords are being hashed at once.
    #[error("too many passwords are being checked at once")]
    Busy,
    /// The store could not answer.
    #[error("the store could not answer")]
    Store(#[source] store::Error),
}

/// An account of an address that was just proved. It has no password yet: links sign in, and one of them can set it.
pub fn account_by_email(address: &EmailAddress, clock: &dyn Clock, entropy: &dyn Entropy) -> NewAccount {
    let now = clock.now();
    let user = User {
        id: UserId::new(clock, entropy),
        username: None,
        email: Some(address.clone()),
        email_verified: true,
        name: None,
        suspended_at: None,
        created_at: now,
        updated_at: now,
    };
    let email_key = Identifier::email(address.as_str()).ok().map(|known| known.key_text().to_owned());
    NewAccount { user, username_key: None, email_key, password_hash: None }
}

impl Registration<'_> {
    /// Makes an account with a user name and a password, as a person asks for one.
    pub async fn by_username(
        &self,
        username: &str,
        secret: &SecretString,
        network: Network,
    ) -> Result<User, RegistrationError> {
        let identifier = Identifier::username(username).map_err(|_| RegistrationError::Identifier)?;
        let budget = Budget::registration(self.limits, network);
        let now = self.clock.now();
        let counts = self.store.count_try(&budget.counters(), now).await.map_err(RegistrationError::Store)?;
        if let Some(retry_after) = budget.wait(&counts, now) {
            return Err(RegistrationError::Throttled { retry_after });
        }
        // After the count: judging a password is work too.
        self.judge(&identifier, secret).await?;
        self.create(&identifier, secret, AuditEvent::AccountRegistered).await
    }

    /// Makes an account with an e-mail address that an operator vouches for.
    pub async fn by_operator(&self, email: &str, secret: &SecretString) -> Result<User, RegistrationError> {
        let identifier = Identifier::email(email).map_err(|_| RegistrationError::Identifier)?;
        self.judge(&identifier, secret).await?;
        self.create(&identifier, secret, AuditEvent::UserCreated).await
    }

    async fn judge(&self, identifier: &Identifier, secret: &SecretString) -> Result<(), RegistrationError> {
        let names = vec![identifier.written().to_owned()];
        let judged = self.pool.judge(secret.clone(), names).await;
        Ok(judged.map_err(|_| RegistrationError::Busy)??)
    }

    async fn create(
        &self,
        identifier: &Identifier,
        secret: &SecretString,
        event: AuditEvent,
    ) -> Result<User, RegistrationError> {
        debug_assert!(secret.expose_secret().len() <= password::LONGEST);
        let hash = self.pool.hash(password::normalise(secret), self.entropy).await;
        let hash = hash.map_err(|_| RegistrationError::Busy)?;
        let now = self.clock.now();
        let (username, email) = match identifier.key() {
            IdentifierKey::Username(_) => (Some(identifier.written().to_owned()), None),
            IdentifierKey::Email(_) => {
                (None, Some(EmailAddress::parse(identifier.written()).expect("the identifier is an address")))
            }
            // A number becomes that of an account only by proving itself, which takes an account.
            IdentifierKey::Phone(_) => return Err(RegistrationError::Identifier),
        };
        let user = User {
            id: UserId::new(self.clock, self.entropy),
            username,
            // An operator vouches for the address; a person has yet to show that it is theirs.
            email_verified: email.is_some() && event == AuditEvent::UserCreated,
            email,
            name: None,
            suspended_at: None,
            created_at: now,
            updated_at: now,
        };
        let account = NewAccount {
            username_key: user.username.is_some().then(|| identifier.key_text().to_owned()),
            email_key: user.email.is_some().then(|| identifier.key_text().to_owned()),
            password_hash: Some(hash),
            user,
        };
        let line = AuditLine::new(event, self.clock, self.entropy).user(account.user.id);
        match self.store.create_user(&account, line).await {
            Ok(()) => Ok(account.user),
            Err(store::Error::Conflict { .. }) => Err(RegistrationError::Taken),
            Err(error) => Err(RegistrationError::Store(error)),
        }
    }
}
