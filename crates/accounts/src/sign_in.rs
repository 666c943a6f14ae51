//! Signing in with a password.

use std::time::Duration;

use model::{Clock, Entropy, User, UserId};
use secrecy::{ExposeSecret as _, SecretString};
use store::Store;
use store::users::Account;

use crate::throttle::{Budget, Device, Limits, Network};
use crate::{HashingPool, Identifier, PoolError, password};

/// What is needed to check passwords.
#[derive(Clone, Copy, Debug)]
pub struct SignIn<'a> {
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

/// One try.
#[derive(Debug)]
pub struct Attempt<'a> {
    /// What was typed as identifier.
    pub identifier: &'a str,
    /// What was typed as password.
    pub password: SecretString,
    /// Where it comes from.
    pub network: Network,
    /// Whose sign-in this browser has seen before, and which browser it is.
    pub known_browser: Option<(UserId, Device)>,
}

/// Why a try does not sign in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No such account, or another password: which one is never said.
    #[error("the identifier or the password is wrong")]
    Wrong,
    /// Too many tries.
    #[error("too many tries")]
    Throttled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// The password is right, and the account is suspended.
    #[error("the account is suspended")]
    Suspended {
        /// The account.
        user: UserId,
    },
    /// Too many passwords are being checked at once.
    #[error("too many passwords are being checked at once")]
    Busy,
    /// The stored hash of an account cannot be read.
    #[error("the stored password hash of user {user} cannot be read")]
    Corrupt {
        /// The account.
        user: UserId,
    },
    /// The store could not answer.
    #[error("the store could not answer")]
    Store(#[from] store::Error),
}

impl SignIn<'_> {
    /// Checks a password. The same work is done whether the account exists or not (C144).
    pub async fn verify(&self, attempt: Attempt<'_>) -> Result<User, SignInError> {
        let identifier = Identifier::read(attempt.identifier).ok();
        let account = match &identifier {
            Some(identifier) => self.store.account(identifier.key()).await?,
            None => None,
        };
        let budget = self.budget(&attempt, identifier.as_ref(), account.as_ref());
        let now = self.clock.now();
        let counts = self.store.count_try(&budget.counters(), now).await?;
        if let Some(retry_after) = budget.wait(&counts, now) {
            return Err(SignInError::Throttled { retry_after });
        }
        let stored = account.as_ref().and_then(|account| account.password_hash.as_deref());
        let right = match self.check(&attempt.password, stored, account.as_ref()).await {
            Err(busy @ SignInError::Busy) => {
                // Nothing was judged: an overload must not use up anybody's tries.
                self.store.take_back_try(&budget.counters()).await?;
                return Err(busy);
            }
            judged => judged?,
        };
        let Some(account) = account.filter(|_| right) else { return Err(SignInError::Wrong) };
        if account.user.suspended_at.is_some() {
            return Err(SignInError::Suspended { user: account.user.id });
        }
        self.store.forget_tries(&budget.cleared_by_success()).await?;
        self.rehash_if_outdated(&account, &attempt.password).await;
        Ok(account.user)
    }

    fn budget(
        &self,
        attempt: &Attempt<'_>,
        identifier: Option<&Identifier>,
        account: Option<&Account>,
    ) -> Budget {
        let of_account =
            |(user, _): &(UserId, Device)| account.is_some_and(|account| account.user.id == *user);
        let known = attempt.known_browser.filter(of_account).map(|(_, device)| device);
        let subject = match (account, identifier) {
            // By id, so that a user name and an e-mail address of one account share a counter.
            (Some(account), _) => account.user.id.to_string(),
            (None, Some(identifier)) => identifier.key_text().to_owned(),
            (None, None) => String::new(),
        };
        Budget::sign_in(self.limits, &subject, attempt.network, known)
    }

    async fn check(
        &self,
        typed: &SecretString,
        stored: Option<&str>,
        account: Option<&Account>,
    ) -> Result<bool, SignInError> {
        if typed.expose_secret().len() > password::LONGEST {
            return Ok(false);
        }
        match (self.pool.verify(password::normalise(typed), stored).await, account) {
            (Ok(right), _) => Ok(right),
            (Err(PoolError::Corrupt), Some(account)) => Err(SignInError::Corrupt { user: account.user.id }),
            (Err(PoolError::Busy | PoolError::Corrupt), _) => Err(SignInError::Busy),
        }
    }

    /// Brings the hash to today's cost (C143). A failure costs nothing but the chance.
    async fn rehash_if_outdated(&self, account: &Account, typed: &SecretString) {
        let Some(old) = account.password_hash.as_deref().filter(|old| self.pool.is_outdated(old)) else {
            return;
        };
        let Ok(new) = self.pool.hash(password::normalise(typed), self.entropy).await else { return };
        if let Err(error) = self.store.rehash_password(account.user.id, old, &new).await {
            tracing::warn!(user = %account.user.id, %error, "the password hash could not be brought up to date");
        }
    }
}
