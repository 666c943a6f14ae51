//! Sessions: in memory and bounded. The browser holds a sealed, unguessable name; here stands its hash.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::http::HeaderMap;
use client::{IdClaims, IdToken};
use keys::opaque::{self, OpaqueSecret};
use model::Timestamp;
use secrecy::SecretString;
use serde_json::{Map, Value};

use crate::app::App;
use crate::cookies::{self, SESSION, SetCookie};

/// How many sessions are kept; then the one that was unused longest makes room.
const MOST: usize = 1_000;
/// How long a session lasts unused.
const IDLE: Duration = Duration::from_secs(8 * 3_600);

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) id_token: IdToken,
    pub(crate) access_token: SecretString,
    pub(crate) refresh_token: Option<SecretString>,
    pub(crate) scope: String,
    /// What the userinfo endpoint said, when it was asked.
    pub(crate) userinfo: Map<String, Value>,
    pub(crate) access_ends_at: Option<Timestamp>,
    /// How often the tokens were renewed.
    pub(crate) renewals: u32,
}

impl Session {
    pub(crate) fn claims(&self) -> &IdClaims {
        &self.id_token.claims
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key([u8; 32]);

#[derive(Debug)]
struct Entry {
    session: Arc<Session>,
    turn: Arc<tokio::sync::Mutex<()>>,
    seen_at: Timestamp,
}

/// A session as a request finds it.
#[derive(Debug)]
pub(crate) struct Found {
    key: Key,
    pub(crate) session: Arc<Session>,
    /// Whoever renews the tokens holds it, so that a refresh token is never sent twice at once.
    pub(crate) turn: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<HashMap<Key, Entry>>);

impl Sessions {
    /// The session of a browser.
    pub(crate) fn find(&self, app: &App, headers: &HeaderMap) -> Option<Found> {
        let mut entries = self.entries();
        let named = cookies::read(headers).filter(|(name, _)| name == SESSION);
        named.filter_map(|(_, value)| Some(Key(opaque::hash(&app.sealer.open_text(&value)?)))).find_map(
            |key| {
                let entry = entries.get_mut(&key)?;
                if app.now().since(entry.seen_at) > IDLE {
                    entries.remove(&key);
                    return None;
                }
                entry.seen_at = app.now();
                Some(Found { key, session: Arc::clone(&entry.session), turn: Arc::clone(&entry.turn) })
            },
        )
    }

    /// Begins a session, always under a new name (C109), and ends the one that the browser had.
    pub(crate) fn begin(&self, app: &App, headers: &HeaderMap, session: Session) -> SetCookie {
        if let Some(earlier) = self.find(app, headers) {
            self.end(&earlier);
        }
        let name = OpaqueSecret::draw(&*app.entropy);
        let mut entries = self.entries();
        if entries.len() >= MOST {
            let oldest = entries.iter().min_by_key(|(_, entry)| entry.seen_at).map(|(key, _)| *key);
            oldest.map(|key| entries.remove(&key));
        }
        let entry = Entry { session: Arc::new(session), turn: Arc::default(), seen_at: app.now() };
        entries.insert(Key(name.hash()), entry);
        let value = app.sealer.seal_text(name.expose().as_bytes(), &*app.entropy);
        app.cookies.set(SESSION.to_owned(), value, None)
    }

    /// The session as it stands now; `None` when it was ended meanwhile.
    pub(crate) fn again(&self, found: &Found) -> Option<Arc<Session>> {
        self.entries().get(&found.key).map(|entry| Arc::clone(&entry.session))
    }

    /// Replaces a session, unless it was ended meanwhile.
    pub(crate) fn replace(&self, found: &Found, session: Session) {
        if let Some(entry) = self.entries().get_mut(&found.key) {
            entry.session = Arc::new(session);
        }
    }

    /// Ends a session.
    pub(crate) fn end(&self, found: &Found) {
        self.entries().remove(&found.key);
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<Key, Entry>> {
        self.0.lock().expect("no code panics while it holds the sessions")
    }
}
