//! Automatic outcomes must end: any three within a minute end on a page.

use std::time::Duration;

use model::Timestamp;

/// How long an automatic outcome counts.
const MINUTE: Duration = Duration::from_secs(60);

/// When this browser was last sent on without its person doing anything. Kept in a sealed cookie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoopGuard(Vec<Timestamp>);

impl LoopGuard {
    /// How long the cookie is of any use.
    pub const LIFETIME: Duration = MINUTE;

    /// Whether the next automatic outcome would be the third within a minute.
    pub fn is_tired(&self, now: Timestamp) -> bool {
        self.0.iter().filter(|at| now.since(**at) < MINUTE).count() >= 2
    }

    /// Counts one more.
    #[must_use]
    pub fn counting(mut self, now: Timestamp) -> Self {
        self.0.retain(|at| now.since(*at) < MINUTE);
        self.0.push(now);
        let surplus = self.0.len().saturating_sub(3);
        self.0.drain(..surplus);
        self
    }

    /// The content of the cookie, to be sealed.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|at| at.as_micros().to_be_bytes()).collect()
    }

    /// Reads what [`Self::to_bytes`] wrote; anything else counts as nothing.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let (words, _) = bytes.as_chunks::<8>();
        Self(words.iter().take(3).map(|word| Timestamp::from_micros(i64::from_be_bytes(*word))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_within_a_minute_is_one_too_many() {
        let start = Timestamp::from_seconds(1_000);
        let guard = LoopGuard::default();
        assert!(!guard.is_tired(start));
        let guard = guard.counting(start);
        assert!(!guard.is_tired(start));
        let guard = guard.counting(start.plus(Duration::from_secs(1)));
        assert!(guard.is_tired(start.plus(Duration::from_secs(2))));
        assert!(!guard.is_tired(start.plus(Duration::from_secs(60))));
        assert_eq!(LoopGuard::from_bytes(&guard.to_bytes()), guard);
        assert_eq!(LoopGuard::from_bytes(&[1, 2, 3]), LoopGuard::default());
    }
}
