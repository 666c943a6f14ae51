//! The settings of rotation, checked once when they are made.

use std::time::Duration;

use model::Timestamp;

/// The longest window that is allowed.
pub const MAX_WINDOW: Duration = Duration::from_secs(300);

/// The highest recovery limit that is allowed: it bounds what a thief can get (`docs/rotation.md`, promise 2).
pub const MAX_RECOVERY_LIMIT: u32 = 100;

/// Whether a refresh leads to a new refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rotate {
    /// Yes: public clients and cookies.
    Always,
    /// No: clients that authenticate, by a secret, a key or DPoP.
    Never,
}

/// Settings that no rule can work with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The idle lifetime does not exceed the window.
    #[error("the idle lifetime must be longer than the window")]
    IdleLifetimeTooShort,
    /// The recovery limit is above [`MAX_RECOVERY_LIMIT`].
    #[error("the recovery limit must be at most 100")]
    RecoveryLimitTooHigh,
    /// No recovery limit, but a window: a thief could recover for ever.
    #[error("a recovery limit can be left out only when the window is 0")]
    RecoveryLimitMissing,
    /// The window is above [`MAX_WINDOW`].
    #[error("the window must be at most 300 seconds")]
    WindowTooLong,
}

/// The settings of rotation (`docs/rotation.md`). Every value is within its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RotationSettings {
    window: Duration,
    recovery_limit: Option<u32>,
    idle_lifetime: Duration,
    rotate: Rotate,
    must_name_token: bool,
    handed_out_floor: Option<Timestamp>,
}

impl RotationSettings {
    /// Settings with a window of 0 to 300 seconds, a recovery limit of 0 to 100 and an idle lifetime longer than
    /// the window. `None` for no recovery limit goes only with the window 0. Rotates always, names no token.
    ///
    /// The window must be longer than two legs of an exchange and the difference of the nodes' clocks: see the
    /// assumptions in `docs/rotation.md`.
    pub fn new(
        window: Duration,
        recovery_limit: Option<u32>,
        idle_lifetime: Duration,
    ) -> Result<Self, SettingsError> {
        if window > MAX_WINDOW {
            return Err(SettingsError::WindowTooLong);
        }
        match recovery_limit {
            Some(limit) if limit > MAX_RECOVERY_LIMIT => return Err(SettingsError::RecoveryLimitTooHigh),
            None if !window.is_zero() => return Err(SettingsError::RecoveryLimitMissing),
            Some(_) | None => {}
        }
        if idle_lifetime <= window {
            return Err(SettingsError::IdleLifetimeTooShort);
        }
        Ok(Self {
            window,
            recovery_limit,
            idle_lifetime,
            rotate: Rotate::Always,
            must_name_token: false,
            handed_out_floor: None,
        })
    }

    /// The same with another idle lifetime, as an application or a session may have its own.
    pub fn with_idle_lifetime(self, idle_lifetime: Duration) -> Result<Self, SettingsError> {
        if idle_lifetime <= self.window {
            return Err(SettingsError::IdleLifetimeTooShort);
        }
        Ok(Self { idle_lifetime, ..self })
    }

    /// The same, but the transport must name a refresh token in each answer, as `/core` does.
    #[must_use]
    pub const fn with_must_name_token(self, must_name_token: bool) -> Self {
        Self { must_name_token, ..self }
    }

    /// The same with another rule for when tokens rotate.
    #[must_use]
    pub const fn with_rotate(self, rotate: Rotate) -> Self {
        Self { rotate, ..self }
    }

    /// The same after an unclean start of the database at `floor`: every chain counts as handed out then, since
    /// what was handed out shortly before may not have been kept. All nodes must use the same moment.
    #[must_use]
    pub const fn with_handed_out_floor(self, floor: Option<Timestamp>) -> Self {
        Self { handed_out_floor: floor, ..self }
    }

    /// How long a token that was handed out or confirmed excuses the use of the one before it.
    pub const fn window(&self) -> Duration {
        self.window
    }

    /// How many answers may be lost in a row; `None` for no limit.
    pub const fn recovery_limit(&self) -> Option<u32> {
        self.recovery_limit
    }

    /// How long a chain lives without being rotated.
    pub const fn idle_lifetime(&self) -> Duration {
        self.idle_lifetime
    }

    /// Whether a refresh leads to a new refresh token.
    pub const fn rotate(&self) -> Rotate {
        self.rotate
    }

    /// Whether the transport must name a refresh token in each answer.
    pub const fn must_name_token(&self) -> bool {
        self.must_name_token
    }

    /// Since when every chain counts as handed out, after an unclean start.
    pub const fn handed_out_floor(&self) -> Option<Timestamp> {
        self.handed_out_floor
    }

    /// Whether `at` lies within the window before `now`. The window 0 is never open; a moment in the future has
    /// the age 0.
    pub(super) fn within(&self, at: Timestamp, now: Timestamp) -> bool {
        now.since(at) < self.window
    }
}

impl Default for RotationSettings {
    /// A window of 30 seconds, a recovery limit of 3, an idle lifetime of 30 days.
    fn default() -> Self {
        Self::new(Duration::from_secs(30), Some(3), Duration::from_secs(30 * 24 * 60 * 60))
            .expect("the defaults lie within the bounds")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds() {
        #[track_caller]
        fn check(window: u64, limit: Option<u32>, idle: u64, expected: Option<SettingsError>) {
            let made = RotationSettings::new(Duration::from_secs(window), limit, Duration::from_secs(idle));
            assert_eq!(made.err(), expected);
        }
        check(0, None, 1, None);
        check(0, Some(3), 1, None);
        check(300, Some(0), 301, None);
        check(300, Some(100), 301, None);
        check(301, Some(3), 302, Some(SettingsError::WindowTooLong));
        check(30, Some(101), 60, Some(SettingsError::RecoveryLimitTooHigh));
        check(30, None, 60, Some(SettingsError::RecoveryLimitMissing));
        check(30, Some(3), 30, Some(SettingsError::IdleLifetimeTooShort));
        check(0, None, 0, Some(SettingsError::IdleLifetimeTooShort));
    }

    #[test]
    fn f16_the_window_ends_at_its_length_and_the_future_has_age_zero() {
        let settings = RotationSettings::default();
        let at = Timestamp::from_seconds(1_000);
        assert!(settings.within(at, at.plus(Duration::from_micros(29_999_999))));
        assert!(!settings.within(at, at.plus(Duration::from_secs(30))));
        assert!(settings.within(at, at.minus(Duration::from_secs(300))));
        let classic = RotationSettings::new(Duration::ZERO, None, Duration::from_secs(60)).unwrap();
        assert!(!classic.within(at, at), "the window 0 is never open");
    }
}
