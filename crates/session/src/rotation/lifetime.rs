//! Lifetimes of access tokens: shortened by chance, and never beyond the end of their chain.

use std::time::Duration;

use model::{Entropy, Timestamp, entropy};

use super::Chain;

/// `lifetime`, shortened at random by up to 25 %, drawn anew for each answer, so that a thief cannot time his
/// refresh to the rightful one (`docs/rotation.md`, promise 2).
pub fn jittered_lifetime(lifetime: Duration, entropy: &dyn Entropy) -> Duration {
    let quarter = lifetime.as_micros() / 4;
    let draw = u128::from(u64::from_le_bytes(entropy::draw(entropy)));
    let cut = quarter.saturating_mul(draw) >> 64;
    lifetime.saturating_sub(Duration::from_micros(u64::try_from(cut).unwrap_or(0)))
}

/// When an access token of `chain` ends that is minted at `now` for `lifetime`: never after the chain's absolute
/// end.
pub fn access_expires_at(chain: &Chain, now: Timestamp, lifetime: Duration) -> Timestamp {
    now.plus(lifetime).min(chain.absolute_expires_at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rotation::RotationSettings;
    use model::{ChainId, SeededEntropy};

    #[test]
    fn f56_up_to_a_quarter_shorter_and_spread_evenly() {
        let (entropy, hour) = (SeededEntropy::new(3), Duration::from_secs(3_600));
        let draws: Vec<_> = (0..4_000).map(|_| jittered_lifetime(hour, &entropy)).collect();
        assert!(draws.iter().all(|&life| life <= hour && life >= hour * 3 / 4));
        for eighth in 0..8 {
            let from = hour * 3 / 4 + hour / 4 * eighth / 8;
            let hits = draws.iter().filter(|&&life| life >= from && life < from + hour / 32).count();
            assert!((400..600).contains(&hits), "{hits} of 4000 in eighth {eighth}");
        }
    }

    #[test]
    fn extremes() {
        let entropy = SeededEntropy::new(3);
        assert_eq!(jittered_lifetime(Duration::ZERO, &entropy), Duration::ZERO);
        assert!(jittered_lifetime(Duration::MAX, &entropy) <= Duration::MAX);
    }

    #[test]
    fn c050_an_access_token_never_outlives_the_absolute_expiry() {
        let now = Timestamp::from_seconds(1_000);
        let chain = Chain::begin(
            ChainId::from_bytes([0; 16]),
            &SeededEntropy::new(1),
            now,
            &RotationSettings::default(),
            Duration::from_secs(60),
        );
        assert_eq!(access_expires_at(&chain, now, Duration::from_secs(59)), Timestamp::from_seconds(1_059));
        assert_eq!(access_expires_at(&chain, now, Duration::from_secs(61)), Timestamp::from_seconds(1_060));
    }
}
