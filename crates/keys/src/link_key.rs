//! What opens a link: its token and its code, made from its id.

use std::fmt;

use aws_lc_rs::hmac;
use model::LinkId;

use crate::{MasterSecret, base64url};

/// Makes tokens and codes of links, by HMAC-SHA-256 under a key of their own.
///
/// Nothing from which a letter could be forged lies in the database, and a letter that has to be sent a second time says
/// the same as the first.
pub struct LinkKey(hmac::Key);

/// The bytes of an id.
const ID: usize = 16;

impl LinkKey {
    /// The key of a deployment.
    pub fn new(secret: &MasterSecret) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &secret.derive("links")))
    }

    /// The token of a link: the id and 256 bits that only this key makes, in 64 characters of `[A-Za-z0-9_-]`.
    pub fn token(&self, link: LinkId) -> String {
        base64url::encode([link.as_bytes(), self.tag("token", link, &[]).as_ref()].concat())
    }

    /// The link of a token; `None` when this key has not made it.
    pub fn open(&self, token: &str) -> Option<LinkId> {
        let bytes = base64url::decode(token)?;
        let (id, tag) = bytes.split_first_chunk::<ID>()?;
        let link = LinkId::from_bytes(*id);
        hmac::verify(&self.0, &message("token", link, &[]), tag).is_ok().then_some(link)
    }

    /// The code of a link: six digits. They are uniform but for one part in 2¹⁰⁸.
    pub fn code(&self, link: LinkId) -> String {
        let tag = self.tag("code", link, &[]);
        let number = tag.as_ref().first_chunk().map_or(0, |bytes| u128::from_be_bytes(*bytes));
        format!("{:06}", number % 1_000_000)
    }

    /// What the page of a link carries, so that only a form of ours, shown in this browser, follows it (C159).
    /// `browser` is the hash of the binding cookie.
    pub fn nonce(&self, link: LinkId, browser: &[u8; 32]) -> String {
        base64url::encode(self.tag("nonce", link, browser))
    }

    fn tag(&self, label: &str, link: LinkId, more: &[u8]) -> hmac::Tag {
        hmac::sign(&self.0, &message(label, link, more))
    }
}

/// Unambiguous: no label holds a zero, and the id has a fixed length.
fn message(label: &str, link: LinkId, more: &[u8]) -> Vec<u8> {
    [label.as_bytes(), &[0], link.as_bytes(), more].concat()
}

impl fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::SeededEntropy;

    fn key(seed: u64) -> LinkKey {
        LinkKey::new(&MasterSecret::draw(&SeededEntropy::new(seed)))
    }

    fn link(n: u128) -> LinkId {
        LinkId::from_bytes(n.to_be_bytes())
    }

    #[test]
    fn c158_a_token_is_long_opens_its_link_and_no_other_key_makes_it() {
        let token = key(1).token(link(7));
        assert_eq!(token.len(), 64, "256 bits beside the id");
        assert_eq!(key(1).token(link(7)), token, "the same each time");
        assert_eq!(key(1).open(&token), Some(link(7)));
        assert_eq!(key(2).open(&token), None);
        let other = key(1).token(link(8));
        let mixed = format!("{}{}", &other[..21], &token[21..]);
        for wrong in ["", "AAAA", &token[..63], &format!("{token}A"), &mixed] {
            assert_eq!(key(1).open(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn c153_a_code_has_six_digits_and_tells_nothing_of_the_token() {
        let key = key(1);
        let codes: std::collections::BTreeSet<String> = (0..1_000).map(|n| key.code(link(n))).collect();
        assert!(codes.iter().all(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())));
        assert!(codes.len() > 990, "{} of 1000 are different", codes.len());
        let per_digit =
            |at: usize, digit: u8| codes.iter().filter(|code| code.as_bytes()[at] == digit).count();
        assert!((b'0'..=b'9').all(|digit| per_digit(0, digit) > 50), "every first digit is as likely");
    }

    #[test]
    fn c159_a_nonce_is_that_of_one_browser() {
        let nonce = key(1).nonce(link(7), &[1; 32]);
        assert_ne!(nonce, key(1).nonce(link(7), &[2; 32]));
        assert_ne!(nonce, key(1).nonce(link(8), &[1; 32]));
    }
}
