//! Building the sessions of an application.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use model::{Clock, Entropy, SystemClock, SystemEntropy};
use session::claim::{Claim, ClaimFailure, ClaimValidator};
use session::store::SessionStore;
use session::transport::{AppInfo, AppInfoError, Transport, TransportError, TransportOptions};
use session::{
    Engine, MasterSecret, Observer, OpenError, SecretFileError, Secrets, SessionSettings, Theft, Unobserved,
};

use crate::handlers::{Answer, Closures, ErrorHandlers, Exchange, boxed};
use crate::routes::Routes;
use crate::sessions::{ClientAddress, Inner, Sessions};

/// How often the store's clock is compared with ours.
const LOOK: Duration = Duration::from_secs(5);
/// Each so many looks, signing keys are looked after and sessions that are over are removed.
const LOOKS_PER_UPKEEP: u64 = 12;

/// What cannot be built, and why.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The application's addresses.
    #[error(transparent)]
    App(#[from] AppInfoError),
    /// Something is missing that has no default.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The settings, or the store.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The file of the secret.
    #[error(transparent)]
    Secret(#[from] SecretFileError),
    /// A way to sign in.
    #[cfg(feature = "sign-in")]
    #[error(transparent)]
    SignIn(#[from] crate::sign_in::SignInRefused),
    /// How tokens shall travel.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

/// Where the secret is.
enum Secret {
    File(PathBuf),
    Given(MasterSecret),
    Missing,
}

/// Builds [`Sessions`].
pub struct SessionsBuilder {
    store: Arc<dyn SessionStore>,
    secret: Secret,
    retired_secrets: Vec<MasterSecret>,
    app: Option<AppInfo>,
    settings: SessionSettings,
    transport: TransportOptions,
    handlers: Closures,
    claims: Vec<Arc<dyn Claim>>,
    validators: Vec<Arc<dyn ClaimValidator>>,
    observer: Arc<dyn Observer>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    client_address: ClientAddress,
    cors: bool,
    #[cfg(feature = "sign-in")]
    sign_ins: Vec<crate::sign_in::SignIn>,
}

impl Sessions {
    /// Sessions that a store keeps. An application says at least [who it is](SessionsBuilder::app) and gives a
    /// [secret](SessionsBuilder::secret).
    pub fn builder(store: impl SessionStore + 'static) -> SessionsBuilder {
        Self::builder_over(Arc::new(store))
    }

    /// The same over a store that is shared with others.
    pub fn builder_over(store: Arc<dyn SessionStore>) -> SessionsBuilder {
        SessionsBuilder {
            store,
            secret: Secret::Missing,
            retired_secrets: Vec::new(),
            app: None,
            settings: SessionSettings::default(),
            transport: TransportOptions::default(),
            handlers: Closures::default(),
            claims: Vec::new(),
            validators: Vec::new(),
            observer: Arc::new(Unobserved),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            client_address: |_, _| None,
            cors: true,
            #[cfg(feature = "sign-in")]
            sign_ins: Vec::new(),
        }
    }
}

impl SessionsBuilder {
    /// Who the application is and where it lives.
    #[must_use]
    pub fn app(self, app: AppInfo) -> Self {
        Self { app: Some(app), ..self }
    }

    /// The secret of the application, kept outside the store and the same in each of its processes.
    #[must_use]
    pub fn secret(self, secret: MasterSecret) -> Self {
        Self { secret: Secret::Given(secret), ..self }
    }

    /// The same, in a file that is made at the first start and read ever after.
    #[must_use]
    pub fn secret_file(self, path: impl Into<PathBuf>) -> Self {
        Self { secret: Secret::File(path.into()), ..self }
    }

    /// A secret that the application had before: tokens made with it stay good, and nothing new is made with it. Keep it
    /// for as long as a session may lie idle.
    #[must_use]
    pub fn retired_secret(mut self, secret: MasterSecret) -> Self {
        self.retired_secrets.push(secret);
        self
    }

    /// How long sessions live, and how they are watched.
    #[must_use]
    pub fn settings(self, settings: SessionSettings) -> Self {
        Self { settings, ..self }
    }

    /// How tokens travel.
    #[must_use]
    pub fn transport(self, transport: TransportOptions) -> Self {
        Self { transport, ..self }
    }

    /// A claim that each new session gets.
    #[must_use]
    pub fn claim(mut self, claim: Arc<dyn Claim>) -> Self {
        self.claims.push(claim);
        self
    }

    /// What must be true of every session, on every route that does not say otherwise.
    #[must_use]
    pub fn require(mut self, validator: impl ClaimValidator + 'static) -> Self {
        self.validators.push(Arc::new(validator));
        self
    }

    /// Answers the errors for which no closure is given.
    #[must_use]
    pub fn handlers(mut self, handlers: impl ErrorHandlers + 'static) -> Self {
        self.handlers.rest = Box::new(handlers);
        self
    }

    /// Answers [no session](ErrorHandlers::on_unauthorised).
    #[must_use]
    pub fn on_unauthorised<F, A>(mut self, handler: F) -> Self
    where
        F: Fn(String, Exchange) -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        self.handlers.unauthorised = Some(boxed(handler));
        self
    }

    /// Answers [claims that do not suffice](ErrorHandlers::on_invalid_claim).
    #[must_use]
    pub fn on_invalid_claim<F, A>(mut self, handler: F) -> Self
    where
        F: Fn(Vec<ClaimFailure>, Exchange) -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        self.handlers.invalid_claim = Some(boxed(handler));
        self
    }

    /// Answers [a theft](ErrorHandlers::on_token_theft_detected).
    #[must_use]
    pub fn on_token_theft_detected<F, A>(mut self, handler: F) -> Self
    where
        F: Fn(Theft, Exchange) -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        self.handlers.token_theft_detected = Some(boxed(handler));
        self
    }

    /// Answers [an access token that is over](ErrorHandlers::on_try_refresh_token).
    #[must_use]
    pub fn on_try_refresh_token<F, A>(mut self, handler: F) -> Self
    where
        F: Fn(String, Exchange) -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        self.handlers.try_refresh_token = Some(boxed(handler));
        self
    }

    /// Answers [duplicate cookies](ErrorHandlers::on_clear_duplicate_session_cookies).
    #[must_use]
    pub fn on_clear_duplicate_session_cookies<F, A>(mut self, handler: F) -> Self
    where
        F: Fn(String, Exchange) -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        self.handlers.clear_duplicate_session_cookies = Some(boxed(handler));
        self
    }

    /// Learns of thefts, recoveries and revocations.
    #[must_use]
    pub fn observer(self, observer: impl Observer + 'static) -> Self {
        Self { observer: Arc::new(observer), ..self }
    }

    /// Tells the address of a client, for the list of a person's sessions. By default it is not known.
    #[must_use]
    pub fn client_address(self, client_address: ClientAddress) -> Self {
        Self { client_address, ..self }
    }

    /// Whether to answer for the browsers' cross-origin rules (CORS) when website and API have different origins.
    /// Yes, unless the application has a layer of its own for that.
    #[must_use]
    pub fn cors(self, cors: bool) -> Self {
        Self { cors, ..self }
    }

    /// A way to sign in at an OpenID Provider. A second one needs a [path of its own](crate::SignIn::below).
    #[cfg(feature = "sign-in")]
    #[must_use]
    pub fn sign_in(mut self, sign_in: crate::sign_in::SignIn) -> Self {
        self.sign_ins.push(sign_in);
        self
    }

    /// The time and chance that tests decide.
    #[must_use]
    pub fn clock(self, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { clock, entropy, ..self }
    }

    /// Builds: everything is worked out and checked now, and the first signing key is made. It must be called
    /// within a Tokio runtime, where the upkeep of keys and sessions goes on until the last clone is dropped.
    pub async fn build(self) -> Result<Sessions, BuildError> {
        let app = self.app.ok_or(BuildError::Missing("app"))?;
        let secret = match self.secret {
            Secret::Missing => return Err(BuildError::Missing("secret")),
            Secret::Given(secret) => secret,
            Secret::File(path) => MasterSecret::from_file_or_new(path, &*self.entropy)?,
        };
        let secrets = Secrets { current: secret, retired: self.retired_secrets };
        let transport = Transport::new(&app, self.transport)?;
        let routes = Routes::new(&app, self.cors);
        #[cfg(feature = "sign-in")]
        let sign_ins = crate::sign_in::SignInRoutes::all(
            self.sign_ins,
            &crate::sign_in::Foundation {
                app: &app,
                secrets: &secrets,
                clock: Arc::clone(&self.clock),
                entropy: Arc::clone(&self.entropy),
            },
        )?;
        let settings = SessionSettings {
            application: app.app_name().to_owned(),
            issuer: routes.issuer().to_owned(),
            ..self.settings
        };
        let engine = Engine::open(self.store, &secrets, settings, self.clock, self.entropy).await?;
        let sessions = Sessions::new(Inner {
            engine: engine.with_observer(self.observer),
            transport,
            handlers: self.handlers,
            routes,
            claims: self.claims,
            validators: self.validators,
            client_address: self.client_address,
            confirmations: Arc::default(),
            #[cfg(feature = "sign-in")]
            sign_ins,
        });
        tokio::spawn(keep_up(sessions.downgrade()));
        Ok(sessions)
    }
}

async fn keep_up(sessions: std::sync::Weak<Inner>) {
    let mut interval = tokio::time::interval(LOOK);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for number in 0_u64.. {
        interval.tick().await;
        let Some(sessions) = Sessions::upgrade(&sessions) else { return };
        let done = if number % LOOKS_PER_UPKEEP == 0 {
            sessions.engine().tend().await.and(sessions.engine().purge().await.map(|_| ()))
        } else {
            sessions.engine().tend_store().await
        };
        if let Err(error) = done {
            tracing::warn!(error = &error as &dyn std::error::Error, "the upkeep of sessions has to wait");
        }
    }
}

impl fmt::Debug for SessionsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionsBuilder").field("app", &self.app).finish_non_exhaustive()
    }
}
