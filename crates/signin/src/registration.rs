//! Registering with a user name, and signing in with it at once.

use accounts::throttle::Network;
use accounts::{Registration, RegistrationError};
use secrecy::SecretString;
use store::flows::Flow;

use crate::{Arrival, Reception, Visitor};

/// Why somebody could not register.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The form has to be filled in differently, or later.
    #[error(transparent)]
    Refused(RegistrationError),
    /// A rehearsal makes no account.
    #[error("a rehearsal makes no account")]
    Rehearsal,
    /// The store could not answer.
    #[error("the store could not answer")]
    Store(#[source] store::Error),
}

impl Reception {
    /// Makes an account and signs in.
    pub async fn register(
        &self,
        flow: &Flow,
        username: &str,
        password: &SecretString,
        visitor: &Visitor<'_>,
    ) -> Result<Arrival, RegisterError> {
        if flow.rehearsal {
            return Err(RegisterError::Rehearsal);
        }
        let registration = Registration {
            store: &self.store,
            pool: &self.pool,
            limits: &self.limits,
            clock: &*self.clock,
            entropy: &*self.entropy,
        };
        let made = registration.by_username(username, password, Network::of(visitor.address)).await;
        let user = made.map_err(|error| match error {
            RegistrationError::Store(error) => RegisterError::Store(error),
            refused @ (RegistrationError::Identifier
            | RegistrationError::Taken
            | RegistrationError::Password(_)
            | RegistrationError::Throttled { .. }
            | RegistrationError::Busy) => RegisterError::Refused(refused),
        })?;
        let arrived = self.arrive(&user, Some(flow.id), visitor, "registration").await;
        // An operator has suspended it in the same moment: the name is somebody's.
        arrived.map_err(RegisterError::Store)?.ok_or(RegisterError::Refused(RegistrationError::Taken))
    }
}
