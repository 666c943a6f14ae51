//! The chain: the one row behind all refresh tokens of a session or grant.
//!
//! Plain data, as the store reads and writes it. The rules that change it stand in [`decide`](super::decide) and
//! [`confirm`](super::confirm); nothing else may move its fields, except that whoever ends a session sets
//! [`Chain::revoked`].

use std::fmt;
use std::time::Duration;

use model::{ChainId, Entropy, Timestamp, entropy};

use super::{Refusal, RevocationReason, RotationSettings};

/// Names one refresh token of a chain, and the access tokens minted with it. It says nothing about whether the
/// token is good: that is for [`RefreshKeys::verify`](super::RefreshKeys::verify), or for the signature of the
/// access token that carries it.
///
/// Positions order by age: a later generation is newer, and so is a later sibling within one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// How many rotations lie between the first token and this one.
    pub generation: u32,
    /// Which child of its parent it is: 0 for the first, one more each time it was minted again because the
    /// answer was lost.
    pub sibling: u32,
}

/// One chain of refresh tokens. All times are the database's.
#[derive(Clone, PartialEq, Eq)]
pub struct Chain {
    /// Its name, in every token of it.
    pub id: ChainId,
    /// What the full HMAC of its tokens is made with, beside the keys. Without it the keys forge nothing.
    pub salt: [u8; 16],
    /// The generation of the current token.
    pub generation: u32,
    /// The sibling of the current token.
    pub sibling: u32,
    /// The sibling of the previous token, whose generation is one less. `None` in generation 0, which has no
    /// previous token; in a later generation `None` means that the database went back in time and the parent
    /// is not known: then every token of the generation before counts as the previous one.
    pub prev_sibling: Option<u32>,
    /// When the current token was minted.
    pub minted_at: Timestamp,
    /// When the current token was last sent to somebody.
    pub handed_out_at: Timestamp,
    /// When the current token was first seen in use, if it was.
    pub confirmed_at: Option<Timestamp>,
    /// How often the current generation was minted again.
    pub recoveries: u32,
    /// When it ends unless it is rotated before.
    pub idle_expires_at: Timestamp,
    /// When it ends, whatever happens.
    pub absolute_expires_at: Timestamp,
    /// Why and when it was ended, if it was.
    pub revoked: Option<(RevocationReason, Timestamp)>,
}

impl Chain {
    /// A new chain, begun now, which ends after `absolute_lifetime` at the latest. Its first token is the one at
    /// [`Chain::position`], handed out now.
    pub fn begin(
        id: ChainId,
        entropy: &dyn Entropy,
        now: Timestamp,
        settings: &RotationSettings,
        absolute_lifetime: Duration,
    ) -> Self {
        let absolute_expires_at = now.plus(absolute_lifetime);
        Self {
            id,
            salt: entropy::draw(entropy),
            generation: 0,
            sibling: 0,
            prev_sibling: None,
            minted_at: now,
            handed_out_at: now,
            confirmed_at: None,
            recoveries: 0,
            idle_expires_at: now.plus(settings.idle_lifetime()).min(absolute_expires_at),
            absolute_expires_at,
            revoked: None,
        }
    }

    /// The current token.
    pub const fn position(&self) -> Position {
        Position { generation: self.generation, sibling: self.sibling }
    }

    /// Why nothing of this chain is accepted any more at `now`, if so.
    pub fn refusal(&self, now: Timestamp) -> Option<Refusal> {
        if let Some((reason, _)) = self.revoked {
            return Some(Refusal::Revoked(reason));
        }
        if now >= self.absolute_expires_at {
            return Some(Refusal::AbsoluteExpired);
        }
        (now >= self.idle_expires_at).then_some(Refusal::IdleExpired)
    }
}

impl fmt::Debug for Chain {
    /// Everything but the salt, which belongs in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chain")
            .field("id", &self.id)
            .field("generation", &self.generation)
            .field("sibling", &self.sibling)
            .field("prev_sibling", &self.prev_sibling)
            .field("minted_at", &self.minted_at)
            .field("handed_out_at", &self.handed_out_at)
            .field("confirmed_at", &self.confirmed_at)
            .field("recoveries", &self.recoveries)
            .field("idle_expires_at", &self.idle_expires_at)
            .field("absolute_expires_at", &self.absolute_expires_at)
            .field("revoked", &self.revoked)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::SeededEntropy;

    fn begin() -> Chain {
        let settings = RotationSettings::default().with_idle_lifetime(Duration::from_secs(100)).unwrap();
        let now = Timestamp::from_seconds(1_000);
        Chain::begin(
            ChainId::from_bytes([7; 16]),
            &SeededEntropy::new(1),
            now,
            &settings,
            Duration::from_secs(150),
        )
    }

    #[test]
    fn an_end_is_refused_from_its_first_moment() {
        let mut chain = begin();
        assert_eq!(chain.refusal(Timestamp::from_micros(1_099_999_999)), None);
        assert_eq!(chain.refusal(Timestamp::from_seconds(1_100)), Some(Refusal::IdleExpired));
        assert_eq!(chain.refusal(Timestamp::from_seconds(1_150)), Some(Refusal::AbsoluteExpired));
        chain.revoked = Some((RevocationReason::Admin, Timestamp::from_seconds(1_001)));
        let refusal = chain.refusal(Timestamp::from_seconds(1_000));
        assert_eq!(
            refusal,
            Some(Refusal::Revoked(RevocationReason::Admin)),
            "also when the clock stepped back"
        );
    }

    #[test]
    fn the_idle_end_never_lies_beyond_the_absolute_one() {
        let now = Timestamp::from_seconds(0);
        let (entropy, settings) = (SeededEntropy::new(1), RotationSettings::default());
        let chain =
            Chain::begin(ChainId::from_bytes([0; 16]), &entropy, now, &settings, Duration::from_secs(60));
        assert_eq!(chain.idle_expires_at, chain.absolute_expires_at);
    }

    #[test]
    fn the_salt_stays_out_of_logs() {
        let chain = begin();
        assert!(!format!("{chain:?}").contains("salt"));
    }
}
