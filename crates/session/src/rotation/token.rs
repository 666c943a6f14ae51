//! The text of a refresh token: versioned, of fixed width, and read back in one way only.
//!
//! ```text
//! version 1 | key id 2 | chain 16 | generation 4 | sibling 4 | short MAC 16 | full HMAC 32     bytes
//! ```
//!
//! 75 bytes, big endian, as 100 characters of base64url without padding: no bit is to spare, so that each token
//! has one text. Opaque to clients. What the MACs say is [`RefreshKeys`](super::RefreshKeys)' to judge; nothing
//! of a text that was not verified leaves this module but the chain it claims.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{ChainId, TenantId};
use zeroize::Zeroizing;

use super::Position;

pub(super) const SHORT_MAC: usize = 16;
pub(super) const FULL_MAC: usize = 32;

const VERSION: u8 = 1;
const BYTES: usize = 1 + 2 + 16 + 4 + 4 + SHORT_MAC + FULL_MAC;
const CHARACTERS: usize = BYTES / 3 * 4;
const _: () = assert!(BYTES.is_multiple_of(3), "no bit of the text is to spare");

/// Names one of the keys that tokens are made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub u16);

/// A refresh token to hand to its client. A secret: never printed, wiped from memory when dropped.
#[derive(Clone)]
pub struct RefreshToken(Zeroizing<String>);

impl RefreshToken {
    /// The text, for the one answer that carries it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(redacted)")
    }
}

/// A token whose short MAC is right: somebody had one of our keys make it, for this deployment and tenant. Not
/// yet verified against the salt of its chain, so that it yields nothing but the chain to look up.
#[derive(Clone)]
pub struct Presented {
    pub(super) fields: Fields,
    pub(super) tenant: TenantId,
    pub(super) full_mac: Zeroizing<[u8; FULL_MAC]>,
}

impl Presented {
    /// The chain it claims to be of.
    pub const fn chain(&self) -> ChainId {
        self.fields.chain
    }
}

impl fmt::Debug for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presented").field("chain", &self.fields.chain).finish_non_exhaustive()
    }
}

/// What a token says, in fields of fixed width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) key: KeyId,
    pub(super) chain: ChainId,
    pub(super) position: Position,
}

impl Fields {
    /// The bytes of the fields with the version before them: the head of the token, which both MACs cover.
    pub(super) fn head(&self) -> [u8; 27] {
        let mut head = [0; 27];
        head[0] = VERSION;
        head[1..3].copy_from_slice(&self.key.0.to_be_bytes());
        head[3..19].copy_from_slice(self.chain.as_bytes());
        head[19..23].copy_from_slice(&self.position.generation.to_be_bytes());
        head[23..27].copy_from_slice(&self.position.sibling.to_be_bytes());
        head
    }
}

/// A text taken apart; nothing of it is verified.
pub(super) struct Parts {
    pub(super) fields: Fields,
    pub(super) short_mac: [u8; SHORT_MAC],
    pub(super) full_mac: Zeroizing<[u8; FULL_MAC]>,
}

impl Parts {
    /// Takes a text apart. `None` if it is anything but the one text of a token of this version.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.len() != CHARACTERS {
            return None;
        }
        let mut bytes = Zeroizing::new([0; BYTES]);
        let length = URL_SAFE_NO_PAD.decode_slice(text, bytes.as_mut_slice()).ok()?;
        let (&[version], rest) = bytes.get(..length)?.split_first_chunk()?;
        let (key, rest) = rest.split_first_chunk()?;
        let (chain, rest) = rest.split_first_chunk()?;
        let (generation, rest) = rest.split_first_chunk()?;
        let (sibling, rest) = rest.split_first_chunk()?;
        let (short_mac, rest) = rest.split_first_chunk()?;
        let full_mac = rest.as_array()?;
        let position =
            Position { generation: u32::from_be_bytes(*generation), sibling: u32::from_be_bytes(*sibling) };
        let fields =
            Fields { key: KeyId(u16::from_be_bytes(*key)), chain: ChainId::from_bytes(*chain), position };
        (version == VERSION).then(|| Self {
            fields,
            short_mac: *short_mac,
            full_mac: Zeroizing::new(*full_mac),
        })
    }

    /// The text.
    pub(super) fn write(&self) -> RefreshToken {
        let mut bytes = Zeroizing::new([0; BYTES]);
        let (head, macs) = bytes.split_at_mut(self.fields.head().len());
        head.copy_from_slice(&self.fields.head());
        macs[..SHORT_MAC].copy_from_slice(&self.short_mac);
        macs[SHORT_MAC..].copy_from_slice(&*self.full_mac);
        // Room for all of it, so that no half-written copy is left behind in memory.
        let mut text = Zeroizing::new(String::with_capacity(CHARACTERS));
        URL_SAFE_NO_PAD.encode_string(bytes.as_slice(), &mut text);
        RefreshToken(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_for_ever() {
        let parts = Parts {
            fields: Fields {
                key: KeyId(0x0102),
                chain: ChainId::from_bytes([0x11; 16]),
                position: Position { generation: 0x0a0b_0c0d, sibling: 7 },
            },
            short_mac: [0x22; SHORT_MAC],
            full_mac: Zeroizing::new([0x33; FULL_MAC]),
        };
        let text = parts.write();
        assert_eq!(
            text.expose(),
            "AQECEREREREREREREREREREREQoLDA0AAAAHIiIiIiIiIiIiIiIiIiIiIjMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMz"
        );
        let read = Parts::parse(text.expose()).unwrap();
        assert_eq!(read.fields, parts.fields);
        assert_eq!((read.short_mac, *read.full_mac), (parts.short_mac, *parts.full_mac));
    }

    #[test]
    fn other_versions_and_lengths_are_no_tokens() {
        assert!(Parts::parse(&"A".repeat(CHARACTERS)).is_none(), "version 0");
        for length in [0, 1, CHARACTERS - 1, CHARACTERS + 1, 100_000] {
            assert!(Parts::parse(&"A".repeat(length)).is_none(), "{length} characters");
        }
        assert!(Parts::parse(&"é".repeat(CHARACTERS / 2)).is_none(), "the length in bytes is right");
    }
}
