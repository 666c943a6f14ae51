//! The keys of a tenant on their timeline: published, then in use, then kept until the last token is over.
//!
//! Where a key stands follows from its times alone, so a crash in the middle of a rotation leaves nothing half
//! done (F21): a key is never in use before it was published for the lead time (C084).

use std::sync::Arc;
use std::time::Duration;

use model::Timestamp;
use serde_json::{Value, json};

use crate::{Algorithm, SigningKey, TokenType};

/// The timing of key rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeySchedule {
    /// How long a key signs.
    pub period: Duration,
    /// How long a key is published before it signs.
    pub lead: Duration,
    /// How long a key is published after it last signed: at least the longest lifetime of a token.
    pub tail: Duration,
    /// How long clients may keep the JWKS (`Cache-Control: max-age`).
    pub jwks_max_age: Duration,
}

impl Default for KeySchedule {
    fn default() -> Self {
        let hour = Duration::from_secs(3_600);
        Self { period: hour * 24 * 90, lead: hour * 24, tail: hour * 24, jwks_max_age: hour }
    }
}

impl KeySchedule {
    /// Whether clients that keep the JWKS as long as they may always know a key before it signs (C085).
    pub fn is_sound(&self) -> bool {
        self.jwks_max_age < self.lead && self.lead < self.period
    }
}

/// A key with its place on the timeline.
#[derive(Clone, Debug)]
pub struct ScheduledKey {
    /// The key.
    pub key: Arc<SigningKey>,
    /// From when it may sign.
    pub active_from: Timestamp,
}

/// Where a key stands on the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStage {
    /// Published, and not yet in use.
    Published,
    /// It signs.
    Active,
    /// It signs no more, and is published until its last token is over.
    Retired,
    /// Its last token is over: it may be removed.
    Finished,
}

impl KeyStage {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Finished => "finished",
        }
    }
}

/// All keys that are known, the oldest first.
#[derive(Clone, Debug, Default)]
pub struct KeyRing {
    keys: Vec<ScheduledKey>,
    schedule: KeySchedule,
}

impl KeyRing {
    /// A ring.
    pub fn new(mut keys: Vec<ScheduledKey>, schedule: KeySchedule) -> Self {
        keys.sort_by_key(|scheduled| scheduled.active_from);
        Self { keys, schedule }
    }

    /// Every key.
    pub fn keys(&self) -> &[ScheduledKey] {
        &self.keys
    }

    /// Where one of the keys stands.
    pub fn stage(&self, scheduled: &ScheduledKey, now: Timestamp) -> KeyStage {
        let active = self.active(scheduled.key.algorithm(), now);
        if scheduled.active_from > now {
            KeyStage::Published
        } else if active.is_some_and(|active| active.kid() == scheduled.key.kid()) {
            KeyStage::Active
        } else if self.is_published(scheduled, now) {
            KeyStage::Retired
        } else {
            KeyStage::Finished
        }
    }

    /// The key that signs now.
    pub fn active(&self, algorithm: Algorithm, now: Timestamp) -> Option<&Arc<SigningKey>> {
        self.of(algorithm).rfind(|scheduled| scheduled.active_from <= now).map(|scheduled| &scheduled.key)
    }

    /// The key of an id, while it is published.
    pub fn find(&self, kid: &str, now: Timestamp) -> Option<&Arc<SigningKey>> {
        self.published(now).find(|scheduled| scheduled.key.kid() == kid).map(|scheduled| &scheduled.key)
    }

    /// The published key whose tokens of a kind begin with this header, to the letter. Such a header needs no
    /// reading: we wrote it.
    pub fn find_by_header(&self, kind: TokenType, header: &str, now: Timestamp) -> Option<&Arc<SigningKey>> {
        self.published(now)
            .find(|scheduled| scheduled.key.header(kind) == header)
            .map(|scheduled| &scheduled.key)
    }

    /// The JWK set (RFC 7517 §5): every key that is kept. One whose last token is over is in it until it is
    /// removed, which harms nobody: [`Self::find`] no longer knows it.
    pub fn jwks(&self) -> Value {
        json!({"keys": self.keys.iter().map(|scheduled| scheduled.key.jwk()).collect::<Vec<_>>()})
    }

    /// Whether there is no key at all.
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The timing.
    pub const fn schedule(&self) -> KeySchedule {
        self.schedule
    }

    /// When the newest key of the algorithm begins to sign.
    pub fn newest(&self, algorithm: Algorithm) -> Option<Timestamp> {
        self.of(algorithm).next_back().map(|scheduled| scheduled.active_from)
    }

    /// When a new key of the algorithm must begin to sign, if one is to be made now: at once when there is none,
    /// else after the lead time, once the present one comes to the end of its period.
    pub fn next_needed(&self, algorithm: Algorithm, now: Timestamp) -> Option<Timestamp> {
        let Some(newest) = self.of(algorithm).next_back() else { return Some(now) };
        let ends = newest.active_from.plus(self.schedule.period);
        (now >= ends.minus(self.schedule.lead)).then(|| now.plus(self.schedule.lead))
    }

    /// The ids of keys whose last token is over: they may be removed.
    pub fn finished(&self, now: Timestamp) -> Vec<String> {
        let finished = self.keys.iter().filter(|scheduled| !self.is_published(scheduled, now));
        finished.map(|scheduled| scheduled.key.kid().to_owned()).collect()
    }

    fn of(&self, algorithm: Algorithm) -> impl DoubleEndedIterator<Item = &ScheduledKey> {
        self.keys.iter().filter(move |scheduled| scheduled.key.algorithm() == algorithm)
    }

    fn published(&self, now: Timestamp) -> impl Iterator<Item = &ScheduledKey> {
        self.keys.iter().filter(move |scheduled| self.is_published(scheduled, now))
    }

    /// A key stays until `tail` after its successor took over.
    fn is_published(&self, scheduled: &ScheduledKey, now: Timestamp) -> bool {
        let successor =
            self.of(scheduled.key.algorithm()).find(|other| other.active_from > scheduled.active_from);
        successor.is_none_or(|next| now < next.active_from.plus(self.schedule.tail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    fn key(active_from: Timestamp) -> ScheduledKey {
        let der = SigningKey::generate(Algorithm::ES256).unwrap();
        ScheduledKey { key: Arc::new(SigningKey::from_pkcs8(Algorithm::ES256, &der).unwrap()), active_from }
    }

    #[test]
    fn c084_a_key_is_published_before_its_first_use_and_until_its_last_token_is_over() {
        let schedule = KeySchedule::default();
        let start = Timestamp::from_seconds(1_000_000);
        let mut keys = vec![key(start)];
        let mut now = start;
        let mut cached: (Timestamp, Value) = (now, KeyRing::new(keys.clone(), schedule).jwks());
        let mut last_signed: Vec<(String, Timestamp)> = Vec::new();
        // Half a year, hour by hour, beside a client that keeps the JWKS for as long as it may.
        for _ in 0..24 * 183 {
            now = now.plus(HOUR);
            let ring = KeyRing::new(keys.clone(), schedule);
            if let Some(active_from) = ring.next_needed(Algorithm::ES256, now) {
                keys.push(key(active_from));
            }
            let ring = KeyRing::new(keys.clone(), schedule);
            let signer = ring.active(Algorithm::ES256, now).unwrap().kid().to_owned();
            if now.since(cached.0) > schedule.jwks_max_age {
                cached = (now, ring.jwks());
            }
            assert!(cached.1.to_string().contains(&signer), "the cached set knows the key that signs");
            last_signed.retain(|(kid, _)| *kid != signer);
            last_signed.push((signer, now));
            for (kid, at) in &last_signed {
                let alive = now.since(*at) + HOUR < schedule.tail;
                assert!(!alive || ring.find(kid, now).is_some(), "a key with a live token is published");
            }
        }
        assert_eq!(keys.len(), 3, "one rotation each 90 days, the last one published ahead or begun");
        assert!(!KeyRing::new(keys, schedule).finished(now).is_empty());
    }

    #[test]
    fn a_key_goes_through_its_stages() {
        let schedule = KeySchedule::default();
        let start = Timestamp::from_seconds(1_000_000);
        let (old, next) = (key(start), key(start.plus(HOUR * 24)));
        let ring = KeyRing::new(vec![old.clone(), next.clone()], schedule);
        let stages = |hours: u32| {
            let now = start.plus(HOUR * hours);
            (ring.stage(&old, now), ring.stage(&next, now))
        };
        assert_eq!(stages(0), (KeyStage::Active, KeyStage::Published));
        assert_eq!(stages(24), (KeyStage::Retired, KeyStage::Active));
        assert_eq!(stages(48), (KeyStage::Finished, KeyStage::Active));
    }

    #[test]
    fn c085_the_jwks_is_kept_for_less_than_the_lead_time() {
        assert!(KeySchedule::default().is_sound());
        assert!(!KeySchedule { jwks_max_age: HOUR * 24, ..KeySchedule::default() }.is_sound());
    }

    #[test]
    fn f21_a_crash_between_making_and_using_a_key_leaves_the_old_one_in_use() {
        let schedule = KeySchedule::default();
        let start = Timestamp::from_seconds(1_000_000);
        let old = key(start);
        let due = start.plus(schedule.period).minus(schedule.lead);
        let ring = KeyRing::new(vec![old.clone()], schedule);
        let active_from = ring.next_needed(Algorithm::ES256, due).unwrap();
        let ring = KeyRing::new(vec![old.clone(), key(active_from)], schedule);
        assert_eq!(ring.active(Algorithm::ES256, due).unwrap().kid(), old.key.kid());
        assert_eq!(ring.next_needed(Algorithm::ES256, due), None, "a restarted node makes no second one");
        assert_ne!(ring.active(Algorithm::ES256, active_from).unwrap().kid(), old.key.kid());
    }
}
