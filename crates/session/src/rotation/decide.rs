//! The table of `docs/rotation.md`, row by row: what a presented refresh token leads to.
//!
//! Pure, so that the very function production uses can be explored exhaustively (`tests/rotation_explored.rs`)
//! and compared with the executable model, `docs/rotation_model.py`. It never sees a token's text: the two rows
//! about bad MACs are [`RefreshKeys`](super::RefreshKeys)'.

use model::Timestamp;

use super::standing::Standing;
use super::{
    Answer, Chain, Decision, Evidence, Position, Refusal, RevocationReason, Rotate, RotationSettings,
    TheftRow,
};

/// Decides what the token at `presented`, verified against the chain's salt, leads to at `now`, the database's
/// time. A wrong client or sender key must have been refused before, without a decision.
///
/// The chain must be read, and the chain of the decision written, in one transaction that ends before the answer.
pub fn decide(chain: &Chain, presented: Position, now: Timestamp, settings: &RotationSettings) -> Decision {
    let answer = |after: Chain, answer: Answer| Decision::new(chain, after, answer);

    // chain unknown, expired, or revoked for whatever reason | unauthorised; not a new theft
    if let Some(refusal) = chain.refusal(now) {
        return answer(chain.clone(), Answer::Unauthorised(refusal));
    }

    let handed_out_at =
        settings.handed_out_floor().map_or(chain.handed_out_at, |at| at.max(chain.handed_out_at));
    let handed_out_within = settings.within(handed_out_at, now);
    let minted_within = settings.within(chain.minted_at, now);
    let confirmed = chain.confirmed_at.is_some();
    let open = chain.confirmed_at.map_or(handed_out_within, |at| settings.within(at, now));
    let retry_after = settings.window().saturating_sub(now.since(handed_out_at));
    let rotates = settings.rotate() == Rotate::Always;
    let theft = |row| {
        let evidence = Evidence::new(row, chain, presented, now);
        answer(ended(chain, RevocationReason::Theft, now), Answer::Theft(evidence))
    };

    match Standing::of(chain, presented) {
        // current | handed out within the window | confirm; a new access token only
        Standing::Current if handed_out_within && !settings.must_name_token() => {
            answer(confirmed_at(chain, now), Answer::AccessOnly)
        }
        // … where a transport must name a refresh token, name the current one: that counts as handed out
        Standing::Current if handed_out_within && minted_within => {
            answer(Chain { handed_out_at: now, ..confirmed_at(chain, now) }, Answer::Named)
        }
        // (a token that never rotates can be named at any time: no newer one can be overwritten)
        Standing::Current if handed_out_within && !rotates => answer(confirmed_at(chain, now), Answer::Named),
        // … and once it was minted longer than the window ago the answer is not now
        Standing::Current if handed_out_within => {
            answer(confirmed_at(chain, now), Answer::NotNow { retry_after })
        }
        // current | else | rotate
        Standing::Current => turn(chain, presented, now, settings, Answer::Rotated),

        // previous, or a displaced sibling | open; confirmed, or minted within the window | again
        Standing::Previous | Standing::DisplacedSibling if open && (confirmed || minted_within) => answer(
            Chain { handed_out_at: now, ..chain.clone() },
            Answer::Again { after_confirmation: confirmed },
        ),
        // … | open, otherwise | not now, no write
        Standing::Previous | Standing::DisplacedSibling if open => {
            answer(chain.clone(), Answer::NotNow { retry_after })
        }
        // … | not open, confirmed | theft
        Standing::Previous | Standing::DisplacedSibling if confirmed => {
            theft(TheftRow::ReusedAfterConfirmation)
        }
        // … | not open, not confirmed, sibling | the first one used wins: it becomes current, then rotate
        Standing::DisplacedSibling => turn(chain, presented, now, settings, Answer::Promoted),
        // … | not open, not confirmed, previous | at the limit: the chain ends, unauthorised, not theft
        Standing::Previous if settings.recovery_limit().is_some_and(|limit| chain.recoveries >= limit) => {
            refuse(chain, RevocationReason::RecoveryLimit, now)
        }
        // … | not open, not confirmed, previous | the answer was lost: recover
        Standing::Previous => recover(chain, now),

        // older than that | theft
        Standing::Older => theft(TheftRow::Older),

        // newer than the row, with window 0 | theft
        Standing::Newer if settings.window().is_zero() => theft(TheftRow::Newer),
        // newer than the row | the database went back in time: accept as current, handed out now, confirmed
        Standing::Newer => {
            let names = settings.must_name_token();
            let after = Chain {
                generation: presented.generation,
                sibling: presented.sibling,
                // The row never saw the parent of a later generation.
                prev_sibling: chain.prev_sibling.filter(|_| presented.generation == chain.generation),
                // Where a token must be named, one that the row never saw minted counts as minted long ago: its
                // successor may be on its way, and naming it could overwrite that one.
                minted_at: if names { now.minus(settings.window()) } else { now },
                handed_out_at: now,
                confirmed_at: Some(now),
                recoveries: 0,
                ..chain.clone()
            };
            answer(after, Answer::RollbackSuspected { retry_after: names.then_some(settings.window()) })
        }
    }
}

/// Of several verified tokens of `chain` in one request, the one that counts: the newest, so that a stale one
/// beside it is never a theft. `None` when there is none.
///
/// Within the chain's generation the current token counts before a sibling with a higher number, which was
/// displaced by it.
pub fn choose(chain: &Chain, candidates: impl IntoIterator<Item = Position>) -> Option<Position> {
    candidates.into_iter().max_by_key(|token| (token.generation, *token == chain.position(), token.sibling))
}

/// Makes `parent` current and goes on from it: a new generation, or the same token for a chain that never rotates.
/// The only place that moves `idle_expires_at`.
fn turn(
    chain: &Chain,
    parent: Position,
    now: Timestamp,
    settings: &RotationSettings,
    rotated: Answer,
) -> Decision {
    let idle_expires_at = now.plus(settings.idle_lifetime()).min(chain.absolute_expires_at);
    match settings.rotate() {
        Rotate::Never => {
            let after = Chain {
                sibling: parent.sibling,
                handed_out_at: now,
                idle_expires_at,
                ..confirmed_at(chain, now)
            };
            let answer = if settings.must_name_token() { Answer::Named } else { Answer::Kept };
            Decision::new(chain, after, answer)
        }
        Rotate::Always => {
            let Some(generation) = parent.generation.checked_add(1) else {
                return refuse(chain, RevocationReason::CounterExhausted, now);
            };
            let after = Chain {
                generation,
                sibling: 0,
                prev_sibling: Some(parent.sibling),
                minted_at: now,
                handed_out_at: now,
                confirmed_at: None,
                recoveries: 0,
                idle_expires_at,
                ..chain.clone()
            };
            Decision::new(chain, after, rotated)
        }
    }
}

/// Mints the current generation again, as its next sibling.
fn recover(chain: &Chain, now: Timestamp) -> Decision {
    let Some(sibling) = chain.sibling.checked_add(1) else {
        return refuse(chain, RevocationReason::CounterExhausted, now);
    };
    let recoveries = chain.recoveries.saturating_add(1);
    let after = Chain {
        sibling,
        minted_at: now,
        handed_out_at: now,
        confirmed_at: None,
        recoveries,
        ..chain.clone()
    };
    Decision::new(chain, after, Answer::Recovered { recoveries })
}

fn refuse(chain: &Chain, reason: RevocationReason, now: Timestamp) -> Decision {
    Decision::new(chain, ended(chain, reason, now), Answer::Unauthorised(Refusal::Revoked(reason)))
}

/// The chain with its current token seen in use; the first sight counts.
pub(super) fn confirmed_at(chain: &Chain, now: Timestamp) -> Chain {
    Chain { confirmed_at: chain.confirmed_at.or(Some(now)), ..chain.clone() }
}

pub(super) fn ended(chain: &Chain, reason: RevocationReason, now: Timestamp) -> Chain {
    Chain { revoked: Some((reason, now)), ..chain.clone() }
}
