//! What a refresh leads to: the third column of the table in `docs/rotation.md`.

use std::time::Duration;

use model::Timestamp;

use super::{Chain, Position, RevocationReason};

/// The outcome of [`decide`](super::decide). Write [`Decision::chain`] if it changed, commit, then answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Decision {
    /// The chain afterwards.
    pub chain: Chain,
    /// What to say.
    pub answer: Answer,
    /// Whether the chain must be written before the answer is given.
    pub changed: bool,
}

impl Decision {
    pub(super) fn new(before: &Chain, after: Chain, answer: Answer) -> Self {
        Self { changed: *before != after, chain: after, answer }
    }

    /// The refresh token that the answer must carry, if any. All other answers that are not refusals carry a
    /// new access token alone, and the client keeps the refresh token it has.
    pub fn refresh_token(&self) -> Option<Position> {
        match self.answer {
            Answer::Again { .. }
            | Answer::Named
            | Answer::Promoted
            | Answer::Recovered { .. }
            | Answer::Rotated => Some(self.chain.position()),
            Answer::AccessOnly
            | Answer::Kept
            | Answer::NotNow { .. }
            | Answer::RollbackSuspected { .. }
            | Answer::Theft(_)
            | Answer::Unauthorised(_) => None,
        }
    }

    /// Whether the answer carries a new access token. It is minted for [`Chain::position`] of the chain
    /// afterwards and says whether that is confirmed.
    pub fn access_token(&self) -> bool {
        match self.answer {
            Answer::AccessOnly
            | Answer::Again { .. }
            | Answer::Kept
            | Answer::Named
            | Answer::Promoted
            | Answer::Recovered { .. }
            | Answer::RollbackSuspected { retry_after: None }
            | Answer::Rotated => true,
            Answer::NotNow { .. }
            | Answer::RollbackSuspected { retry_after: Some(_) }
            | Answer::Theft(_)
            | Answer::Unauthorised(_) => false,
        }
    }
}

/// What a presented refresh token leads to, in the order of the table in `docs/rotation.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Unauthorised: 401, or `invalid_grant`. Not a theft, and nothing else is revoked.
    Unauthorised(Refusal),
    /// The current token, handed out a moment ago: a new access token only. No refresh token is sent, so that no
    /// answer on its way can overwrite a newer one.
    AccessOnly,
    /// As [`Answer::AccessOnly`], for a transport that must name a refresh token: the current one is named.
    Named,
    /// The turn at which other chains rotate, of a chain that [never](super::Rotate::Never) does: a new access
    /// token; the refresh token stays and its idle lifetime begins again.
    Kept,
    /// The next token.
    Rotated,
    /// The current token once more.
    Again {
        /// Whether it had been seen in use before. Then it is worth an event: somebody held two tokens.
        after_confirmation: bool,
    },
    /// 503 with Retry-After. Nothing was written except that the current token was seen in use.
    NotNow {
        /// When to try again; never zero. Round up to seconds.
        retry_after: Duration,
    },
    /// The chain was revoked in this decision, and the handler and the event get the evidence.
    Theft(Evidence),
    /// A displaced sibling was the first to be used: it became current and was rotated; the next token.
    Promoted,
    /// The answer was lost: the next sibling of the lost token. Emits `session.refresh_recovered`.
    Recovered {
        /// How many answers in a row were lost, this one counted.
        recoveries: u32,
    },
    /// The token is newer than the row: the database went back in time. It was accepted; a new access token.
    /// To be logged as "rollback suspected".
    RollbackSuspected {
        /// Where the transport must name a refresh token none can be named safely, as an answer on its way may
        /// carry a newer one: the token was accepted, but the answer is 503 with Retry-After.
        retry_after: Option<Duration>,
    },
}

/// Why a token of a known chain is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The absolute lifetime is over.
    AbsoluteExpired,
    /// The idle lifetime is over.
    IdleExpired,
    /// The chain was ended before, or in this decision by the recovery limit or by a counter at its end.
    Revoked(RevocationReason),
}

/// What shows that two hold tokens of one chain. The caller adds address and user agent of both uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The row of the table that found it.
    pub row: TheftRow,
    /// The token that was presented, or with which the access token was minted.
    pub presented: Position,
    /// The current token of the chain.
    pub current: Position,
    /// When the current token was minted.
    pub minted_at: Timestamp,
    /// When the current token was last handed out.
    pub handed_out_at: Timestamp,
    /// When the current token was first seen in use.
    pub confirmed_at: Option<Timestamp>,
    /// When the theft was found.
    pub found_at: Timestamp,
}

impl Evidence {
    pub(super) fn new(row: TheftRow, chain: &Chain, presented: Position, found_at: Timestamp) -> Self {
        Self {
            row,
            presented,
            current: chain.position(),
            minted_at: chain.minted_at,
            handed_out_at: chain.handed_out_at,
            confirmed_at: chain.confirmed_at,
            found_at,
        }
    }
}

/// The row of the table that found a theft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TheftRow {
    /// An access token of a sibling was used while another one is confirmed.
    AccessTokenOfSibling,
    /// A token newer than the row, with window 0.
    Newer,
    /// A token older than the previous one.
    Older,
    /// The previous token, or a displaced sibling, after the current one was seen in use and the window closed.
    ReusedAfterConfirmation,
}

impl TheftRow {
    /// The stable word for it, for events and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessTokenOfSibling => "access_token_of_sibling",
            Self::Newer => "newer",
            Self::Older => "older",
            Self::ReusedAfterConfirmation => "reused_after_confirmation",
        }
    }
}
