//! The one secret kept outside the database.

use std::fmt;

use aws_lc_rs::hkdf;
use model::{Entropy, entropy};
use zeroize::{Zeroize as _, ZeroizeOnDrop};

use crate::base64url;

/// Thirty-two random bytes, in a file of the data directory or one that the operator names. The nodes of one
/// deployment share it. Keys are derived from it by HKDF-SHA-256 (RFC 5869), a label each.
#[derive(ZeroizeOnDrop)]
pub struct MasterSecret([u8; 32]);

/// The file holds something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret key must be 32 bytes in base64url, as the server writes it at its first start")]
pub struct MalformedSecret;

impl MasterSecret {
    /// A new secret.
    pub fn draw(source: &dyn Entropy) -> Self {
        Self(entropy::draw(source))
    }

    /// Reads the text of the file.
    pub fn parse(text: &str) -> Result<Self, MalformedSecret> {
        let mut bytes = base64url::decode(text.trim()).ok_or(MalformedSecret)?;
        let secret = bytes.as_slice().try_into().map(Self).map_err(|_| MalformedSecret);
        bytes.zeroize();
        secret
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        base64url::encode(self.0)
    }

    /// The key of a purpose.
    pub fn derive(&self, label: &str) -> [u8; 32] {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"onward");
        let mut key = [0; 32];
        salt.extract(&self.0)
            .expand(&[label.as_bytes()], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut key))
            .expect("32 bytes are within the limit of HKDF");
        key
    }
}

impl fmt::Debug for MasterSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::SeededEntropy;

    #[test]
    fn is_read_back_and_labels_yield_different_keys() {
        let secret = MasterSecret::draw(&SeededEntropy::new(1));
        let again = MasterSecret::parse(&format!("{}\n", secret.to_text())).unwrap();
        assert_eq!(secret.derive("a"), again.derive("a"));
        assert_ne!(secret.derive("a"), secret.derive("b"));
        assert_eq!(MasterSecret::parse("c2hvcnQ").err(), Some(MalformedSecret));
        assert_eq!(format!("{secret:?}"), "MasterSecret(…)");
    }
}
