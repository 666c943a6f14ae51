//! The memory of verified access tokens.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keys::opaque;
use quick_cache::sync::Cache;

use super::AccessToken;

/// Verified access tokens, keyed by a hash of the whole token. Bounded. Only tokens that this process signed, or whose
/// signature it verified, come in, so forged ones never push good ones out; expiry and the key are asked for at every hit.
pub struct TokenMemory(Cache<[u8; 32], Arc<Remembered>>);

/// A hash of a whole token: it takes the token's length in time, and is asked for once a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key([u8; 32]);

/// What is known of a token.
#[derive(Debug)]
pub(crate) struct Remembered {
    /// The key that signed it: once that is removed, the token is nothing any more.
    pub(crate) kid: Box<str>,
    pub(crate) token: AccessToken,
    /// Whether this machine has told the store that it saw the token in use.
    sighted: AtomicBool,
}

impl Remembered {
    pub(crate) fn new(kid: Box<str>, token: AccessToken) -> Self {
        let sighted = AtomicBool::new(token.confirmed());
        Self { kid, token, sighted }
    }

    /// Whether the store should be told of this sight: `true` once.
    pub(crate) fn first_sight(&self) -> bool {
        // The read keeps the cache line shared: this is asked at every request.
        !self.sighted.load(Ordering::Relaxed) && !self.sighted.swap(true, Ordering::Relaxed)
    }

    /// The store could not be told: the next sight is a first one again.
    pub(crate) fn not_told(&self) {
        self.sighted.store(self.token.confirmed(), Ordering::Relaxed);
    }
}

impl TokenMemory {
    /// A memory of at most `capacity` tokens. One takes about half a kilobyte.
    pub fn new(capacity: usize) -> Self {
        Self(Cache::new(capacity))
    }

    /// What is known of the token of a [key](Self::key).
    pub(crate) fn recall(&self, key: &Key) -> Option<Arc<Remembered>> {
        self.0.get(&key.0)
    }

    pub(crate) fn remember(&self, key: Key, known: Remembered) -> Arc<Remembered> {
        let known = Arc::new(known);
        self.0.insert(key.0, Arc::clone(&known));
        known
    }

    /// Under what a token is remembered.
    pub(crate) fn key(token: &str) -> Key {
        Key(opaque::hash(token.as_bytes()))
    }

    /// How many tokens are remembered.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for TokenMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenMemory").field("len", &self.len()).finish_non_exhaustive()
    }
}
