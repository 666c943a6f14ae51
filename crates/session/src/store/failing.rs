//! A store in memory that fails when it is told to: for tests of whoever uses one.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use model::Timestamp;

use super::{Arrived, Found, MemoryStore, SessionRecord, SessionStore, StoreError, StoreFuture, StoredKey};
use crate::SessionHandle;
use crate::rotation::RevocationReason;

/// A [`MemoryStore`] that can be down.
#[derive(Debug, Default)]
pub struct FailingStore {
    inner: MemoryStore,
    down: AtomicBool,
    hanging: AtomicBool,
    unreadable: Mutex<Option<SessionHandle>>,
    calls: AtomicUsize,
    confirmations: AtomicUsize,
}

impl FailingStore {
    /// Takes it down, or brings it back with what it held.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// Lets it answer nothing any more, or again.
    pub fn set_hanging(&self, hanging: bool) {
        self.hanging.store(hanging, Ordering::SeqCst);
    }

    /// Damages the row of one session.
    pub fn set_unreadable(&self, session: SessionHandle) {
        *self.unreadable.lock().unwrap_or_else(PoisonError::into_inner) = Some(session);
    }

    /// How often it was called since this was last asked.
    pub fn calls(&self) -> usize {
        self.calls.swap(0, Ordering::SeqCst)
    }

    /// How often it was told of tokens that had arrived, since this was last asked.
    pub fn confirmations(&self) -> usize {
        self.confirmations.swap(0, Ordering::SeqCst)
    }

    fn or_fail<'a, T: Send + 'a>(
        &'a self,
        call: impl FnOnce(&'a MemoryStore) -> StoreFuture<'a, T>,
    ) -> StoreFuture<'a, T> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        if self.hanging.load(Ordering::SeqCst) {
            return Box::pin(std::future::pending());
        }
        if self.down.load(Ordering::SeqCst) {
            return Box::pin(async { Err(StoreError::Unavailable("down".into())) });
        }
        call(&self.inner)
    }
}

impl SessionStore for FailingStore {
    fn create(
        &self,
        session: SessionRecord,
        limit: Option<NonZeroU32>,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<SessionHandle>> {
        self.or_fail(|inner| inner.create(session, limit, now))
    }

    fn read(&self, handle: SessionHandle) -> StoreFuture<'_, Option<Found>> {
        if *self.unreadable.lock().unwrap_or_else(PoisonError::into_inner) == Some(handle) {
            return Box::pin(async { Err(StoreError::Corrupt("damaged".into())) });
        }
        self.or_fail(|inner| inner.read(handle))
    }

    fn replace(&self, session: &SessionRecord, version: i64) -> StoreFuture<'_, bool> {
        self.or_fail(|inner| inner.replace(session, version))
    }

    fn confirm(&self, arrived: Vec<Arrived>, now: Timestamp) -> StoreFuture<'_, Vec<Arrived>> {
        self.confirmations.fetch_add(1, Ordering::SeqCst);
        self.or_fail(|inner| inner.confirm(arrived, now))
    }

    fn revoke(
        &self,
        handles: Vec<SessionHandle>,
        reason: RevocationReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<SessionHandle>> {
        self.or_fail(|inner| inner.revoke(handles, reason, now))
    }

    fn revoke_user(
        &self,
        user: String,
        tenant: Option<String>,
        reason: RevocationReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<SessionHandle>> {
        self.or_fail(|inner| inner.revoke_user(user, tenant, reason, now))
    }

    fn list(
        &self,
        user: String,
        tenant: Option<String>,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<SessionRecord>> {
        self.or_fail(|inner| inner.list(user, tenant, now))
    }

    fn purge(&self, before: Timestamp) -> StoreFuture<'_, u64> {
        self.or_fail(|inner| inner.purge(before))
    }

    fn signing_keys(&self) -> StoreFuture<'_, Vec<StoredKey>> {
        self.or_fail(|inner| inner.signing_keys())
    }

    fn add_signing_key(&self, key: StoredKey, newest: Option<Timestamp>) -> StoreFuture<'_, ()> {
        self.or_fail(|inner| inner.add_signing_key(key, newest))
    }

    fn remove_signing_keys(&self, kids: Vec<String>) -> StoreFuture<'_, ()> {
        self.or_fail(|inner| inner.remove_signing_keys(kids))
    }
}
