//! A session as stored.

use std::fmt;
use std::time::Duration;

use model::Timestamp;
use serde_json::{Map, Value};

use crate::SessionHandle;
use crate::rotation::{Chain, Position};

/// The longest user agent that is kept, in bytes.
const LONGEST_USER_AGENT: usize = 256;

/// When, from where and with what a session was used: what a person recognises in a list of their devices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Use {
    /// When.
    pub at: Timestamp,
    /// The address of the client, as text.
    pub address: Option<String>,
    /// The `User-Agent` of the request, shortened to 256 bytes.
    pub user_agent: Option<String>,
}

impl Use {
    /// A use, from what a request says.
    pub fn new(at: Timestamp, address: Option<&str>, user_agent: Option<&str>) -> Self {
        let shortened = |text: &str| text[..text.floor_char_boundary(LONGEST_USER_AGENT)].to_owned();
        Self { at, address: address.map(shortened), user_agent: user_agent.map(shortened) }
    }
}

/// A session.
#[derive(Clone, PartialEq)]
pub struct SessionRecord {
    /// The chain of its refresh tokens. Its id is the session's handle.
    pub chain: Chain,
    /// The tenant of the application's own people (`tId`); `public` unless the application says otherwise.
    pub tenant: String,
    /// The application's own id of the person (`sub`).
    pub user: String,
    /// What the application put into the access tokens.
    pub payload: Map<String, Value>,
    /// What the application keeps beside the session, never sent to the browser.
    pub data: Map<String, Value>,
    /// What must come back in the header `anti-csrf`, where that is in use.
    pub anti_csrf: Option<String>,
    /// How long the session may lie idle; each rotation starts it anew.
    pub idle_lifetime: Duration,
    /// The first use, when the session was created.
    pub first_use: Use,
    /// The last refresh.
    pub last_use: Use,
}

impl SessionRecord {
    /// Its name: no secret.
    pub const fn handle(&self) -> SessionHandle {
        self.chain.id
    }

    /// When it ends, unless it is used before.
    pub const fn expires_at(&self) -> Timestamp {
        self.chain.idle_expires_at
    }

    /// Whether it can be used: neither revoked nor over.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.chain.refusal(now).is_none()
    }
}

/// Leaves out what the application keeps in it, and the anti-CSRF token.
impl fmt::Debug for SessionRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionRecord")
            .field("chain", &self.chain)
            .field("tenant", &self.tenant)
            .field("user", &self.user)
            .field("first_use", &self.first_use)
            .field("last_use", &self.last_use)
            .finish_non_exhaustive()
    }
}

/// A session as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The session.
    pub session: SessionRecord,
    /// What a write must find unchanged.
    pub version: i64,
}

/// A refresh token whose answer has arrived: the access token that came with it was seen in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Its session.
    pub session: SessionHandle,
    /// Which of the session's tokens it is.
    pub position: Position,
}

/// A signing key as stored: its private half is sealed, under a secret that the store does not know.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// The thumbprint of its public half (RFC 7638).
    pub kid: String,
    /// Its algorithm, as `alg` names it.
    pub algorithm: String,
    /// Its private half, sealed.
    pub sealed: Vec<u8>,
    /// From when it signs.
    pub active_from: Timestamp,
}

impl fmt::Debug for StoredKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredKey")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm)
            .field("active_from", &self.active_from)
            .finish_non_exhaustive()
    }
}
