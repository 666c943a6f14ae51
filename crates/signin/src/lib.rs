//! The sign-in flow: where it stands, and each step of it.
//!
//! - [`Reception`]: begins flows, and receives people: by password, by registration, by a provider, by a session they have.
//! - [`Standing`]: what a flow is to the browser that presents it.
//!
//! What an authorization request means is `oidc`'s; here it is a text kept with the flow.

mod consent;
mod flow;
mod invitation;
mod link;
mod one_time_token;
mod password;
mod registration;
mod session;
mod social;

use std::sync::Arc;
use std::time::Duration;

use accounts::throttle::Limits;
use accounts::{EmailChange, HashingPool, Links, PasswordChange, PasswordReset, PhoneChange};
use keys::LinkKey;
use model::{Clock, Entropy};
use store::Store;

pub use flow::{Browser, NewFlow, Standing};
pub use invitation::{AcceptError, Guest, Invited};
pub use link::{LinkError, LinkOwner};
pub use one_time_token::TokenError;
pub use password::{PasswordError, Visitor};
pub use registration::RegisterError;
pub use session::Arrival;
pub use social::{SocialError, Welcome};

/// How long things last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// A flow, until it may no longer be used (`sign_in.flow_lifetime`).
    pub flow: Duration,
    /// A browser's session that is not used.
    pub session_idle: Duration,
    /// A browser's session, whatever happens.
    pub session_absolute: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        let day = Duration::from_secs(24 * 3_600);
        Self { flow: Duration::from_secs(3_600), session_idle: day * 3, session_absolute: day * 14 }
    }
}

/// Receives people.
#[derive(Clone, Debug)]
pub struct Reception {
    /// The tables.
    pub store: Store,
    /// The password hashing threads.
    pub pool: HashingPool,
    /// What makes the tokens and codes of links.
    pub link_key: Arc<LinkKey>,
    /// The limits of tries.
    pub limits: Limits,
    /// How long things last.
    pub lifetimes: Lifetimes,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
}

impl Reception {
    /// What changes forgotten passwords.
    pub fn password_reset(&self) -> PasswordReset<'_> {
        PasswordReset { links: self.links(), pool: &self.pool }
    }

    /// What changes the e-mail addresses of people who are signed in.
    pub fn email_change(&self) -> EmailChange<'_> {
        EmailChange { links: self.links() }
    }

    /// What changes the telephone numbers of people who are signed in.
    pub fn phone_change(&self) -> PhoneChange<'_> {
        PhoneChange { links: self.links() }
    }

    /// What changes the passwords of people who are signed in.
    pub fn password_change(&self) -> PasswordChange<'_> {
        PasswordChange { store: &self.store, pool: &self.pool, clock: &*self.clock, entropy: &*self.entropy }
    }

    /// What issues links and finds them again.
    pub fn links(&self) -> Links<'_> {
        Links {
            store: &self.store,
            key: &self.link_key,
            limits: &self.limits,
            clock: &*self.clock,
            entropy: &*self.entropy,
        }
    }
}
