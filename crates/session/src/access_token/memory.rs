//! The memory of verified access tokens.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keys::opaque;
use quick_cache::Equivalent;
use quick_cache::sync::Cache;

use super::AccessToken;

/// Verified access tokens, found by their whole text: what differs in one character is another token. Bounded. Only
/// tokens that this process signed, or whose signature it verified, come in, so forged ones never push good ones out;
/// expiry and the key are asked for at every hit.
pub struct TokenMemory(Cache<Text, Arc<Remembered>>);

/// The text of a token. Where two differ is not told by the time that comparing them takes.
struct Text(Arc<str>);

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Presented(&self.0).hash(state);
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        Presented(&self.0).equivalent(other)
    }
}

impl Eq for Text {}

/// A text that somebody presents as a token.
#[derive(Hash)]
struct Presented<'a>(&'a str);

impl Equivalent<Text> for Presented<'_> {
    fn equivalent(&self, known: &Text) -> bool {
        opaque::equal(self.0.as_bytes(), known.0.as_bytes())
    }
}

/// What is known of a token.
#[derive(Debug)]
pub(crate) struct Remembered {
    /// The key that signed it: once that is removed, the token is nothing any more.
    pub(crate) kid: Arc<str>,
    pub(crate) token: AccessToken,
    /// Whether this machine has told the store that it saw the token in use.
    sighted: AtomicBool,
}

impl Remembered {
    pub(crate) fn new(kid: Arc<str>, token: AccessToken) -> Self {
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
    /// A memory of at most `capacity` tokens. One takes the length of its text and some 300 bytes.
    pub fn new(capacity: usize) -> Self {
        Self(Cache::new(capacity))
    }

    /// What is known of a token.
    pub(crate) fn recall(&self, token: &str) -> Option<Arc<Remembered>> {
        self.0.get(&Presented(token))
    }

    pub(crate) fn remember(&self, known: Remembered) -> Arc<Remembered> {
        let known = Arc::new(known);
        self.0.insert(Text(Arc::clone(known.token.text())), Arc::clone(&known));
        known
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
