//! How long sessions live, and how they are watched.

use std::num::NonZeroU32;
use std::time::Duration;

use keys::{Algorithm, KeySchedule};

use crate::rotation::{RotationSettings, SettingsError};

/// The settings of an engine. [`Default`] is right for most applications.
#[derive(Clone, Debug)]
pub struct SessionSettings {
    /// What the application is called, for ever: refresh tokens of one application are foreign to another, and they
    /// outlive a change of its addresses.
    pub application: String,
    /// Who issues the access tokens (`iss`): `<api domain><api base path>`.
    pub issuer: String,
    /// How long an access token lives at most; each one is up to a quarter shorter, so that a thief cannot time
    /// its end. One hour.
    pub access_lifetime: Duration,
    /// How long a session lives without being refreshed. Thirty days.
    pub idle_lifetime: Duration,
    /// How long a session lives however much it is used. One year.
    pub absolute_lifetime: Duration,
    /// How long answers may be lost, repeated or raced without harm: see `docs/rotation.md`. Thirty seconds;
    /// 0 is the classic rule of single use.
    pub window: Duration,
    /// How often in a row the answer of a refresh may be lost. Three; `None` only with a window of 0.
    pub recovery_limit: Option<u32>,
    /// How many sessions a person may have at once in a tenant; the least recently used ones make way.
    pub sessions_per_user: Option<NonZeroU32>,
    /// What access tokens are signed with. EdDSA.
    pub algorithm: Algorithm,
    /// When signing keys change.
    pub key_schedule: KeySchedule,
    /// How long an access token may be, in bytes. A cookie with its attributes holds 4 096: 3 800.
    pub longest_access_token: usize,
    /// How many verified access tokens are remembered. Ten thousand, about seven mebibytes when full.
    pub remembered_tokens: usize,
}

impl Default for SessionSettings {
    fn default() -> Self {
        let hour = Duration::from_secs(3_600);
        Self {
            application: String::new(),
            issuer: String::new(),
            access_lifetime: hour,
            idle_lifetime: hour * 24 * 30,
            absolute_lifetime: hour * 24 * 365,
            window: Duration::from_secs(30),
            recovery_limit: Some(3),
            sessions_per_user: None,
            algorithm: Algorithm::EdDSA,
            key_schedule: KeySchedule::default(),
            longest_access_token: 3_800,
            remembered_tokens: 10_000,
        }
    }
}

/// Settings that contradict themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsRefused {
    /// The rotation refuses them.
    #[error(transparent)]
    Rotation(#[from] SettingsError),
    /// An access token would live longer than the key that signed it is published.
    #[error("an access token must not live longer than a signing key is kept after its last use")]
    AccessLifetimeTooLong,
    /// A lifetime of less than two seconds: tokens count in whole seconds.
    #[error("the lifetime of an access token must be at least two seconds")]
    AccessLifetimeTooShort,
    /// Others may keep the key set for longer than a new key is published before it signs.
    #[error("the key set may be kept for longer than a new key is published before it signs")]
    KeySchedule,
}

impl SessionSettings {
    /// The rotation with an idle lifetime of its own; refuses what contradicts itself.
    pub(crate) fn rotation(&self, idle_lifetime: Duration) -> Result<RotationSettings, SettingsError> {
        RotationSettings::new(self.window, self.recovery_limit, idle_lifetime)
    }

    pub(crate) fn check(&self) -> Result<(), SettingsRefused> {
        self.rotation(self.idle_lifetime)?;
        if self.access_lifetime < Duration::from_secs(2) {
            return Err(SettingsRefused::AccessLifetimeTooShort);
        }
        if self.access_lifetime > self.key_schedule.tail {
            return Err(SettingsRefused::AccessLifetimeTooLong);
        }
        if self.key_schedule.is_sound() { Ok(()) } else { Err(SettingsRefused::KeySchedule) }
    }
}
