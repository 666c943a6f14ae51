//! A new session.

use std::time::Duration;

use keys::opaque::OpaqueSecret;
use serde_json::{Map, Value};

use super::{Engine, Tokens};
use crate::SessionHandle;
use crate::access_token::without_protected;
use crate::error::Error;
use crate::event::SessionEvent;
use crate::rotation::{Chain, RevocationReason};
use crate::store::{SessionRecord, Use};

/// What a new session is made of.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The application's own id of the person.
    pub user: String,
    /// The person's tenant.
    pub tenant: String,
    /// What goes into the access tokens. Names that are the engine's own are left out.
    pub payload: Map<String, Value>,
    /// What the application keeps beside the session.
    pub data: Map<String, Value>,
    /// Whether requests must bring an anti-CSRF token.
    pub anti_csrf: bool,
    /// How long it may lie idle, if not as the settings say.
    pub idle_lifetime: Option<Duration>,
    /// How long it lives at most, if not as the settings say.
    pub absolute_lifetime: Option<Duration>,
    /// From where, and with what. Its time is that of the creation.
    pub this_use: Use,
}

impl NewSession {
    /// A session of a person in the tenant `public`, with nothing in it, from somewhere.
    pub fn of(user: impl Into<String>) -> Self {
        Self {
            user: user.into(),
            tenant: "public".to_owned(),
            payload: Map::new(),
            data: Map::new(),
            anti_csrf: false,
            idle_lifetime: None,
            absolute_lifetime: None,
            this_use: Use::default(),
        }
    }
}

impl Engine {
    /// Creates a session. Where the settings limit the sessions of a person, the least recently used ones end.
    pub async fn create(&self, new: NewSession) -> Result<(SessionRecord, Tokens), Error> {
        let now = self.now();
        let idle_lifetime = new.idle_lifetime.unwrap_or(self.settings.idle_lifetime);
        let rotation = self.rotation.with_idle_lifetime(idle_lifetime);
        let rotation = rotation.map_err(|error| Error::Misuse(error.to_string().into()))?;
        let absolute_lifetime = new.absolute_lifetime.unwrap_or(self.settings.absolute_lifetime);
        let id = SessionHandle::new(&*self.clock, &*self.entropy);
        let this_use = Use { at: now, ..new.this_use };
        let session = SessionRecord {
            chain: Chain::begin(id, &*self.entropy, now, &rotation, absolute_lifetime),
            tenant: new.tenant,
            user: new.user,
            payload: without_protected(new.payload),
            data: new.data,
            anti_csrf: new.anti_csrf.then(|| OpaqueSecret::draw(&*self.entropy).expose().to_owned()),
            idle_lifetime,
            first_use: this_use.clone(),
            last_use: this_use,
        };
        self.fits(&session)?;
        let tokens = self.issue(&session, Some(session.chain.position()), now)?;
        let ended = self.store.create(session.clone(), self.settings.sessions_per_user, now).await?;
        if !ended.is_empty() {
            self.observe(SessionEvent::Revoked { sessions: ended, reason: RevocationReason::Replaced });
        }
        Ok((session, tokens))
    }
}
