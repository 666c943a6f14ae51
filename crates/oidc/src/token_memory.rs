//! The memory of verified access tokens: checking one again costs a hash, not a signature.
//!
//! Keyed by a hash of the whole token, bounded, asked for expiry and for the key at every hit. Only tokens that
//! verified come in, so forged ones never push good ones out.

use std::sync::Arc;

use keys::opaque;
use quick_cache::sync::Cache;

use crate::AccessClaims;

/// How many tokens are remembered.
const REMEMBERED: usize = 10_000;

/// Verified tokens.
#[derive(Debug)]
pub struct TokenMemory(Cache<[u8; 32], Arc<Remembered>>);

/// What is known of a token.
#[derive(Debug)]
pub(crate) struct Remembered {
    /// The key that it was signed with: once that is removed, the token is nothing any more.
    pub(crate) kid: Arc<str>,
    pub(crate) claims: AccessClaims,
}

impl Default for TokenMemory {
    fn default() -> Self {
        Self(Cache::new(REMEMBERED))
    }
}

impl TokenMemory {
    pub(crate) fn recall(&self, token: &str) -> Option<Arc<Remembered>> {
        self.0.get(&opaque::hash(token.as_bytes()))
    }

    pub(crate) fn remember(&self, token: &str, known: Remembered) -> Arc<Remembered> {
        let known = Arc::new(known);
        self.0.insert(opaque::hash(token.as_bytes()), Arc::clone(&known));
        known
    }
}
