//! Everything the handlers share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ::oidc::{Provider, metadata};
use accounts::throttle::Limits;
use accounts::{Cost, HashingPool};
use admin::{Directory, Endpoint, Operator, Sealers, WEBHOOK_KEYS};
use bytes::Bytes;
use client::HttpOptions;
use deliver::{Caller, MailSettings, Messenger, Postman, SmsSettings};
use keys::{KeySchedule, LinkKey, MasterSecret, Sealer};
use model::{Clock, Entropy, entropy};
use pages::Channels;
use session::rotation::{KeyId, RefreshKey, RefreshKeys, RotationSettings};
use signin::Reception;
use store::ways_in::Messages;
use store::{DatabaseClock, Store};
use upstream::{Connections, Tickets};

use crate::address::TrustedProxies;
use crate::cookies::Cookies;
use crate::flood::FloodGuard;
use crate::incidents::Incidents;
use crate::metrics::Metrics;
use crate::rehearsal::Rehearsals;

/// The limits of a request to a sign-in provider. Discovery, keys, tokens and profile together stay below the time in
/// which a page is answered.
pub const PROVIDER_LIMITS: HttpOptions = HttpOptions {
    connect_timeout: Duration::from_secs(3),
    timeout: Duration::from_secs(5),
    body_limit: 256 * 1_024,
};

/// What a server is made of.
#[derive(Debug)]
pub struct Assembly<'a> {
    /// The tables, migrated.
    pub store: Store,
    /// The secret kept outside the database.
    pub secret: &'a MasterSecret,
    /// Our own address.
    pub endpoint: Endpoint,
    /// Who may say on whose behalf they ask.
    pub proxies: TrustedProxies,
    /// The cost of a password hash.
    pub cost: Cost,
    /// How many passwords are hashed at once.
    pub hashing_threads: usize,
    /// The limits of tries.
    pub limits: Limits,
    /// How long sign-ins last.
    pub sign_in: signin::Lifetimes,
    /// How long tokens last.
    pub tokens: ::oidc::Lifetimes,
    /// How refresh tokens rotate.
    pub rotation: RotationSettings,
    /// When signing keys rotate.
    pub keys: KeySchedule,
    /// Where letters go. None: what needs a letter is not offered.
    pub mail: Option<MailSettings>,
    /// By whom text messages go. None: what needs one is not offered.
    pub sms: Option<SmsSettings>,
    /// How webhooks are called.
    pub webhooks: Caller,
    /// The limits of every request to a sign-in provider.
    pub providers: HttpOptions,
    /// The time: the database's, so that every node decides the same.
    pub clock: DatabaseClock,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
}

/// The server.
#[derive(Debug)]
pub struct App {
    /// The provider's rules.
    pub provider: Provider,
    /// The sign-in flow.
    pub reception: Reception,
    /// What operators do.
    pub operator: Operator,
    pub(crate) cookies: Cookies,
    pub(crate) floods: FloodGuard,
    pub(crate) incidents: Incidents,
    pub(crate) metrics: Metrics,
    pub(crate) postman: Option<Postman>,
    /// How messages can reach people.
    pub(crate) channels: Channels,
    pub(crate) messenger: Messenger,
    pub(crate) database_clock: DatabaseClock,
    pub(crate) proxies: TrustedProxies,
    pub(crate) rehearsals: Rehearsals,
    /// The ways to sign-in providers, and back.
    pub(crate) connections: Connections,
    /// The states of requests to them.
    pub(crate) tickets: Tickets,
    /// The discovery document: it never changes.
    pub(crate) discovery: Bytes,
    draining: AtomicBool,
}

impl App {
    /// Puts a server together. Needs a runtime, for the queue of incidents.
    pub async fn assemble(assembly: Assembly<'_>) -> Result<Arc<Self>, store::Error> {
        let Assembly { store, secret, endpoint, entropy, .. } = assembly;
        let clock: Arc<dyn Clock> = Arc::new(assembly.clock.clone());
        let directory =
            Directory::open(store.clone(), Sealers::new(secret), assembly.keys, &endpoint).await?;
        let directory = Arc::new(directory);
        let deployment = store.deployment_id(entropy::draw(&*entropy)).await?;
        let deployment = format!("{:032x}", u128::from_be_bytes(deployment));
        let refresh_secret = session::rotation::MasterSecret::from_bytes(secret.derive("refresh tokens"));
        let current = RefreshKey::derive(KeyId(1), &refresh_secret);
        let refresh_keys = RefreshKeys::new(&deployment, store.tenant().clone(), current, Vec::new());
        // What was handed out just before a power cut may not be known any more (`docs/rotation.md`).
        let floor = store.database().may_have_lost_the_end().then(|| clock.now());
        let rotation = assembly.rotation.with_handed_out_floor(floor);
        let rotation = rotation.with_idle_lifetime(assembly.tokens.refresh_idle).unwrap_or(rotation);
        let provider = Provider {
            store: store.clone(),
            directory: Arc::clone(&directory),
            endpoint: endpoint.clone(),
            refresh_keys: Arc::new(refresh_keys),
            rotation,
            lifetimes: assembly.tokens,
            seen: Arc::default(),
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
        };
        let link_key = Arc::new(LinkKey::new(secret));
        let reception = Reception {
            store: store.clone(),
            pool: HashingPool::start(assembly.hashing_threads, assembly.cost),
            link_key: Arc::clone(&link_key),
            limits: assembly.limits,
            lifetimes: assembly.sign_in,
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
        };
        let cookies = Cookies::new(secret, endpoint.is_https(), Arc::clone(&entropy));
        let rehearsals = Rehearsals::new(secret);
        let metrics = Metrics::new();
        let incidents = Incidents::start(store.clone(), Arc::clone(&clock), metrics.clone());
        let discovery = Bytes::from(metadata::document(&endpoint).to_string());
        let (mail, sms) = (assembly.mail, assembly.sms);
        let channels = Channels { letters: mail.is_some(), texts: sms.is_some() };
        let postman = channels.any().then(|| Postman {
            store: store.clone(),
            mail,
            sms,
            endpoint: endpoint.as_str().to_owned(),
            host: endpoint.host().to_owned(),
            link_key,
            clock: Arc::clone(&clock),
        });
        let messenger = Messenger {
            store: store.clone(),
            sealer: Arc::new(Sealer::new(secret, WEBHOOK_KEYS)),
            caller: assembly.webhooks,
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
        };
        let connections = Connections::new(
            endpoint.as_str().to_owned(),
            assembly.providers,
            Arc::clone(&clock),
            Arc::clone(&entropy),
        );
        let operator = Operator { store, directory, endpoint, clock, entropy };
        let proxies = assembly.proxies;
        let draining = AtomicBool::new(false);
        Ok(Arc::new(Self {
            provider,
            reception,
            operator,
            cookies,
            floods: FloodGuard::new(assembly.limits.requests),
            incidents,
            metrics,
            channels,
            postman,
            messenger,
            database_clock: assembly.clock,
            proxies,
            rehearsals,
            connections,
            tickets: Tickets::new(secret),
            discovery,
            draining,
        }))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.provider.store
    }

    pub(crate) fn directory(&self) -> &Directory {
        &self.provider.directory
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.provider.endpoint
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.provider.clock
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        &*self.provider.entropy
    }

    /// Tells load balancers to look elsewhere, before the last requests are answered.
    pub fn begin_draining(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Whether letters can be sent.
    pub(crate) const fn sends_mail(&self) -> bool {
        self.channels.letters
    }

    /// The same for both, as the store asks whether a way into an account is left.
    pub(crate) const fn messages(&self) -> Messages {
        Messages { letters: self.channels.letters, texts: self.channels.texts }
    }

    /// Waits until the incidents that were noted are written, or given up.
    pub async fn flush_incidents(&self) {
        self.incidents.flush().await;
    }
}
