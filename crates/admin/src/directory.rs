//! What a node remembers: settings, keys and applications. A revision in the database tells when it is stale.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use bytes::Bytes;
use keys::{Algorithm, KeyRing, KeySchedule, MasterSecret, ScheduledKey, Sealer, SigningKey};
use model::{Application, ApplicationId, Clock, Connector, SignInExperience, Timestamp};
use quick_cache::sync::Cache;
use secrecy::SecretString;
use store::connectors::FoundConnector;
use store::signing_keys::SigningKeyRow;
use store::{Error, Store};
use tokio::sync::Mutex;

use crate::Endpoint;
use crate::account_page::{ACCOUNT_PAGE, account_page};

/// How many applications a node remembers.
const REMEMBERED: usize = 10_000;

/// How long an unknown key waits for the next look.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// An application, and what it authenticates with.
#[derive(Debug)]
pub struct KnownApplication {
    /// The application.
    pub application: Application,
    /// The hashes of its secrets.
    pub secrets: Vec<[u8; 32]>,
}

/// A provider of somebody else, ready to be used.
#[derive(Debug)]
pub struct KnownConnector {
    /// The connector.
    pub connector: Connector,
    /// Its secret, opened.
    pub secret: Option<SecretString>,
}

/// Opens what is sealed in the tables.
#[derive(Debug)]
pub struct Sealers {
    pub(crate) keys: Sealer,
    pub(crate) connectors: Sealer,
    pub(crate) webhooks: Sealer,
}

/// What the sealer of the keys of webhooks is for; whoever tells them opens the same.
pub const WEBHOOK_KEYS: &str = "webhook keys";

impl Sealers {
    /// With keys of their own.
    pub fn new(secret: &MasterSecret) -> Self {
        let sealer = |purpose| Sealer::new(secret, purpose);
        Self {
            keys: sealer("signing keys"),
            connectors: sealer("connector secrets"),
            webhooks: sealer(WEBHOOK_KEYS),
        }
    }

    pub(crate) fn open_secret(&self, sealed: &[u8]) -> Option<SecretString> {
        String::from_utf8(self.connectors.open(sealed)?).ok().map(Into::into)
    }
}

#[derive(Debug)]
struct Snapshot {
    revision: i64,
    settings: Arc<SignInExperience>,
    ring: Arc<KeyRing>,
    jwks: Bytes,
    locked_out: bool,
    connectors: Arc<[KnownConnector]>,
    applications: Cache<ApplicationId, Option<Arc<KnownApplication>>>,
}

/// The memory of a node. Reading it costs no query, but for an application that was not asked for before.
#[derive(Debug)]
pub struct Directory {
    store: Store,
    pub(crate) sealers: Sealers,
    schedule: KeySchedule,
    account_page: Arc<KnownApplication>,
    snapshot: ArcSwap<Snapshot>,
    /// When an unknown key made us look, and how that went.
    looked: Mutex<Option<(Timestamp, Result<(), Error>)>>,
}

impl Directory {
    /// Reads everything for the first time.
    pub async fn open(
        store: Store,
        sealers: Sealers,
        schedule: KeySchedule,
        endpoint: &Endpoint,
    ) -> Result<Self, Error> {
        let snapshot = ArcSwap::from_pointee(read(&store, &sealers, schedule).await?);
        let account_page = Arc::new(account_page(endpoint));
        Ok(Self { store, sealers, schedule, account_page, snapshot, looked: Mutex::default() })
    }

    /// The tenant's settings.
    pub fn settings(&self) -> Arc<SignInExperience> {
        Arc::clone(&self.snapshot.load().settings)
    }

    /// The connectors, in the order they were made; also those that are switched off.
    pub fn connectors(&self) -> Arc<[KnownConnector]> {
        Arc::clone(&self.snapshot.load().connectors)
    }

    /// The signing keys.
    pub fn ring(&self) -> Arc<KeyRing> {
        Arc::clone(&self.snapshot.load().ring)
    }

    /// The JWK set as it is published, and for how many seconds it may be kept.
    pub fn jwks(&self) -> (Bytes, u64) {
        let snapshot = self.snapshot.load();
        (snapshot.jwks.clone(), snapshot.ring.schedule().jwks_max_age.as_secs())
    }

    /// Whether there are signing keys of which none opens: they were sealed with another secret key.
    pub fn is_locked_out(&self) -> bool {
        self.snapshot.load().locked_out
    }

    /// An application. That there is none is remembered too, so that garbage costs one query.
    pub async fn application(&self, id: ApplicationId) -> Result<Option<Arc<KnownApplication>>, Error> {
        let snapshot = self.snapshot.load_full();
        if let Some(known) = snapshot.applications.get(&id) {
            return Ok(known);
        }
        let known = match self.store.application(id).await? {
            Some(application) => {
                let secrets = self.store.application_secrets(id).await?;
                Some(Arc::new(KnownApplication { application, secrets }))
            }
            None => None,
        };
        // Into the snapshot that was current before the query: a newer one starts empty.
        snapshot.applications.insert(id, known.clone());
        Ok(known)
    }

    /// What people sign in for: an application, or the account page. Clients are never looked up by this.
    pub async fn destination(&self, id: ApplicationId) -> Result<Option<Arc<KnownApplication>>, Error> {
        if id == ACCOUNT_PAGE { Ok(Some(Arc::clone(&self.account_page))) } else { self.application(id).await }
    }

    /// Looks whether a key that somebody named has been made since: at most once a second, however many ask (F20,
    /// F23). While that cannot be done nobody knows whether the key is ours, and the error says so.
    pub async fn renew_for_unknown_key(&self, clock: &dyn Clock) -> Result<(), Error> {
        let mut last = self.looked.lock().await;
        let now = clock.now();
        match &*last {
            // A clock that was set back makes nobody wait for it.
            Some((at, outcome)) if *at <= now && now.since(*at) < LOOK_AGAIN => outcome.clone(),
            Some(_) | None => {
                let outcome = self.renew().await;
                *last = Some((now, outcome.clone()));
                outcome
            }
        }
    }

    /// Reads everything again if the revision says that something has changed.
    pub async fn renew(&self) -> Result<(), Error> {
        if self.store.revision().await? != self.snapshot.load().revision {
            self.snapshot.store(Arc::new(read(&self.store, &self.sealers, self.schedule).await?));
        }
        Ok(())
    }

    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }
}

async fn read(store: &Store, sealers: &Sealers, schedule: KeySchedule) -> Result<Snapshot, Error> {
    // The revision first: what changes while the rest is read will be read again.
    let revision = store.revision().await?;
    let settings = Arc::new(store.sign_in_experience().await?.settings);
    let rows = store.signing_keys().await?;
    let keys = rows.iter().filter_map(|row| {
        let key = open(&sealers.keys, row);
        if key.is_none() {
            tracing::error!(
                kid = row.kid,
                "a signing key cannot be opened: it was sealed with another secret key"
            );
        }
        key
    });
    let ring = Arc::new(KeyRing::new(keys.collect(), schedule));
    let jwks = Bytes::from(ring.jwks().to_string());
    let locked_out = !rows.is_empty() && ring.is_empty();
    let connectors = store.connectors().await?;
    let connectors = connectors.into_iter().filter_map(|found| open_connector(sealers, found)).collect();
    let applications = Cache::new(REMEMBERED);
    Ok(Snapshot { revision, settings, ring, jwks, locked_out, connectors, applications })
}

/// A connector with its secret. Without one that opens it is of no use, and nobody is sent there.
fn open_connector(sealers: &Sealers, found: FoundConnector) -> Option<KnownConnector> {
    let connector = found.connector;
    let Some(sealed) = found.sealed else { return Some(KnownConnector { connector, secret: None }) };
    let Some(secret) = sealers.open_secret(&sealed) else {
        let id = connector.id;
        tracing::error!(%id, "the secret of a connector cannot be opened: it was sealed with another secret key");
        return None;
    };
    Some(KnownConnector { connector, secret: Some(secret) })
}

fn open(sealer: &Sealer, row: &SigningKeyRow) -> Option<ScheduledKey> {
    let der = sealer.open(&row.sealed)?;
    let algorithm: Algorithm = row.algorithm.parse().ok()?;
    let key = Arc::new(SigningKey::from_pkcs8(algorithm, &der).ok()?);
    Some(ScheduledKey { key, active_from: row.active_from })
}
