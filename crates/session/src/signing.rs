//! The keys that sign access tokens: read from the store, made when due, published before they sign.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use keys::jwt::{self, JwtError};
use keys::{Algorithm, KeyRing, KeySchedule, ScheduledKey, Sealer, SigningKey, TokenType};
use model::{Entropy, Timestamp};

use crate::secrets::Secrets;
use crate::store::{SessionStore, StoreError, StoredKey};

/// How long after an unknown key id the keys are not read again, however many tokens name one.
const RELOAD_AT_MOST_EVERY: Duration = Duration::from_secs(1);

/// The signing keys of one application, as this process knows them.
pub(crate) struct SigningKeys {
    ring: ArcSwap<KeyRing>,
    algorithm: Algorithm,
    schedule: KeySchedule,
    /// Of the secret in use.
    sealer: Sealer,
    /// Of secrets that were in use before.
    retired: Vec<Sealer>,
    /// Whether the newest key is sealed under a secret that is not in use any more.
    outdated: AtomicBool,
    read_at: AtomicI64,
}

impl SigningKeys {
    pub(crate) fn new(secrets: &Secrets, algorithm: Algorithm, schedule: KeySchedule) -> Self {
        let sealer = |secret| Sealer::new(secret, "session signing key");
        Self {
            ring: ArcSwap::from_pointee(KeyRing::new(Vec::new(), schedule)),
            algorithm,
            schedule,
            sealer: sealer(&secrets.current),
            retired: secrets.retired.iter().map(sealer).collect(),
            outdated: AtomicBool::new(false),
            read_at: AtomicI64::new(i64::MIN),
        }
    }

    /// Reads the keys, makes the next one when it is due, and removes those whose last token is over.
    pub(crate) async fn tend(
        &self,
        store: &dyn SessionStore,
        entropy: &dyn Entropy,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.read(store, now).await?;
        let ring = self.ring.load_full();
        // A key of a retired secret makes way in good time, so that the secret can be forgotten.
        let outdated = self.outdated.load(Ordering::Relaxed).then(|| now.plus(self.schedule.lead));
        let due = ring.next_needed(self.algorithm, now).or(outdated);
        let finished = ring.finished(now);
        if due.is_none() && finished.is_empty() {
            return Ok(());
        }
        if let Some(active_from) = due {
            let key = self.make(entropy, active_from)?;
            store.add_signing_key(key, ring.newest(self.algorithm)).await?;
        }
        if !finished.is_empty() {
            store.remove_signing_keys(finished).await?;
        }
        self.read(store, now).await
    }

    /// Reads the keys again after a token named one that is not known, once a second at most. Answers whether
    /// they were read.
    pub(crate) async fn reload(&self, store: &dyn SessionStore, now: Timestamp) -> Result<bool, StoreError> {
        let read_at = self.read_at.load(Ordering::Relaxed);
        let due = read_at.saturating_add(i64::try_from(RELOAD_AT_MOST_EVERY.as_micros()).unwrap_or(i64::MAX));
        let claimed = now.as_micros() >= due
            && self
                .read_at
                .compare_exchange(read_at, now.as_micros(), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if claimed {
            self.read(store, now).await?;
        }
        Ok(claimed)
    }

    /// The claims of a token that a published key signed, and that key's id.
    pub(crate) fn verify(&self, token: &str, now: Timestamp) -> Result<(Arc<str>, Vec<u8>), JwtError> {
        jwt::verify_json(token, TokenType::SessionToken, &self.ring.load(), now)
    }

    /// Whether a token begins like one that a published key signed.
    pub(crate) fn begins(&self, token: &str, now: Timestamp) -> bool {
        let header = token.split_once('.').map_or("", |(header, _)| header);
        self.ring.load().find_by_header(TokenType::SessionToken, header, now).is_some()
    }

    /// Whether tokens of the key are still good.
    pub(crate) fn is_published(&self, kid: &str, now: Timestamp) -> bool {
        self.ring.load().find(kid, now).is_some()
    }

    /// The key that signs now; `None` before the first one is made.
    pub(crate) fn active(&self, now: Timestamp) -> Option<Arc<SigningKey>> {
        self.ring.load().active(self.algorithm, now).map(Arc::clone)
    }

    /// The JWK set (RFC 7517 §5), and for how long others may keep it.
    pub(crate) fn jwks(&self) -> (String, Duration) {
        (self.ring.load().jwks().to_string(), self.schedule.jwks_max_age)
    }

    async fn read(&self, store: &dyn SessionStore, now: Timestamp) -> Result<(), StoreError> {
        let stored = store.signing_keys().await?;
        // A key of a secret that this process does not know yet: another process signs with it.
        let keys: Vec<_> = stored.iter().filter_map(|key| self.open(key).ok()).collect();
        if let (Some(key), true) = (stored.first(), keys.is_empty()) {
            self.open(key)?;
        }
        let own = stored.iter().filter(|key| key.algorithm == self.algorithm.as_str());
        let newest = own.max_by_key(|key| key.active_from);
        let is_retired =
            |key: &StoredKey| self.retired.iter().any(|sealer| sealer.open(&key.sealed).is_some());
        // While a change of the secret is rolled out, each process has the other's among its retired: wait until the
        // newest key signs before making another.
        let outdated = newest.is_some_and(|key| is_retired(key) && key.active_from <= now);
        self.outdated.store(outdated, Ordering::Relaxed);
        self.ring.store(Arc::new(KeyRing::new(keys, self.schedule)));
        self.read_at.store(now.as_micros(), Ordering::Relaxed);
        Ok(())
    }

    fn make(&self, entropy: &dyn Entropy, active_from: Timestamp) -> Result<StoredKey, StoreError> {
        let bug = |error: keys::KeyError| StoreError::Bug(Box::new(error));
        let der = SigningKey::generate(self.algorithm).map_err(bug)?;
        let key = SigningKey::from_pkcs8(self.algorithm, &der).map_err(bug)?;
        Ok(StoredKey {
            kid: key.kid().to_owned(),
            algorithm: self.algorithm.to_string(),
            sealed: self.sealer.seal(&der, entropy),
            active_from,
        })
    }

    fn open(&self, stored: &StoredKey) -> Result<ScheduledKey, StoreError> {
        let damaged = || {
            StoreError::Corrupt(format!(
                "the signing key {} does not open: it is damaged, or was sealed under another secret",
                stored.kid
            ))
        };
        let algorithm: Algorithm = stored.algorithm.parse().map_err(|_| damaged())?;
        let mut sealers = std::iter::once(&self.sealer).chain(&self.retired);
        let der = sealers.find_map(|sealer| sealer.open(&stored.sealed)).ok_or_else(damaged)?;
        let key = SigningKey::from_pkcs8(algorithm, &der).map_err(|_| damaged())?;
        Ok(ScheduledKey { key: Arc::new(key), active_from: stored.active_from })
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKeys").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}
