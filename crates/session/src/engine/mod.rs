//! The engine: a store, keys and settings, and what can be done with a session.
//!
//! One file for each deed: [`create`](Engine::create), [`verify`](Engine::verify),
//! [`refresh`](Engine::refresh), [`revoke`](Engine::revoke), [`merge_payload`](Engine::merge_payload),
//! [`session`](Engine::session).

mod change;
mod confirm;
mod create;
mod issue;
mod read;
mod refresh;
mod revoke;
mod verify;

use std::fmt;
use std::sync::Arc;

use model::{Clock, Entropy, Timestamp};

pub use create::NewSession;
pub use issue::{IssuedAccess, IssuedRefresh, Tokens};
pub use refresh::{RefreshRequest, Refreshed};
pub use verify::Verified;

use crate::access_token::TokenMemory;
use crate::event::{Observer, SessionEvent, Unobserved};
use crate::rotation::{RefreshKeys, RotationSettings};
use crate::secrets::Secrets;
use crate::settings::{SessionSettings, SettingsRefused};
use crate::signing::SigningKeys;
use crate::store::{SessionStore, StoreError};

/// How often a decision is made again because somebody else has just written the row. Each round somebody gets
/// through, and within the window nobody needs to write twice.
const ROUNDS: usize = 32;

/// Whether a request must bring the anti-CSRF token of its session, and what it brought.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum CsrfToken<'a> {
    /// It need not: another protection is in use, or tokens travel in headers.
    Waived,
    /// It must; this is the header `anti-csrf`.
    Required(Option<&'a str>),
}

impl fmt::Debug for CsrfToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Waived => "Waived",
            Self::Required(Some(_)) => "Required(redacted)",
            Self::Required(None) => "Required(missing)",
        })
    }
}

/// An engine that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The settings contradict themselves.
    #[error(transparent)]
    Settings(#[from] SettingsRefused),
    /// The signing keys cannot be read or made.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Creates, verifies, refreshes and ends the sessions of one application.
///
/// It holds no session itself: any number of processes may share a store and a secret.
#[derive(Debug)]
pub struct Engine {
    store: Arc<dyn SessionStore>,
    settings: SessionSettings,
    rotation: RotationSettings,
    refresh_keys: RefreshKeys,
    signing: SigningKeys,
    memory: TokenMemory,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    observer: Arc<dyn Observer>,
}

impl Engine {
    /// Opens an engine: checks the settings, reads the signing keys and makes the first one.
    pub async fn open(
        store: Arc<dyn SessionStore>,
        secrets: &Secrets,
        settings: SessionSettings,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, OpenError> {
        settings.check()?;
        let rotation = settings.rotation(settings.idle_lifetime).map_err(SettingsRefused::from)?;
        let engine = Self {
            refresh_keys: secrets.refresh_keys(&settings.application),
            signing: SigningKeys::new(secrets, settings.algorithm, settings.key_schedule),
            memory: TokenMemory::new(settings.remembered_tokens),
            observer: Arc::new(Unobserved),
            store,
            settings,
            rotation,
            clock,
            entropy,
        };
        engine.tend().await?;
        Ok(engine)
    }

    /// The same, telling events to an observer.
    #[must_use]
    pub fn with_observer(self, observer: Arc<dyn Observer>) -> Self {
        Self { observer, ..self }
    }

    /// Keeps signing keys in order. Call it every few minutes; it makes the next key well before it is needed.
    pub async fn tend(&self) -> Result<(), StoreError> {
        self.tend_store().await?;
        self.signing.tend(&*self.store, &*self.entropy, self.now()).await
    }

    /// Lets the store do its own upkeep, such as comparing clocks. Call it every few seconds.
    pub async fn tend_store(&self) -> Result<(), StoreError> {
        self.store.tend().await
    }

    /// Removes sessions that have been over for a day, some thousands at a time; answers how many.
    pub async fn purge(&self) -> Result<u64, StoreError> {
        self.store.purge(self.now().minus(std::time::Duration::from_secs(24 * 3_600))).await
    }

    /// The published keys as JSON (RFC 7517 §5), and for how long others may keep them.
    pub fn jwks(&self) -> (String, std::time::Duration) {
        self.signing.jwks()
    }

    /// The settings.
    pub const fn settings(&self) -> &SessionSettings {
        &self.settings
    }

    /// The memory of verified tokens.
    pub const fn memory(&self) -> &TokenMemory {
        &self.memory
    }

    /// The time by which sessions age.
    pub fn now(&self) -> Timestamp {
        self.store.now(&*self.clock)
    }

    fn observe(&self, event: SessionEvent) {
        self.observer.observe(&event);
    }
}
