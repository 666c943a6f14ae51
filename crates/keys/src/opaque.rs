//! Bearer secrets that mean nothing by themselves: drawn, handed out once, stored hashed (C110).

use std::fmt;

use aws_lc_rs::digest;
use model::{Entropy, entropy};
use zeroize::Zeroize;

use crate::base64url;

/// Thirty-two random bytes as 43 characters of `[A-Za-z0-9_-]`.
pub struct OpaqueSecret(String);

impl OpaqueSecret {
    /// A new secret.
    pub fn draw(source: &dyn Entropy) -> Self {
        Self(base64url::encode(entropy::draw::<32>(source)))
    }

    /// The text, to hand out once.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored.
    pub fn hash(&self) -> [u8; 32] {
        hash(self.0.as_bytes())
    }
}

impl fmt::Debug for OpaqueSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpaqueSecret(…)")
    }
}

impl Drop for OpaqueSecret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// SHA-256: enough for secrets of 256 random bits, and the key of a look-up.
pub fn hash(bytes: &[u8]) -> [u8; 32] {
    digest::digest(&digest::SHA256, bytes).as_ref().try_into().expect("SHA-256 yields 32 bytes")
}

/// SHA-256 as base64url: the S256 transformation (RFC 7636 §4.2), `at_hash`, thumbprints.
pub fn hash_text(bytes: &[u8]) -> String {
    base64url::encode(hash(bytes))
}

/// The left half of SHA-256 as base64url: `at_hash` (OpenID Connect Core §3.1.3.6).
pub fn left_half_hash(bytes: &[u8]) -> String {
    base64url::encode(&hash(bytes)[..16])
}

/// Whether two secrets, or hashes of secrets, are equal: in a time that their length alone decides (C045).
pub fn equal(left: &[u8], right: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(left, right).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::SeededEntropy;

    #[test]
    fn c110_at_least_128_bits_stored_hashed() {
        let secret = OpaqueSecret::draw(&SeededEntropy::new(1));
        assert_eq!(secret.expose().len(), 43, "256 bits");
        assert!(equal(&secret.hash(), &hash(secret.expose().as_bytes())));
        assert_eq!(format!("{secret:?}"), "OpaqueSecret(…)");
    }

    #[test]
    fn s256_is_that_of_rfc_7636_appendix_b() {
        let verifier = b"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(hash_text(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
