//! Signing keys, by hand: to look at them, to begin the next one early, to revoke one that has leaked.

use keys::{Algorithm, KeyStage, ScheduledKey};
use model::Timestamp;
use serde_json::json;
use store::audit::{AuditEvent, AuditLine};

use crate::{ChangeError, Operator};

/// A key and where it stands.
#[derive(Clone, Debug)]
pub struct KeyStanding {
    /// The key and the time from which it signs.
    pub key: ScheduledKey,
    /// Where it stands now.
    pub stage: KeyStage,
}

impl Operator {
    /// Every signing key, the oldest first.
    pub fn signing_keys(&self) -> Vec<KeyStanding> {
        let (ring, now) = (self.directory.ring(), self.clock.now());
        let standing = |key: &ScheduledKey| KeyStanding { key: key.clone(), stage: ring.stage(key, now) };
        ring.keys().iter().map(standing).collect()
    }

    /// Publishes the next key of each algorithm that is in use, unless one is published already. It signs after the
    /// lead time, so that no client notices. Returns from when.
    pub async fn rotate_signing_keys(&self) -> Result<Timestamp, ChangeError> {
        let (ring, now) = (self.directory.ring(), self.clock.now());
        let active_from = now.plus(ring.schedule().lead);
        for algorithm in Algorithm::ALL {
            // A newest key that does not sign yet is the next one.
            if let Some(newest) = ring.newest(algorithm).filter(|newest| *newest <= now) {
                let (clock, entropy) = (&*self.clock, &*self.entropy);
                self.directory.create(algorithm, active_from, newest, clock, entropy).await?;
            }
        }
        self.directory.renew().await?;
        Ok(active_from)
    }

    /// Removes a key: whatever it signed is refused at once, by every node within a second and by whoever else
    /// verifies tokens once their copy of the key set is over. If it is the one that signs, a new one takes its place
    /// at once; its first tokens make clients fetch the set again. Returns the new key's id.
    pub async fn revoke_signing_key(&self, kid: &str) -> Result<Option<String>, ChangeError> {
        self.directory.renew().await?;
        let (ring, now) = (self.directory.ring(), self.clock.now());
        let revoked = ring.keys().iter().find(|known| known.key.kid() == kid);
        let successor = revoked
            .filter(|revoked| ring.stage(revoked, now) == KeyStage::Active)
            .map(|revoked| self.directory.make(revoked.key.algorithm(), now, &*self.entropy));
        let line = AuditLine::new(AuditEvent::SigningKeyRevoked, &*self.clock, &*self.entropy)
            .detail(json!({"kid": kid, "successor": successor.as_ref().map(|key| &key.kid)}));
        if !self.store.revoke_signing_key(kid, successor.as_ref(), line).await? {
            return Err(ChangeError::NotFound);
        }
        self.directory.renew().await?;
        Ok(successor.map(|key| key.kid))
    }
}
