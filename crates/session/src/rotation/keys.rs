//! The keys of refresh tokens: mint, open, verify.
//!
//! A token carries two MACs, made with two keys derived from one master secret. The *short* one covers the token
//! alone: garbage and foreign tokens are refused without touching the store. The *full* one covers the salt of
//! the chain too, which only the store knows. So the database alone, or the keys alone, forge nothing; both
//! together yield every token of every live chain. Nothing is stored of a token, and minting the same one again
//! yields the same bytes: any answer can be said again.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::{hkdf, hmac};
use model::{ChainId, Entropy, TenantId, entropy};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::token::{FULL_MAC, Fields, KeyId, Parts, Presented, RefreshToken, SHORT_MAC};
use super::{Chain, Position};

/// 32 random bytes from which the keys of one [`KeyId`] are derived; kept outside the database. Never printed,
/// wiped from memory when dropped.
#[derive(Clone)]
pub struct MasterSecret(Zeroizing<[u8; 32]>);

impl MasterSecret {
    /// From the bytes kept.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A new one.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(Zeroizing::new(entropy::draw(entropy)))
    }

    /// The bytes, to be kept outside the database.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for MasterSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterSecret(redacted)")
    }
}

/// The two keys behind one key id, derived from its master secret by HKDF-SHA256 (RFC 5869) with a label each.
#[derive(Clone)]
pub struct RefreshKey {
    id: KeyId,
    short: hmac::Key,
    full: hmac::Key,
}

impl RefreshKey {
    /// Derives the keys of `id`.
    pub fn derive(id: KeyId, secret: &MasterSecret) -> Self {
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"onward refresh token").extract(secret.expose());
        let key = |label: &[u8]| {
            let label = [label];
            let okm = root.expand(&label, hmac::HMAC_SHA256);
            hmac::Key::from(okm.expect("one hash length is within the bounds of HKDF"))
        };
        Self { id, short: key(b"onward refresh token v1 short"), full: key(b"onward refresh token v1 full") }
    }

    /// Its id.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    fn short_mac(&self, scope: &[u8], fields: &Fields) -> [u8; SHORT_MAC] {
        let mut mac = hmac::Context::with_key(&self.short);
        mac.update(scope);
        mac.update(&fields.head());
        *mac.sign().as_ref().first_chunk().expect("SHA-256 yields 32 bytes")
    }

    fn full_mac(&self, scope: &[u8], fields: &Fields, salt: &[u8; 16]) -> Zeroizing<[u8; FULL_MAC]> {
        let mut mac = hmac::Context::with_key(&self.full);
        mac.update(scope);
        mac.update(&fields.head());
        mac.update(salt);
        Zeroizing::new(*mac.sign().as_ref().first_chunk().expect("SHA-256 yields 32 bytes"))
    }
}

impl fmt::Debug for RefreshKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why a text is refused before the store is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Not the text of a refresh token: unauthorised, only counted.
    #[error("not a refresh token")]
    Malformed,
    /// The short MAC is wrong: made up, or of another deployment or tenant. Unauthorised, only counted.
    #[error("not a refresh token of this deployment and tenant")]
    Foreign,
    /// The key is not known here. Read the keys again, at a limited rate; while that cannot be done the answer
    /// is 503, never 401. After it, a key still unknown means unauthorised.
    #[error("the key {0:?} of the refresh token is not known")]
    UnknownKey(KeyId),
}

/// The full HMAC of a token does not fit the salt of its chain: unauthorised, and nothing is revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the refresh token does not fit its chain")]
pub struct Forged;

/// The keys of one deployment, for one tenant. The current one mints; retired ones verify, and are kept for the
/// longest idle lifetime.
#[derive(Clone, Debug)]
pub struct RefreshKeys {
    scope: Vec<u8>,
    tenant: TenantId,
    deployment: Arc<str>,
    current: RefreshKey,
    retired: Arc<[RefreshKey]>,
}

impl RefreshKeys {
    /// Keys for the tokens of `tenant` in `deployment`, the name that keeps two installations apart which were
    /// given the same secret. A retired key with the id of the current one is never used.
    pub fn new(deployment: &str, tenant: TenantId, current: RefreshKey, retired: Vec<RefreshKey>) -> Self {
        let scope = scope(deployment, &tenant);
        Self { scope, tenant, deployment: deployment.into(), current, retired: retired.into() }
    }

    /// The same keys for another tenant; nothing is derived anew.
    #[must_use]
    pub fn for_tenant(&self, tenant: TenantId) -> Self {
        Self { scope: scope(&self.deployment, &tenant), tenant, ..self.clone() }
    }

    /// Mints the token at `position` of a chain, as often as it is needed: with the same current key it has the
    /// same bytes each time.
    ///
    /// Only positions that [`decide`](super::decide) handed out may be minted.
    pub fn mint(&self, chain: ChainId, position: Position, salt: &[u8; 16]) -> RefreshToken {
        let fields = Fields { key: self.current.id, chain, position };
        let parts = Parts {
            fields,
            short_mac: self.current.short_mac(&self.scope, &fields),
            full_mac: self.current.full_mac(&self.scope, &fields, salt),
        };
        parts.write()
    }

    /// Mints the current token of a chain.
    pub fn mint_current(&self, chain: &Chain) -> RefreshToken {
        self.mint(chain.id, chain.position(), &chain.salt)
    }

    /// Reads a token as it was presented and checks its short MAC, in constant time. No look-up is worth doing
    /// for a text that fails.
    pub fn open(&self, text: &str) -> Result<Presented, OpenError> {
        let parts = Parts::parse(text).ok_or(OpenError::Malformed)?;
        let key = self.key(parts.fields.key).ok_or(OpenError::UnknownKey(parts.fields.key))?;
        let right = key.short_mac(&self.scope, &parts.fields);
        if !bool::from(right.ct_eq(&parts.short_mac)) {
            return Err(OpenError::Foreign);
        }
        Ok(Presented { fields: parts.fields, tenant: self.tenant.clone(), full_mac: parts.full_mac })
    }

    /// Checks a token against the salt of its chain, in constant time, and yields its position. Before every row
    /// of the table: nothing is decided for a token that fails.
    pub fn verify(&self, presented: &Presented, salt: &[u8; 16]) -> Result<Position, Forged> {
        if presented.tenant != self.tenant {
            return Err(Forged);
        }
        let key = self.key(presented.fields.key).ok_or(Forged)?;
        let right = key.full_mac(&self.scope, &presented.fields, salt);
        let same = bool::from(right.ct_eq(&*presented.full_mac));
        if same { Ok(presented.fields.position) } else { Err(Forged) }
    }

    /// The chain that a text names, if it has the shape of a token. Nothing of it is verified: somebody says so.
    pub fn claimed_chain(&self, text: &str) -> Option<ChainId> {
        Parts::parse(text).map(|parts| parts.fields.chain)
    }

    fn key(&self, id: KeyId) -> Option<&RefreshKey> {
        std::iter::once(&self.current).chain(self.retired.iter()).find(|key| key.id == id)
    }
}

/// What both MACs begin with. Each name is led by its length, so that no two pairs yield the same bytes.
fn scope(deployment: &str, tenant: &TenantId) -> Vec<u8> {
    [deployment, tenant.as_str()]
        .into_iter()
        .flat_map(|name| [&(name.len() as u64).to_be_bytes(), name.as_bytes()].concat())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAIN: ChainId = ChainId::from_bytes([9; 16]);
    const SALT: [u8; 16] = [5; 16];
    const POSITION: Position = Position { generation: 3, sibling: 1 };

    fn key(id: u16, secret: u8) -> RefreshKey {
        RefreshKey::derive(KeyId(id), &MasterSecret::from_bytes([secret; 32]))
    }

    fn keys(deployment: &str, tenant: &str, current: RefreshKey, retired: Vec<RefreshKey>) -> RefreshKeys {
        RefreshKeys::new(deployment, TenantId::named(tenant), current, retired)
    }

    fn check(keys: &RefreshKeys, token: &RefreshToken, salt: &[u8; 16]) -> Result<Position, String> {
        let presented = keys.open(token.expose()).map_err(|error| format!("{error:?}"))?;
        keys.verify(&presented, salt).map_err(|error| format!("{error:?}"))
    }

    #[test]
    fn minted_again_it_has_the_same_bytes_and_is_verified() {
        let keys = keys("a", "t", key(1, 1), vec![]);
        let token = keys.mint(CHAIN, POSITION, &SALT);
        assert_eq!(token.expose(), keys.mint(CHAIN, POSITION, &SALT).expose());
        assert_eq!(keys.open(token.expose()).unwrap().chain(), CHAIN);
        assert_eq!(check(&keys, &token, &SALT), Ok(POSITION));
        assert_eq!(format!("{token:?}"), "RefreshToken(redacted)");
    }

    #[test]
    fn the_keys_without_the_salt_forge_nothing() {
        let keys = keys("a", "t", key(1, 1), vec![]);
        let guessed = keys.mint(CHAIN, POSITION, &[6; 16]);
        assert_eq!(check(&keys, &guessed, &SALT), Err("Forged".into()));
    }

    #[test]
    fn another_deployment_tenant_or_secret_is_foreign() {
        let here = keys("ab", "c", key(1, 1), vec![]);
        let token = here.mint(CHAIN, POSITION, &SALT);
        for foreign in [
            keys("xx", "c", key(1, 1), vec![]),
            keys("ab", "x", key(1, 1), vec![]),
            keys("a", "bc", key(1, 1), vec![]),
            keys("ab", "c", key(1, 2), vec![]),
            here.for_tenant(TenantId::named("x")),
        ] {
            assert_eq!(check(&foreign, &token, &SALT), Err("Foreign".into()));
        }
        let elsewhere = here.for_tenant(TenantId::named("x"));
        let presented = here.open(token.expose()).unwrap();
        assert_eq!(
            elsewhere.verify(&presented, &SALT),
            Err(Forged),
            "opened for one tenant, verified for another"
        );
    }

    #[test]
    fn f19_f20_a_retired_key_verifies_and_an_unknown_one_is_told_apart() {
        let before = keys("a", "t", key(1, 1), vec![]);
        let after = keys("a", "t", key(2, 2), vec![key(1, 1)]);
        let old = before.mint(CHAIN, POSITION, &SALT);
        let new = after.mint(CHAIN, POSITION, &SALT);
        assert_eq!(check(&after, &old, &SALT), Ok(POSITION));
        assert_eq!(before.open(new.expose()).unwrap_err(), OpenError::UnknownKey(KeyId(2)));
        assert_eq!(check(&after.for_tenant(TenantId::named("t")), &new, &SALT), Ok(POSITION));
    }

    #[test]
    fn the_two_macs_have_keys_of_their_own() {
        let key = key(1, 1);
        let fields = Fields { key: KeyId(1), chain: CHAIN, position: POSITION };
        let full = key.full_mac(b"", &fields, &SALT);
        assert_ne!(key.short_mac(b"", &fields)[..], full[..SHORT_MAC]);
        assert_eq!(format!("{key:?}"), "RefreshKey { id: KeyId(1), .. }");
    }
}
