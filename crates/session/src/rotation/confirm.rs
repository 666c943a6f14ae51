//! What an access token does when it is seen in use: it tells that its refresh token arrived.
//!
//! The rule below the table of `docs/rotation.md`. Called off the request's path, once for each refresh: access
//! tokens say their chain, generation and sibling, and whether they were confirmed when minted.

use model::Timestamp;

use super::decide::{confirmed_at, ended};
use super::standing::Standing;
use super::{Chain, Evidence, Position, Refusal, RevocationReason, RotationSettings, TheftRow};

/// The outcome of [`confirm`]. Write [`Confirmation::chain`] if it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Confirmation {
    /// The chain afterwards.
    pub chain: Chain,
    /// What it meant.
    pub seen: AccessSeen,
    /// Whether the chain must be written.
    pub changed: bool,
}

/// What the use of an access token meant for its chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessSeen {
    /// The current token is confirmed by this use.
    Confirmed,
    /// The current token was confirmed before.
    AlreadyConfirmed,
    /// It was minted with a displaced sibling, the first one used: that one became current and confirmed.
    Promoted,
    /// It was minted with a token that is no longer current, or that the row does not know. It says nothing.
    NotCurrent,
    /// A sibling is confirmed already: two clients. The chain was revoked by this decision.
    Theft(Evidence),
    /// Nothing of the chain is accepted any more; the access token should be refused too.
    Ended(Refusal),
}

/// Decides what it means that an access token minted with the refresh token at `minted_with` was verified at
/// `now` by somebody who reaches the store. The signature of the access token must have been checked.
pub fn confirm(
    chain: &Chain,
    minted_with: Position,
    now: Timestamp,
    settings: &RotationSettings,
) -> Confirmation {
    let outcome =
        |after: Chain, seen: AccessSeen| Confirmation { changed: *chain != after, chain: after, seen };
    if let Some(refusal) = chain.refusal(now) {
        return outcome(chain.clone(), AccessSeen::Ended(refusal));
    }
    let confirmed = chain.confirmed_at.is_some();
    // Any other token of the generation is a sibling, also one the row does not know.
    let sibling = minted_with.generation == chain.generation;
    match Standing::of(chain, minted_with) {
        Standing::Current if confirmed => outcome(chain.clone(), AccessSeen::AlreadyConfirmed),
        Standing::Current => outcome(confirmed_at(chain, now), AccessSeen::Confirmed),
        // not yet confirmed: that sibling becomes current and confirmed
        Standing::DisplacedSibling | Standing::Newer if sibling && !confirmed => {
            let after = Chain { sibling: minted_with.sibling, ..confirmed_at(chain, now) };
            outcome(after, AccessSeen::Promoted)
        }
        // another one already confirmed: theft (not with window 0)
        Standing::DisplacedSibling | Standing::Newer if sibling && !settings.window().is_zero() => {
            let evidence = Evidence::new(TheftRow::AccessTokenOfSibling, chain, minted_with, now);
            outcome(ended(chain, RevocationReason::Theft, now), AccessSeen::Theft(evidence))
        }
        Standing::DisplacedSibling | Standing::Newer | Standing::Previous | Standing::Older => {
            outcome(chain.clone(), AccessSeen::NotCurrent)
        }
    }
}
