//! Rows as the model writes them, with ages in ticks instead of times, and their way into the production
//! function and back.

use std::time::Duration;

use model::{ChainId, Timestamp};
use session::rotation::{Chain, Position, RevocationReason, RotationSettings};

/// One tick of the model's clock.
pub(crate) const TICK: Duration = Duration::from_secs(1);

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);
const IDLE: Duration = Duration::from_secs(10_000);

/// What became of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Status {
    Live,
    Theft,
    Ended,
}

/// A row of the model. All ages are in ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Aged {
    pub(crate) status: Status,
    pub(crate) current: Position,
    pub(crate) prev_sibling: Option<u32>,
    pub(crate) handed_out: u8,
    pub(crate) confirmed: Option<u8>,
    pub(crate) minted: u8,
    pub(crate) recoveries: u32,
}

/// Settings with a window in ticks; 99 stands for no limit, as in the model, where the window is 0.
pub(crate) fn settings(window: u8, limit: Option<u32>) -> RotationSettings {
    RotationSettings::new(TICK * u32::from(window), limit, IDLE).unwrap()
}

/// The chain of a row, now.
pub(crate) fn chain(row: &Aged) -> Chain {
    let ago = |age: u8| NOW.minus(TICK * u32::from(age));
    Chain {
        id: ChainId::from_bytes([1; 16]),
        salt: [2; 16],
        generation: row.current.generation,
        sibling: row.current.sibling,
        prev_sibling: row.prev_sibling,
        minted_at: ago(row.minted),
        handed_out_at: ago(row.handed_out),
        confirmed_at: row.confirmed.map(ago),
        recoveries: row.recoveries,
        idle_expires_at: NOW.plus(TICK * 100),
        absolute_expires_at: NOW.plus(TICK * 20_000),
        revoked: match row.status {
            Status::Live => None,
            Status::Theft => Some((RevocationReason::Theft, NOW)),
            Status::Ended => Some((RevocationReason::RecoveryLimit, NOW)),
        },
    }
}

/// The time on a node whose clock is `skew` ticks ahead. A little is added, so that what is written at that
/// moment can be told from what was written a whole number of ticks ago.
pub(crate) fn node_time(skew: i8) -> Timestamp {
    let time = NOW.plus(Duration::from_millis(1));
    let apart = TICK * u32::from(skew.unsigned_abs());
    if skew < 0 { time.minus(apart) } else { time.plus(apart) }
}

/// The row of the chain `after`, which came of `before` at `now`: what stayed keeps its age, what was written is
/// as old as the writing node's clock says.
pub(crate) fn aged(before: &Aged, after: &Chain, now: Timestamp) -> Aged {
    let was = chain(before);
    let age = |old: Timestamp, new: Timestamp, age: u8| {
        if old == new { age } else { u8::try_from(now.since(new).as_secs()).unwrap() }
    };
    assert_eq!(after.absolute_expires_at, was.absolute_expires_at, "nothing moves the absolute expiry");
    assert_eq!(after.salt, was.salt);
    Aged {
        status: match after.revoked {
            None => Status::Live,
            Some((RevocationReason::Theft, _)) => Status::Theft,
            Some((RevocationReason::RecoveryLimit, _)) => Status::Ended,
            Some((other, _)) => panic!("the rule never ends a chain for {other}"),
        },
        current: after.position(),
        prev_sibling: after.prev_sibling,
        handed_out: age(was.handed_out_at, after.handed_out_at, before.handed_out),
        confirmed: after.confirmed_at.map(|at| match was.confirmed_at {
            Some(old) => age(old, at, before.confirmed.unwrap()),
            None => u8::try_from(now.since(at).as_secs()).unwrap(),
        }),
        minted: age(was.minted_at, after.minted_at, before.minted),
        recoveries: after.recoveries,
    }
}
