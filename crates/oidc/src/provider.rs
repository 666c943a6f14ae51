//! Everything the provider's rules need, in one place.

use std::sync::Arc;
use std::time::Duration;

use admin::{Directory, Endpoint};
use keys::{Algorithm, SigningKey};
use model::{Clock, Entropy, IdTokenAlgorithm, Timestamp};
use session::rotation::{RefreshKeys, Rotate, RotationSettings};
use store::Store;

use crate::TokenMemory;

/// How long things last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// An access token, before the random shortening of up to a quarter (`docs/rotation.md`).
    pub access_token: Duration,
    /// An authorization code: at most a minute (C019).
    pub code: Duration,
    /// A grant, from its first token to its last.
    pub grant: Duration,
    /// An id token.
    pub id_token: Duration,
    /// A refresh token that is not used.
    pub refresh_idle: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        let day = Duration::from_secs(24 * 3_600);
        Self {
            access_token: Duration::from_secs(3_600),
            code: Duration::from_secs(60),
            grant: day * 180,
            id_token: Duration::from_secs(3_600),
            refresh_idle: day * 14,
        }
    }
}

/// The provider.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The tables.
    pub store: Store,
    /// What this node remembers.
    pub directory: Arc<Directory>,
    /// Our own address.
    pub endpoint: Endpoint,
    /// The keys of refresh tokens.
    pub refresh_keys: Arc<RefreshKeys>,
    /// How chains of public clients rotate.
    pub rotation: RotationSettings,
    /// How long things last.
    pub lifetimes: Lifetimes,
    /// Access tokens that verified before.
    pub seen: Arc<TokenMemory>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
}

impl Provider {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Clients that authenticate do not rotate: their secret already binds the token (RFC 9700 §4.14.2).
    pub(crate) fn rotation_of(&self, kind: model::ApplicationKind) -> RotationSettings {
        let rotate = if kind.is_confidential() { Rotate::Never } else { Rotate::Always };
        self.rotation.with_rotate(rotate)
    }

    /// The key that signs now. `None` only while the first key of an algorithm is being made.
    pub(crate) fn signing_key(&self, algorithm: Algorithm) -> Option<Arc<SigningKey>> {
        self.directory.ring().active(algorithm, self.now()).map(Arc::clone)
    }
}

/// The algorithm of an application's id tokens.
pub(crate) const fn algorithm(of: IdTokenAlgorithm) -> Algorithm {
    match of {
        IdTokenAlgorithm::ES256 => Algorithm::ES256,
        IdTokenAlgorithm::RS256 => Algorithm::RS256,
    }
}
