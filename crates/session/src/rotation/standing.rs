//! Where a token stands in its chain: the first column of the table in `docs/rotation.md`.

use std::cmp::Ordering;

use super::{Chain, Position};

/// Where a token stands in its chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The current token.
    Current,
    /// The parent of the current token.
    Previous,
    /// Minted for the same parent as the current token, which has taken its place.
    DisplacedSibling,
    /// Behind the previous token, or beside it.
    Older,
    /// Never minted, as far as the row knows.
    Newer,
}

impl Standing {
    /// Where `token` stands in `chain`.
    pub(super) fn of(chain: &Chain, token: Position) -> Self {
        match token.generation.cmp(&chain.generation) {
            Ordering::Greater => Self::Newer,
            Ordering::Equal if token.sibling == chain.sibling => Self::Current,
            // A sibling with a higher number than the current one was displaced too when the row knows that it
            // was minted: a lower one was used first. Without this a thief who recovered sibling 1 while the
            // client went on with sibling 0 would pass for a database that went back in time.
            Ordering::Equal if token.sibling <= chain.sibling.max(chain.recoveries) => Self::DisplacedSibling,
            Ordering::Equal => Self::Newer,
            Ordering::Less if Self::is_parent(chain, token) => Self::Previous,
            Ordering::Less => Self::Older,
        }
    }

    fn is_parent(chain: &Chain, token: Position) -> bool {
        chain.generation - token.generation == 1
            && chain.prev_sibling.is_none_or(|sibling| sibling == token.sibling)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rotation::RotationSettings;
    use model::{ChainId, SeededEntropy, Timestamp};
    use std::time::Duration;

    #[test]
    fn each_standing() {
        let mut chain = Chain::begin(
            ChainId::from_bytes([0; 16]),
            &SeededEntropy::new(1),
            Timestamp::from_seconds(0),
            &RotationSettings::default(),
            Duration::from_secs(60),
        );
        (chain.generation, chain.sibling, chain.prev_sibling, chain.recoveries) = (5, 1, Some(2), 3);
        let standing =
            |chain: &Chain, generation, sibling| Standing::of(chain, Position { generation, sibling });
        assert_eq!(standing(&chain, 5, 1), Standing::Current);
        assert_eq!(standing(&chain, 5, 0), Standing::DisplacedSibling);
        assert_eq!(standing(&chain, 5, 3), Standing::DisplacedSibling, "minted, as recoveries tell");
        assert_eq!(standing(&chain, 5, 4), Standing::Newer);
        assert_eq!(standing(&chain, 6, 0), Standing::Newer);
        assert_eq!(standing(&chain, 4, 2), Standing::Previous);
        assert_eq!(standing(&chain, 4, 0), Standing::Older);
        assert_eq!(standing(&chain, 4, 3), Standing::Older);
        assert_eq!(standing(&chain, 3, 2), Standing::Older);
        chain.prev_sibling = None;
        assert_eq!(standing(&chain, 4, 3), Standing::Previous, "the parent is not known");
        assert_eq!(standing(&chain, 3, 2), Standing::Older);
    }
}
