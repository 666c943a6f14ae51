//! The keys of a provider, remembered, and read again when a token names one that is not among them.

use std::sync::Arc;
use std::time::Duration;

use model::Timestamp;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::timeout;
use url::Url;

use crate::HttpError;
use crate::http::Http;
use crate::jwk::{Algorithm, Jwk};

/// Unknown key ids make us read the keys at most this often.
const PAUSE: Duration = Duration::from_secs(60);
/// A key that the provider has withdrawn is trusted no longer than this.
const LONGEST_TRUST: Duration = Duration::from_secs(3_600);

/// The remembered keys. The lock is held while they are read, so that many sign-ins cause one request.
#[derive(Debug, Default)]
pub(crate) struct KeySet(Mutex<Option<Held>>);

#[derive(Debug)]
struct Held {
    keys: Vec<Arc<Jwk>>,
    read_at: Timestamp,
}

/// What the keys hold for a token.
#[derive(Debug)]
pub(crate) enum Choice {
    /// The one key that fits.
    Key(Arc<Jwk>),
    /// The key is there, and is for another algorithm.
    OtherAlgorithm,
    /// No key, or more than one.
    Unknown,
}

impl KeySet {
    /// The key for a token.
    pub(crate) async fn find(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
        address: &Url,
        http: &Http,
        now: Timestamp,
    ) -> Result<Choice, HttpError> {
        // Whoever waits behind a slow provider waits no longer than for an answer of its own.
        let mut held = timeout(http.timeout(), self.0.lock()).await.map_err(|_| HttpError::TimedOut)?;
        if let Some(held) = held.as_ref().filter(|held| !is_past(held.read_at, LONGEST_TRUST, now)) {
            match choose(&held.keys, kid, algorithm) {
                Choice::Unknown if is_past(held.read_at, PAUSE, now) => {}
                choice @ (Choice::Key(_) | Choice::OtherAlgorithm | Choice::Unknown) => return Ok(choice),
            }
        }
        let keys = read(address, http).await?;
        let choice = choose(&keys, kid, algorithm);
        *held = Some(Held { keys, read_at: now });
        Ok(choice)
    }
}

/// Whether a span has passed. A clock that was set back counts as passed: better one request too many.
fn is_past(since: Timestamp, span: Duration, now: Timestamp) -> bool {
    now < since || now.since(since) >= span
}

async fn read(address: &Url, http: &Http) -> Result<Vec<Arc<Jwk>>, HttpError> {
    let document = http.read(address).await?;
    let listed = document.get("keys").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    Ok(listed.iter().filter_map(Jwk::read).map(Arc::new).collect())
}

/// By key id; where the token names none, the only key of the algorithm (OpenID Connect Core §10.1).
fn choose(keys: &[Arc<Jwk>], kid: Option<&str>, algorithm: Algorithm) -> Choice {
    let mut named = keys.iter().filter(|key| kid.is_none() || key.kid.as_deref() == kid).peekable();
    let any = named.peek().is_some();
    let mut fitting = named.filter(|key| key.algorithm() == algorithm);
    match (fitting.next(), fitting.next()) {
        (Some(key), None) => Choice::Key(Arc::clone(key)),
        (Some(_), Some(_)) => Choice::Unknown,
        (None, _) if any && kid.is_some() => Choice::OtherAlgorithm,
        (None, _) => Choice::Unknown,
    }
}
