//! Sessions in memory: for tests and examples.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard};

use model::Timestamp;

use super::{Arrived, Found, SessionRecord, SessionStore, StoreFuture, StoredKey};
use crate::SessionHandle;
use crate::rotation::RevocationReason;

/// Keeps sessions as long as the process lives, and not longer: for tests and examples.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Tables>);

#[derive(Debug, Default)]
struct Tables {
    sessions: HashMap<SessionHandle, Found>,
    keys: Vec<StoredKey>,
}

impl Tables {
    /// Revokes those sessions that `which` picks and that are not revoked yet.
    fn revoke(
        &mut self,
        which: impl Fn(&SessionRecord) -> bool,
        reason: RevocationReason,
        now: Timestamp,
    ) -> Vec<SessionHandle> {
        let mut revoked = Vec::new();
        for found in self.sessions.values_mut() {
            if found.session.chain.revoked.is_none() && which(&found.session) {
                found.session.chain.revoked = Some((reason, now));
                found.version += 1;
                revoked.push(found.session.handle());
            }
        }
        revoked.sort_unstable();
        revoked
    }

    /// The live sessions of a user.
    fn live(&self, user: &str, tenant: Option<&str>, now: Timestamp) -> Vec<&SessionRecord> {
        let of_user = |session: &&SessionRecord| belongs(session, user, tenant) && session.is_live(now);
        self.sessions.values().map(|found| &found.session).filter(of_user).collect()
    }
}

fn belongs(session: &SessionRecord, user: &str, tenant: Option<&str>) -> bool {
    session.user == user && tenant.is_none_or(|tenant| session.tenant == tenant)
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().expect("no code panics while it holds the tables")
    }
}

/// What is known at once, as a future.
fn ready<'a, T: Send + 'a>(answer: T) -> StoreFuture<'a, T> {
    Box::pin(std::future::ready(Ok(answer)))
}

impl SessionStore for MemoryStore {
    fn create(
        &self,
        session: SessionRecord,
        limit: Option<NonZeroU32>,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<SessionHandle>> {
        let mut tables = self.tables();
        let mut ended = Vec::new();
        if let Some(limit) = limit {
            let mut others = tables.live(&session.user, Some(&session.tenant), now);
            others.sort_by_key(|other| (std::cmp::Reverse(other.last_use.at), other.handle()));
            let keep = usize::try_from(limit.get() - 1).unwrap_or(usize::MAX);
            let surplus: Vec<_> = others.iter().skip(keep).map(|other| other.handle()).collect();
            ended = tables.revoke(|one| surplus.contains(&one.handle()), RevocationReason::Replaced, now);
        }
        tables.sessions.insert(session.handle(), Found { session, version: 0 });
        ready(ended)
    }

    fn read(&self, handle: SessionHandle) -> StoreFuture<'_, Option<Found>> {
        ready(self.tables().sessions.get(&handle).cloned())
    }

    fn replace(&self, session: &SessionRecord, version: i64) -> StoreFuture<'_, bool> {
        let mut tables = self.tables();
        let found = tables.sessions.get_mut(&session.handle()).filter(|found| found.version == version);
        let replaced = found.map(|found| *found = Found { session: session.clone(), version: version + 1 });
        ready(replaced.is_some())
    }

    fn confirm(&self, mut arrived: Vec<Arrived>, now: Timestamp) -> StoreFuture<'_, Vec<Arrived>> {
        let mut tables = self.tables();
        arrived.retain(|one| {
            let found = tables.sessions.get_mut(&one.session).filter(|found| {
                let chain = &found.session.chain;
                chain.revoked.is_none() && chain.confirmed_at.is_none() && chain.position() == one.position
            });
            let confirmed = found.map(|found| {
                found.session.chain.confirmed_at = Some(now);
                found.version += 1;
            });
            confirmed.is_none()
        });
        ready(arrived)
    }

    fn revoke(
        &self,
        handles: Vec<SessionHandle>,
        reason: RevocationReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<SessionHandle>> {
        ready(self.tables().revoke(|session| handles.contains(&session.handle()), reason, now))
    }

    fn revoke_user(
        &self,
        user: String,
        tenant: Option<String>,
        reason: RevocationReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<SessionHandle>> {
        ready(self.tables().revoke(|session| belongs(session, &user, tenant.as_deref()), reason, now))
    }

    fn list(
        &self,
        user: String,
        tenant: Option<String>,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<SessionRecord>> {
        let tables = self.tables();
        let mut live: Vec<_> = tables.live(&user, tenant.as_deref(), now).into_iter().cloned().collect();
        live.sort_by_key(|session| (session.first_use.at, session.handle()));
        ready(live)
    }

    fn purge(&self, before: Timestamp) -> StoreFuture<'_, u64> {
        let mut tables = self.tables();
        let held = tables.sessions.len();
        tables.sessions.retain(|_, found| {
            let chain = &found.session.chain;
            let ended = chain.revoked.map_or(chain.idle_expires_at, |(_, at)| at.min(chain.idle_expires_at));
            ended >= before
        });
        ready(u64::try_from(held - tables.sessions.len()).unwrap_or(u64::MAX))
    }

    fn signing_keys(&self) -> StoreFuture<'_, Vec<StoredKey>> {
        ready(self.tables().keys.clone())
    }

    fn add_signing_key(&self, key: StoredKey, newest: Option<Timestamp>) -> StoreFuture<'_, ()> {
        let mut tables = self.tables();
        let mut same = tables.keys.iter().filter(|other| other.algorithm == key.algorithm);
        if same.all(|other| newest.is_some_and(|newest| other.active_from <= newest)) {
            tables.keys.push(key);
        }
        ready(())
    }

    fn remove_signing_keys(&self, kids: Vec<String>) -> StoreFuture<'_, ()> {
        self.tables().keys.retain(|key| !kids.contains(&key.kid));
        ready(())
    }
}
