//! One signing key: EdDSA, ES256 or RS256, parsed once.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde::Serialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::{base64url, opaque};

/// A signature algorithm (RFC 7518 §3.1, RFC 8037 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// EdDSA with Ed25519: the fastest to sign with and to verify.
    EdDSA,
    /// ECDSA with P-256 and SHA-256.
    ES256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RS256,
}

impl Algorithm {
    /// Every algorithm.
    pub const ALL: [Self; 3] = [Self::EdDSA, Self::ES256, Self::RS256];

    /// The value of `alg`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EdDSA => "EdDSA",
            Self::ES256 => "ES256",
            Self::RS256 => "RS256",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Algorithm {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == text).ok_or(KeyError)
    }
}

/// What follows the claims of a JWT at most: two dots and a signature, of RSA with 2048 bits.
const LONGEST_END: usize = 2 + 342;

/// Lets the generator that signatures draw from take its seed: some forty milliseconds, which else the first signature
/// of a process would take.
pub fn seed_generator() {
    // The one failure there is shows again at the first signature, which reports it.
    let _ = aws_lc_rs::rand::fill(&mut [0; 1]);
}

/// The `typ` of a JWT that we sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenType {
    /// An access token (RFC 9068 §2.1).
    AccessToken,
    /// An id token.
    IdToken,
    /// An access token of a session. Its type is its own, so that no other token passes for one
    /// (RFC 8725 §3.11).
    SessionToken,
}

impl TokenType {
    /// The value of `typ`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "at+jwt",
            Self::IdToken => "JWT",
            Self::SessionToken => "session+jwt",
        }
    }
}

/// A key that cannot be read or made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signing key cannot be read: it is damaged, or of another algorithm")]
pub struct KeyError;

enum Pair {
    Ecdsa(EcdsaKeyPair, ParsedPublicKey),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair, ParsedPublicKey),
}

/// A signing key, with its public half and its prepared headers.
pub struct SigningKey {
    algorithm: Algorithm,
    pair: Pair,
    jwk: Value,
    kid: Arc<str>,
    access_token_header: String,
    id_token_header: String,
    session_token_header: String,
}

impl SigningKey {
    /// A new key as PKCS #8, to be sealed and stored. Key generation draws from the cryptographic library.
    pub fn generate(algorithm: Algorithm) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let der = match algorithm {
            Algorithm::EdDSA => {
                let pair = Ed25519KeyPair::generate().map_err(|_| KeyError)?;
                pair.to_pkcs8v1().map_err(|_| KeyError)?.as_ref().to_vec()
            }
            Algorithm::ES256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| KeyError)?;
                pair.to_pkcs8v1().map_err(|_| KeyError)?.as_ref().to_vec()
            }
            Algorithm::RS256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError)?;
                let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError)?;
                der.as_ref().to_vec()
            }
        };
        Ok(Zeroizing::new(der))
    }

    /// Parses a key from PKCS #8.
    pub fn from_pkcs8(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        let (pair, members) = match algorithm {
            Algorithm::EdDSA => {
                let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map_err(|_| KeyError)?;
                let point = pair.public_key().as_ref();
                let members = json!({"crv": "Ed25519", "kty": "OKP", "x": base64url::encode(point)});
                (Pair::Ed25519(pair), members)
            }
            Algorithm::ES256 => {
                let pair =
                    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(|_| KeyError)?;
                let point = pair.public_key().as_ref();
                let public = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).map_err(|_| KeyError)?;
                // An uncompressed point: 0x04, then 32 bytes each of x and y (SEC 1 §2.3.3).
                let (x, y) = point.get(1..65).ok_or(KeyError)?.split_at(32);
                let members = json!({"crv": "P-256", "kty": "EC", "x": base64url::encode(x), "y": base64url::encode(y)});
                (Pair::Ecdsa(pair, public), members)
            }
            Algorithm::RS256 => {
                let pair = RsaKeyPair::from_pkcs8(der).map_err(|_| KeyError)?;
                let key = pair.public_key();
                let public =
                    ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.as_ref()).map_err(|_| KeyError)?;
                let e = base64url::encode(key.exponent().big_endian_without_leading_zero());
                let n = base64url::encode(key.modulus().big_endian_without_leading_zero());
                (Pair::Rsa(pair, public), json!({"e": e, "kty": "RSA", "n": n}))
            }
        };
        // RFC 7638: the required members, in the order of their names, without whitespace. `serde_json` keeps
        // its maps sorted.
        let kid = opaque::hash_text(members.to_string().as_bytes());
        let mut jwk = members;
        jwk["alg"] = algorithm.as_str().into();
        jwk["use"] = "sig".into();
        jwk["kid"] = kid.as_str().into();
        let header = |kind: TokenType| {
            base64url::encode(
                json!({"alg": algorithm.as_str(), "kid": kid, "typ": kind.as_str()}).to_string(),
            )
        };
        Ok(Self {
            access_token_header: header(TokenType::AccessToken),
            id_token_header: header(TokenType::IdToken),
            session_token_header: header(TokenType::SessionToken),
            algorithm,
            pair,
            jwk,
            kid: kid.into(),
        })
    }

    /// Its algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its id: the thumbprint of the public key (RFC 7638).
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The same, for whoever remembers many tokens of the key.
    pub fn shared_kid(&self) -> Arc<str> {
        Arc::clone(&self.kid)
    }

    /// Its public half as a JWK (RFC 7517 §4).
    pub const fn jwk(&self) -> &Value {
        &self.jwk
    }

    /// Signs claims into a compact JWT (RFC 7515 §7.1).
    pub fn sign(&self, kind: TokenType, claims: &impl Serialize) -> String {
        let claims = serde_json::to_vec(claims).expect("claims are plain structures with text keys");
        self.sign_json(kind, &claims)
    }

    /// Signs claims that are written as JSON already.
    pub fn sign_json(&self, kind: TokenType, claims: &[u8]) -> String {
        let header = self.header(kind);
        let mut token = String::with_capacity(header.len() + claims.len().div_ceil(3) * 4 + LONGEST_END);
        token.push_str(header);
        token.push('.');
        base64url::encode_into(claims, &mut token);
        let signature = self.sign_bytes(token.as_bytes());
        token.push('.');
        base64url::encode_into(signature, &mut token);
        token
    }

    /// Signs claims under another name of the key: one that somebody else has given it.
    pub fn sign_as(&self, kid: &str, claims: &impl Serialize) -> String {
        let header = json!({"alg": self.algorithm.as_str(), "kid": kid}).to_string();
        let claims = serde_json::to_vec(claims).expect("claims are plain structures with text keys");
        let message = format!("{}.{}", base64url::encode(header), base64url::encode(claims));
        let signature = base64url::encode(self.sign_bytes(message.as_bytes()));
        format!("{message}.{signature}")
    }

    /// The first part of every token of a kind that this key signs.
    pub(crate) fn header(&self, kind: TokenType) -> &str {
        match kind {
            TokenType::AccessToken => &self.access_token_header,
            TokenType::IdToken => &self.id_token_header,
            TokenType::SessionToken => &self.session_token_header,
        }
    }

    /// Whether a signature is this key's.
    ///
    /// Ed25519 gives a message one signature and no other (RFC 8032 §5.1.6), and this is the key that gave it: to sign
    /// again and compare accepts no more than the verification of §5.1.7, in a quarter of its time. The comparison
    /// takes as long wherever the two differ, so that nobody learns the right one byte by byte.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.pair {
            Pair::Ecdsa(_, public) | Pair::Rsa(_, public) => public.verify_sig(message, signature).is_ok(),
            Pair::Ed25519(pair) => verify_slices_are_equal(pair.sign(message).as_ref(), signature).is_ok(),
        }
    }

    fn sign_bytes(&self, message: &[u8]) -> Vec<u8> {
        let rng = SystemRandom::new();
        match &self.pair {
            Pair::Ecdsa(pair, _) => {
                pair.sign(&rng, message).expect("a parsed P-256 key signs any message").as_ref().to_vec()
            }
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Pair::Rsa(pair, _) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &rng, message, &mut signature)
                    .expect("the buffer has the length of the modulus");
                signature
            }
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({} {})", self.algorithm, self.kid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c086_a_jwk_holds_no_private_member_and_its_kid_is_the_thumbprint() {
        for algorithm in Algorithm::ALL {
            let der = SigningKey::generate(algorithm).unwrap();
            let key = SigningKey::from_pkcs8(algorithm, &der).unwrap();
            let members: Vec<_> = key.jwk().as_object().unwrap().keys().map(String::as_str).collect();
            let expected = match algorithm {
                Algorithm::EdDSA => vec!["alg", "crv", "kid", "kty", "use", "x"],
                Algorithm::ES256 => vec!["alg", "crv", "kid", "kty", "use", "x", "y"],
                Algorithm::RS256 => vec!["alg", "e", "kid", "kty", "n", "use"],
            };
            assert_eq!(members, expected);
            assert_eq!(key.kid().len(), 43);
        }
    }

    #[test]
    fn a_signature_is_good_for_its_key_and_its_message_alone() {
        for algorithm in Algorithm::ALL {
            let key =
                || SigningKey::from_pkcs8(algorithm, &SigningKey::generate(algorithm).unwrap()).unwrap();
            let (ours, theirs) = (key(), key());
            let signature = ours.sign_bytes(b"a message");
            assert!(ours.verifies(b"a message", &signature));
            assert!(!theirs.verifies(b"a message", &signature));
            assert!(!ours.verifies(b"another message", &signature));
            assert!(!ours.verifies(b"a message", &signature[1..]));
            assert!(!ours.verifies(b"a message", &[]));
            for byte in 0..signature.len() {
                let mut changed = signature.clone();
                changed[byte] ^= 1;
                assert!(!ours.verifies(b"a message", &changed), "{algorithm}, byte {byte}");
            }
        }
    }

    #[test]
    fn whoever_has_only_the_public_half_of_an_ed25519_key_finds_the_same() {
        let der = SigningKey::generate(Algorithm::EdDSA).unwrap();
        let key = SigningKey::from_pkcs8(Algorithm::EdDSA, &der).unwrap();
        let point = base64url::decode(key.jwk()["x"].as_str().unwrap()).unwrap();
        let public = ParsedPublicKey::new(&aws_lc_rs::signature::ED25519, point).unwrap();
        for length in [0, 1, 111, 112, 127, 128, 1000] {
            let message = vec![b'm'; length];
            assert!(public.verify_sig(&message, &key.sign_bytes(&message)).is_ok());
        }
    }

    #[test]
    fn a_key_of_another_algorithm_is_refused() {
        let der = SigningKey::generate(Algorithm::ES256).unwrap();
        assert!(SigningKey::from_pkcs8(Algorithm::RS256, &der).is_err());
    }
}
