//! base64url without padding (RFC 7515 §2), read strictly: no padding, no whitespace, canonical trailing bits
//! (C082).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Adds it to a text.
pub(crate) fn encode_into(bytes: impl AsRef<[u8]>, text: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, text);
}

pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c082_only_the_canonical_form_is_read() {
        assert_eq!(decode("AQ"), Some(vec![1]));
        for wrong in ["AR", "AQ==", "AQ=", " AQ", "AQ\n", "A", "+/", "A Q"] {
            assert_eq!(decode(wrong), None, "{wrong:?}");
        }
        assert_eq!(decode(&encode([251, 255])), Some(vec![251, 255]));
    }
}
