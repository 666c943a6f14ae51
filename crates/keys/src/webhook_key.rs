//! The key by which whoever is told something knows that it was us: Standard Webhooks 1.0, symmetric signatures.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Entropy, entropy};
use zeroize::Zeroizing;

/// What every key begins with in its text form.
const PREFIX: &str = "whsec_";

/// A key of 256 bits.
pub struct WebhookKey(Zeroizing<[u8; 32]>);

impl WebhookKey {
    /// A new key.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        Self(Zeroizing::new(entropy::draw(entropy)))
    }

    /// Reads the text form; `None` when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(STANDARD.decode(text.strip_prefix(PREFIX)?).ok()?);
        Some(Self(Zeroizing::new(bytes.as_slice().try_into().ok()?)))
    }

    /// The text form, as the libraries of the field take it. A secret.
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", STANDARD.encode(*self.0)))
    }

    /// One signature for the header `webhook-signature`: of the id, the time in seconds since 1970, and the body.
    pub fn sign(&self, id: &str, seconds: i64, body: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &*self.0);
        let tag = hmac::sign(&key, format!("{id}.{seconds}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(tag))
    }
}

impl fmt::Debug for WebhookKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::SeededEntropy;

    #[test]
    fn signs_as_the_document_says() {
        // Computed with OpenSSL: `openssl dgst -sha256 -mac HMAC -macopt hexkey:00…1f -binary | base64`.
        let key = WebhookKey(Zeroizing::new(std::array::from_fn(|at| u8::try_from(at).unwrap())));
        let signed = key.sign("msg_1", 1_614_265_330, "{\"test\":2432232314}");
        assert_eq!(signed, "v1,vXDmOokJdKNroS5ozKDD7Ex26CvU20J1YJuGMD2PhF8=");
    }

    #[test]
    fn the_text_form_is_read_back_and_never_printed() {
        let key = WebhookKey::draw(&SeededEntropy::new(3));
        let text = key.expose();
        assert!(text.starts_with("whsec_"));
        assert_eq!(*WebhookKey::parse(&text).unwrap().0, *key.0);
        assert!(!format!("{key:?}").contains(&text[6..]));
        for wrong in ["", "whsec_", "whsec_AA==", &text[6..], "whsec_!"] {
            assert!(WebhookKey::parse(wrong).is_none(), "{wrong}");
        }
    }
}
