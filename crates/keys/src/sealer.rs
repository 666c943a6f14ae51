//! Sealing: AEAD for what must be read back (cookies, private keys).

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use model::{Entropy, entropy};

use crate::{MasterSecret, base64url};

/// Seals for one purpose: AES-256-GCM under a key of that purpose, with a random nonce. What was sealed for one
/// purpose does not open for another.
pub struct Sealer(LessSafeKey);

impl Sealer {
    /// The sealer of a purpose.
    pub fn new(secret: &MasterSecret, purpose: &str) -> Self {
        let key = secret.derive(&format!("seal {purpose}"));
        Self(LessSafeKey::new(
            UnboundKey::new(&AES_256_GCM, &key).expect("the key has the algorithm's length"),
        ))
    }

    /// Seals bytes.
    pub fn seal(&self, plain: &[u8], source: &dyn Entropy) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = entropy::draw(source);
        let mut body = plain.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut body)
            .expect("the plain text is far below the limit of GCM");
        [nonce.as_slice(), &body].concat()
    }

    /// Opens what [`Self::seal`] sealed; `None` when anything was changed.
    pub fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut body = body.to_vec();
        let plain =
            self.0.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::empty(), &mut body).ok()?.len();
        body.truncate(plain);
        Some(body)
    }

    /// Seals into the text of a cookie.
    pub fn seal_text(&self, plain: &[u8], source: &dyn Entropy) -> String {
        base64url::encode(self.seal(plain, source))
    }

    /// Opens the text of a cookie.
    pub fn open_text(&self, sealed: &str) -> Option<Vec<u8>> {
        self.open(&base64url::decode(sealed)?)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::SeededEntropy;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_changed_bit_is_refused(plain in proptest::collection::vec(any::<u8>(), 0..80), at in any::<usize>(), bit in 0..8_u8) {
            let entropy = SeededEntropy::new(3);
            let sealer = Sealer::new(&MasterSecret::draw(&entropy), "test");
            let mut sealed = sealer.seal(&plain, &entropy);
            prop_assert_eq!(sealer.open(&sealed), Some(plain));
            let at = at % sealed.len();
            sealed[at] ^= 1 << bit;
            prop_assert_eq!(sealer.open(&sealed), None);
        }
    }

    #[test]
    fn a_purpose_opens_only_its_own() {
        let entropy = SeededEntropy::new(3);
        let secret = MasterSecret::draw(&entropy);
        let sealed = Sealer::new(&secret, "a").seal_text(b"x", &entropy);
        assert_eq!(Sealer::new(&secret, "a").open_text(&sealed).as_deref(), Some(b"x".as_slice()));
        assert_eq!(Sealer::new(&secret, "b").open_text(&sealed), None);
        assert_eq!(Sealer::new(&secret, "a").open_text(""), None);
    }
}
