//! Making the next signing key in time, and removing those whose last token is over.

use keys::{Algorithm, SigningKey};
use model::{Clock, Entropy, Timestamp};
use serde_json::json;
use store::Error;
use store::audit::{AuditEvent, AuditLine};
use store::signing_keys::SigningKeyRow;

use crate::Directory;

impl Directory {
    /// Makes the keys of an algorithm that are due. Called at start and now and then; several nodes may.
    pub async fn tend_keys(
        &self,
        algorithm: Algorithm,
        clock: &dyn Clock,
        entropy: &dyn Entropy,
    ) -> Result<(), Error> {
        self.renew().await?;
        let (ring, now) = (self.ring(), clock.now());
        if let Some(active_from) = ring.next_needed(algorithm, now) {
            let newest = ring.newest(algorithm).unwrap_or(Timestamp::from_micros(i64::MIN));
            self.create(algorithm, active_from, newest, clock, entropy).await?;
        }
        let finished = ring.finished(now);
        if !finished.is_empty() {
            self.store().remove_signing_keys(&finished).await?;
        }
        self.renew().await
    }

    /// Makes a key and saves it, unless another node has been quicker.
    pub(crate) async fn create(
        &self,
        algorithm: Algorithm,
        active_from: Timestamp,
        newest: Timestamp,
        clock: &dyn Clock,
        entropy: &dyn Entropy,
    ) -> Result<(), Error> {
        let row = self.make(algorithm, active_from, entropy);
        let line = AuditLine::new(AuditEvent::SigningKeyMade, clock, entropy)
            .detail(json!({"kid": row.kid, "algorithm": row.algorithm}));
        self.store().create_signing_key(&row, newest, line).await?;
        Ok(())
    }

    /// A new key, sealed.
    pub(crate) fn make(
        &self,
        algorithm: Algorithm,
        active_from: Timestamp,
        entropy: &dyn Entropy,
    ) -> SigningKeyRow {
        let der = SigningKey::generate(algorithm).expect("the cryptographic library makes keys");
        let key = SigningKey::from_pkcs8(algorithm, &der).expect("a key that was just made is read back");
        SigningKeyRow {
            kid: key.kid().to_owned(),
            algorithm: algorithm.as_str().to_owned(),
            sealed: self.sealers.keys.seal(&der, entropy),
            active_from,
        }
    }
}
