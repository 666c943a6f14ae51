//! What an operator should learn.

use std::fmt;

use crate::SessionHandle;
use crate::error::Theft;
use crate::rotation::RevocationReason;

/// Something happened to a session that is not its everyday life.
#[derive(Clone, Debug, PartialEq)]
pub enum SessionEvent {
    /// A refresh was answered again although its first answer had been used: the network, or a thief who is quick.
    RefreshRepeated(SessionHandle),
    /// The answer of a refresh was lost, and another token was minted.
    RefreshRecovered {
        /// The session.
        session: SessionHandle,
        /// How often in a row.
        recoveries: u32,
    },
    /// Sessions were ended.
    Revoked {
        /// Which.
        sessions: Vec<SessionHandle>,
        /// Why.
        reason: RevocationReason,
    },
    /// A token came that is newer than its session: the store went back in time.
    RollbackSuspected(SessionHandle),
    /// A theft was found.
    Theft(Box<Theft>),
}

impl SessionEvent {
    /// Its name, the same for ever.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RefreshRepeated(_) => "session.refresh_repeated",
            Self::RefreshRecovered { .. } => "session.refresh_recovered",
            Self::Revoked { .. } => "session.revoked",
            Self::RollbackSuspected(_) => "session.rollback_suspected",
            Self::Theft(_) => "session.theft",
        }
    }
}

/// Learns of events. It is called in the middle of a request: whatever takes time belongs into a queue.
pub trait Observer: Send + Sync + fmt::Debug {
    /// Something happened.
    fn observe(&self, event: &SessionEvent);
}

/// Learns nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn observe(&self, _: &SessionEvent) {}
}
