//! The public keys of a provider (RFC 7517, RFC 7518 §6, RFC 8037 §2).

use aws_lc_rs::digest;
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// An algorithm that id tokens may be signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// Ed25519 (RFC 8037 §3.1).
    EdDSA,
    /// ECDSA with P-256 and SHA-256 (RFC 7518 §3.4).
    ES256,
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3).
    RS256,
}

impl Algorithm {
    /// The algorithm of a header. `none` and the symmetric ones do not exist here (C070).
    pub(crate) fn read(alg: &str) -> Option<Self> {
        match alg {
            // RFC 9864 §2.2 gives the curve its own name.
            "EdDSA" | "Ed25519" => Some(Self::EdDSA),
            "ES256" => Some(Self::ES256),
            "RS256" => Some(Self::RS256),
            _ => None,
        }
    }

    /// The left half of the algorithm's hash: `at_hash` (OpenID Connect Core §3.1.3.6). Ed25519 hashes with
    /// SHA-512.
    pub(crate) fn left_half_hash(self, bytes: &[u8]) -> String {
        let hash = match self {
            Self::EdDSA => digest::digest(&digest::SHA512, bytes),
            Self::ES256 | Self::RS256 => digest::digest(&digest::SHA256, bytes),
        };
        let hash = hash.as_ref();
        URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
    }
}

#[derive(Debug)]
enum Public {
    Ed25519(Vec<u8>),
    P256(Vec<u8>),
    Rsa { n: Vec<u8>, e: Vec<u8> },
}

/// A public key that verifies signatures.
#[derive(Debug)]
pub(crate) struct Jwk {
    pub(crate) kid: Option<String>,
    /// For which issuer it is, where a provider has several.
    pub(crate) issuer: Option<String>,
    public: Public,
}

impl Jwk {
    /// Reads a key; `None` when it is of no use here, which is no error: sets hold keys for other purposes too.
    pub(crate) fn read(jwk: &Value) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        let for_signatures = text("use").is_none_or(|purpose| purpose == "sig")
            && jwk.get("key_ops").is_none_or(|operations| {
                operations.as_array().is_some_and(|listed| listed.iter().any(|one| one == "verify"))
            });
        if !for_signatures {
            return None;
        }
        let public = match (text("kty")?, text("crv")) {
            ("OKP", Some("Ed25519")) => Public::Ed25519(bytes("x")?),
            ("EC", Some("P-256")) => {
                let (x, y) = (bytes("x")?, bytes("y")?);
                // An uncompressed point (SEC 1 §2.3.3); coordinates have the full length (RFC 7518 §6.2.1.2).
                (x.len() == 32 && y.len() == 32).then(|| Public::P256([&[4], x.as_slice(), &y].concat()))?
            }
            ("RSA", None) => Public::Rsa { n: bytes("n")?, e: bytes("e")? },
            _ => return None,
        };
        let own = |name: &str| text(name).map(str::to_owned);
        let key = Self { kid: own("kid"), issuer: own("issuer"), public };
        // A key that names its algorithm is for that one only, such as PS256.
        let named = jwk
            .get("alg")
            .is_none_or(|alg| alg.as_str().is_some_and(|alg| Algorithm::read(alg) == Some(key.algorithm())));
        named.then_some(key)
    }

    /// The one algorithm of the key: it decides, never the token (RFC 8725 §3.1).
    pub(crate) const fn algorithm(&self) -> Algorithm {
        match self.public {
            Public::Ed25519(_) => Algorithm::EdDSA,
            Public::P256(_) => Algorithm::ES256,
            Public::Rsa { .. } => Algorithm::RS256,
        }
    }

    /// Whether a signature is this key's. RSA keys below 2048 bits verify nothing.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let verified = match &self.public {
            Public::Ed25519(x) => UnparsedPublicKey::new(&ED25519, x).verify(message, signature),
            Public::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
            }
            Public::Rsa { n, e } => {
                PublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        };
        verified.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_for_other_purposes_are_passed_over() {
        let x = URL_SAFE_NO_PAD.encode([1; 32]);
        let good = json!({"kty": "EC", "crv": "P-256", "x": x, "y": x, "use": "sig", "alg": "ES256"});
        assert_eq!(Jwk::read(&good).map(|key| key.algorithm()), Some(Algorithm::ES256));
        for (name, value) in [
            ("use", json!("enc")),
            ("key_ops", json!(["sign"])),
            ("alg", json!("ES384")),
            ("alg", json!(7)),
            ("crv", json!("P-384")),
            ("x", json!("AQ")),
            ("x", json!(format!("{x}="))),
            ("kty", json!("oct")),
        ] {
            let mut wrong = good.clone();
            wrong[name] = value;
            assert!(Jwk::read(&wrong).is_none(), "{wrong}");
        }
        assert!(Jwk::read(&json!({"kty": "oct", "k": x})).is_none(), "no symmetric key");
        assert!(Jwk::read(&json!([])).is_none());
    }

    #[test]
    fn c070_none_and_symmetric_algorithms_do_not_exist() {
        for wrong in ["none", "None", "NONE", "HS256", "PS256", "ES384", "es256", ""] {
            assert_eq!(Algorithm::read(wrong), None, "{wrong}");
        }
    }
}
