//! The text of refresh tokens: one text for each token, and no changed bit is accepted.

use model::{ChainId, TenantId};
use proptest::prelude::*;
use session::rotation::{
    Forged, KeyId, MasterSecret, OpenError, Position, RefreshKey, RefreshKeys, RefreshToken,
};

fn keys(id: u16, secret: [u8; 32]) -> RefreshKeys {
    let key = RefreshKey::derive(KeyId(id), &MasterSecret::from_bytes(secret));
    RefreshKeys::new("deployment", TenantId::default_tenant(), key, vec![])
}

#[derive(Clone, Debug)]
struct Minted {
    keys: RefreshKeys,
    chain: ChainId,
    position: Position,
    salt: [u8; 16],
    token: RefreshToken,
}

fn minted() -> impl Strategy<Value = Minted> {
    (any::<u16>(), any::<[u8; 32]>(), any::<[u8; 16]>(), any::<(u32, u32)>(), any::<[u8; 16]>()).prop_map(
        |(id, secret, chain, (generation, sibling), salt)| {
            let (keys, chain) = (keys(id, secret), ChainId::from_bytes(chain));
            let position = Position { generation, sibling };
            let token = keys.mint(chain, position, &salt);
            Minted { keys, chain, position, salt, token }
        },
    )
}

/// The value of a character of base64url.
fn sextet(character: u8) -> u8 {
    ALPHABET.iter().position(|&known| known == character).map(|at| u8::try_from(at).unwrap()).unwrap()
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

proptest! {
    #[test]
    fn what_is_minted_is_read_back(minted in minted()) {
        let presented = minted.keys.open(minted.token.expose()).unwrap();
        prop_assert_eq!(presented.chain(), minted.chain);
        prop_assert_eq!(minted.keys.verify(&presented, &minted.salt), Ok(minted.position));
        let again = minted.keys.mint(minted.chain, minted.position, &minted.salt);
        prop_assert_eq!(again.expose(), minted.token.expose());
    }

    /// The head and the short MAC are refused without the salt, the full HMAC with it.
    #[test]
    fn any_changed_bit_is_refused(minted in minted(), bit in 0..600_usize) {
        let mut text = minted.token.expose().as_bytes().to_vec();
        text[bit / 6] = ALPHABET[usize::from(sextet(text[bit / 6]) ^ (0x20 >> (bit % 6)))];
        let text = String::from_utf8(text).unwrap();
        match minted.keys.open(&text) {
            Err(OpenError::Malformed) => prop_assert!(bit < 8, "only another version is malformed"),
            Err(OpenError::UnknownKey(_)) => prop_assert!((8..24).contains(&bit)),
            Err(OpenError::Foreign) => prop_assert!((24..344).contains(&bit)),
            Ok(presented) => {
                prop_assert!(bit >= 344);
                prop_assert_eq!(minted.keys.verify(&presented, &minted.salt), Err(Forged));
            }
        }
    }

    #[test]
    fn another_salt_is_refused(minted in minted(), salt in any::<[u8; 16]>()) {
        prop_assume!(salt != minted.salt);
        let presented = minted.keys.open(minted.token.expose()).unwrap();
        prop_assert_eq!(minted.keys.verify(&presented, &salt), Err(Forged));
    }

    /// No padding, no other alphabet, no space, nothing before or after.
    #[test]
    fn base64_is_strict(minted in minted(), at in 0..=100_usize, wrong in "[+/= \n\t.%é\0]") {
        let text = minted.token.expose();
        let mut longer = text.to_owned();
        longer.insert_str(at, &wrong);
        prop_assert_eq!(minted.keys.open(&longer).unwrap_err(), OpenError::Malformed);
        if at < 100 {
            let mut replaced = text.to_owned();
            replaced.replace_range(at..=at, &wrong);
            prop_assert_eq!(minted.keys.open(&replaced).unwrap_err(), OpenError::Malformed);
            prop_assert_eq!(minted.keys.open(&text[..at]).unwrap_err(), OpenError::Malformed);
        }
    }

    #[test]
    fn garbage_is_refused_without_a_panic(text in any::<String>(), near in "[A-Za-z0-9_-]{95,105}") {
        let keys = keys(1, [1; 32]);
        prop_assert!(keys.open(&text).is_err());
        prop_assert!(keys.open(&near).is_err());
    }
}
