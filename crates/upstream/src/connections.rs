//! The connections of a node: what was learned about each provider is kept, so that its keys are not asked for at
//! every sign-in.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use client::HttpOptions;
use model::{Clock, Connector, ConnectorId, Entropy, Timestamp};
use secrecy::SecretString;
use tokio::sync::Mutex;

use crate::connection::{Connection, Expected};
use crate::{Person, Trial, UpstreamError, Way, Wish, trial};

/// How long what a provider says about itself is taken as it is.
const KEPT: Duration = Duration::from_secs(300);
/// The same while the provider does not say it again. Apple's client secret has to outlive it, too.
const LONGEST_KEPT: Duration = Duration::from_secs(550);

/// The connections of a node.
#[derive(Debug)]
pub struct Connections {
    /// Our own address.
    endpoint: String,
    limits: HttpOptions,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    open: Mutex<HashMap<ConnectorId, Kept>>,
}

#[derive(Clone, Debug)]
struct Kept {
    connection: Arc<Connection>,
    /// The version of the connector that it was made for.
    version: Timestamp,
    opened_at: Timestamp,
}

impl Connections {
    /// None is open yet. `limits` hold for every request to a provider.
    pub fn new(
        endpoint: String,
        limits: HttpOptions,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self { endpoint, limits, clock, entropy, open: Mutex::default() }
    }

    /// Where a provider sends people back to: each connector has an address of its own (C173).
    pub fn callback(&self, connector: ConnectorId) -> String {
        format!("{}/callback/{connector}", self.endpoint)
    }

    /// The way to a provider.
    pub async fn leave(
        &self,
        connector: &Connector,
        secret: Option<&SecretString>,
        state: &str,
        wish: Wish,
    ) -> Result<Way, UpstreamError> {
        Ok(self.connection(connector, secret).await?.leave(state, wish, self.clock.now(), &*self.entropy))
    }

    /// Who came back with an answer. `pending` is what [`Self::leave`] gave to be kept.
    pub async fn arrive(
        &self,
        connector: &Connector,
        secret: Option<&SecretString>,
        answer: &str,
        pending: &[u8],
    ) -> Result<Person, UpstreamError> {
        let expected: Expected = serde_json::from_slice(pending)
            .map_err(|_| UpstreamError::Connector("what was kept cannot be read"))?;
        self.connection(connector, secret).await?.arrive(answer, &expected).await
    }

    /// Asks a provider everything that a sign-in asks, but for a person.
    pub async fn test(&self, connector: &Connector, secret: Option<&SecretString>) -> Trial {
        trial::run(self.fresh(connector, secret).await, self.clock.now(), &*self.entropy).await
    }

    async fn connection(
        &self,
        connector: &Connector,
        secret: Option<&SecretString>,
    ) -> Result<Arc<Connection>, UpstreamError> {
        let now = self.clock.now();
        let kept = self.open.lock().await.get(&connector.id).cloned();
        let kept = kept.filter(|kept| kept.version == connector.updated_at && kept.opened_at <= now);
        if let Some(kept) = kept.as_ref().filter(|kept| now.since(kept.opened_at) < KEPT) {
            return Ok(Arc::clone(&kept.connection));
        }
        // Not under the lock: a provider that is slow must not hold up the others.
        match (self.fresh(connector, secret).await, kept) {
            (Ok(connection), _) => {
                let connection = Arc::new(connection);
                let version = connector.updated_at;
                let kept = Kept { connection: Arc::clone(&connection), version, opened_at: now };
                self.open.lock().await.insert(connector.id, kept);
                Ok(connection)
            }
            // It does not say anything new just now: what it said before will do for a while.
            (Err(UpstreamError::Discover(error)), Some(kept))
                if error.is_unavailable() && now.since(kept.opened_at) < LONGEST_KEPT =>
            {
                Ok(kept.connection)
            }
            (Err(error), _) => Err(error),
        }
    }

    async fn fresh(
        &self,
        connector: &Connector,
        secret: Option<&SecretString>,
    ) -> Result<Connection, UpstreamError> {
        let callback = self.callback(connector.id);
        Connection::open(connector, secret, callback, self.limits, &self.clock).await
    }
}
