//! What the engine needs of a store: few methods, each atomic.
//!
//! - [`SessionStore`]: the trait. `onward-session-store` keeps sessions in SQLite or PostgreSQL.
//! - [`MemoryStore`]: for tests and examples; what it holds is over with the process.
//! - `conformance` (a feature): the suite that every implementation passes.

#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
#[cfg(feature = "conformance")]
mod failing;
mod memory;
mod record;
#[cfg(feature = "conformance")]
pub mod rehearsed;
#[cfg(feature = "conformance")]
pub mod schedules;

use std::fmt;
use std::num::NonZeroU32;
use std::pin::Pin;

use model::{Clock, Timestamp};

pub use error::StoreError;
#[cfg(feature = "conformance")]
pub use failing::FailingStore;
pub use memory::MemoryStore;
pub use record::{Arrived, Found, SessionRecord, StoredKey, Use};

use crate::SessionHandle;
use crate::rotation::RevocationReason;

/// The answer of a store, once it comes.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Keeps sessions and the keys that sign their access tokens.
///
/// Every method is atomic and durable when it answers: an implementation that loses what it acknowledged signs
/// people out, or worse, lets a revoked session live again. When a method answers [`StoreError::Unavailable`],
/// nobody knows whether it happened; the engine is made for that.
pub trait SessionStore: Send + Sync + fmt::Debug {
    /// The time by which the ages of sessions are measured. Where several machines share a store, it is the
    /// store's, so that their clocks need not agree; by default it is the machine's.
    fn now(&self, clock: &dyn Clock) -> Timestamp {
        clock.now()
    }

    /// Its own upkeep; such as comparing its clock with ours. Called when it is opened, and every few seconds.
    fn tend(&self) -> StoreFuture<'_, ()> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Saves a new session, whose last use is its first. With a limit, the least recently used live sessions of the same user and tenant are
    /// revoked ([`RevocationReason::Replaced`]) until at most that many are left with the new one; they are
    /// answered.
    fn create(
        &self,
        session: SessionRecord,
        limit: Option<NonZeroU32>,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<SessionHandle>>;

    /// A session, whatever has become of it, until it is purged.
    fn read(&self, handle: SessionHandle) -> StoreFuture<'_, Option<Found>>;

    /// Writes a session anew if nobody has written it since it was read; `false` when somebody has, or it is
    /// gone.
    fn replace(&self, session: &SessionRecord, version: i64) -> StoreFuture<'_, bool>;

    /// Confirms the current tokens of sessions: writes `confirmed_at` of each session that is not revoked, stands at
    /// the position that arrived and is not confirmed yet, in one conditional write. Answers those of which nothing
    /// was written; the engine then looks closer.
    fn confirm(&self, arrived: Vec<Arrived>, now: Timestamp) -> StoreFuture<'_, Vec<Arrived>>;

    /// Revokes those sessions that are not revoked yet, and answers them.
    fn revoke(
        &self,
        handles: Vec<SessionHandle>,
        reason: RevocationReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<SessionHandle>>;

    /// Revokes every session of a user that is not revoked yet, in one tenant or in all, and answers them.
    fn revoke_user(
        &self,
        user: String,
        tenant: Option<String>,
        reason: RevocationReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<SessionHandle>>;

    /// The live sessions of a user, in one tenant or in all, the oldest first.
    fn list(
        &self,
        user: String,
        tenant: Option<String>,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<SessionRecord>>;

    /// Removes sessions that were over or revoked before `before`, a bounded number at a time; answers how many.
    fn purge(&self, before: Timestamp) -> StoreFuture<'_, u64>;

    /// Every signing key.
    fn signing_keys(&self) -> StoreFuture<'_, Vec<StoredKey>>;

    /// Saves a new signing key, unless there is one of its algorithm that begins to sign after `newest`, the
    /// newest that the caller knew: two machines that start at once make one key.
    fn add_signing_key(&self, key: StoredKey, newest: Option<Timestamp>) -> StoreFuture<'_, ()>;

    /// Removes signing keys.
    fn remove_signing_keys(&self, kids: Vec<String>) -> StoreFuture<'_, ()>;
}
