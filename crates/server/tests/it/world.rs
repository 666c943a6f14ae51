//! The stage: a whole server in the process, with a frozen clock and a real database.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use accounts::throttle::Limits;
use accounts::{Cost, Registration};
use admin::Endpoint;
use admin::applications::ApplicationPatch;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use database::{Database, Faults};
use deliver::{MailSettings, SmsSettings};
use http::Request;
use keys::opaque::OpaqueSecret;
use keys::{KeySchedule, MasterSecret};
use model::{FrozenClock, SystemEntropy, TenantId, Timestamp, User};
use serde_json::{Value, json};
use server::{App, Assembly, TrustedProxies};
use session::rotation::RotationSettings;
use store::{DatabaseClock, Store};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::answer::Answer;
use crate::client_app::ClientApp;
use crate::visitor::Visitor;

pub(crate) const ENDPOINT: &str = "https://id.example";
pub(crate) const FROM: &str = "Onward <no-reply@id.example>";
pub(crate) const PASSWORD: &str = "quiet harbour lamp 9";
pub(crate) const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) clock: Arc<FrozenClock>,
    pub(crate) faults: Faults,
    router: Router,
    /// Where letters go, when there is mail.
    letters: Option<TempDir>,
    /// Where text messages go, when there are any.
    texts: Option<TempDir>,
    /// The folder of an embedded database: removed with the world.
    folder: Option<TempDir>,
}

impl World {
    pub(crate) async fn new() -> Self {
        let (database, folder) = database::scratch::sqlite().await;
        let mut world = Self::over(database).await;
        world.folder = Some(folder);
        world
    }

    pub(crate) async fn over(database: Database) -> Self {
        Self::node(database, Timestamp::from_seconds(1_800_000_000)).await
    }

    /// One of several servers over a database, with a clock of its own.
    pub(crate) async fn node(database: Database, now: Timestamp) -> Self {
        Self::limited(database, now, Limits::default()).await
    }

    pub(crate) async fn limited(database: Database, now: Timestamp, limits: Limits) -> Self {
        Self::assembled(database, now, limits, None, None).await
    }

    /// A server that puts its letters into a folder.
    pub(crate) async fn with_mail() -> Self {
        let (database, folder) = database::scratch::sqlite().await;
        let mut world = Self::with_mail_over(database).await;
        world.folder = Some(folder);
        world
    }

    /// The same over a database that is there.
    pub(crate) async fn with_mail_over(database: Database) -> Self {
        let letters = tempfile::tempdir().unwrap();
        let route = format!("file:{}", letters.path().display());
        let mut world = Self::mailing(database, &MailSettings::parse(&route, FROM).unwrap()).await;
        world.letters = Some(letters);
        world
    }

    /// A server with mail.
    pub(crate) async fn mailing(database: Database, mail: &MailSettings) -> Self {
        let now = Timestamp::from_seconds(1_800_000_000);
        Self::assembled(database, now, Limits::default(), Some(mail.clone()), None).await
    }

    /// A server that puts its letters into one folder and its text messages into another.
    pub(crate) async fn with_messages() -> Self {
        let letters = tempfile::tempdir().unwrap();
        let mail = MailSettings::parse(&format!("file:{}", letters.path().display()), FROM).unwrap();
        let texts = tempfile::tempdir().unwrap();
        let sms = SmsSettings::parse(&format!("file:{}", texts.path().display()), "").unwrap();
        let mut world = Self::texting(Some(mail), sms).await;
        (world.letters, world.texts) = (Some(letters), Some(texts));
        world
    }

    /// A server with text messages.
    pub(crate) async fn texting(mail: Option<MailSettings>, sms: SmsSettings) -> Self {
        let (database, folder) = database::scratch::sqlite().await;
        let now = Timestamp::from_seconds(1_800_000_000);
        let mut world = Self::assembled(database, now, Limits::default(), mail, Some(sms)).await;
        world.folder = Some(folder);
        world
    }

    async fn assembled(
        database: Database,
        now: Timestamp,
        limits: Limits,
        mail: Option<MailSettings>,
        sms: Option<SmsSettings>,
    ) -> Self {
        let clock = Arc::new(FrozenClock::at(now));
        let faults = Faults::new();
        let database = database.with_faults(faults.clone());
        let store = Store::new(database.clone(), TenantId::default_tenant());
        store.migrate().await.unwrap();
        let app = App::assemble(Assembly {
            store,
            secret: &MasterSecret::parse(SECRET).unwrap(),
            endpoint: Endpoint::parse(ENDPOINT).unwrap(),
            proxies: TrustedProxies::default(),
            cost: Cost { memory: 64, passes: 1 },
            hashing_threads: 2,
            limits,
            sign_in: signin::Lifetimes::default(),
            tokens: oidc::Lifetimes::default(),
            rotation: RotationSettings::default(),
            keys: KeySchedule::default(),
            mail,
            sms,
            webhooks: deliver::Caller::with_patience(Duration::from_millis(400)),
            providers: client::HttpOptions { timeout: Duration::from_millis(400), ..server::PROVIDER_LIMITS },
            clock: DatabaseClock::new(database, Arc::clone(&clock) as Arc<dyn model::Clock>),
            entropy: Arc::new(SystemEntropy),
        })
        .await
        .unwrap();
        server::warm_up(&app).await.unwrap();
        let router = server::router(Arc::clone(&app));
        Self { app, clock, faults, router, letters: None, texts: None, folder: None }
    }

    /// Time passes.
    pub(crate) fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) fn visitor(&self) -> Visitor<'_> {
        Visitor::new(self)
    }

    /// Somebody with an account.
    pub(crate) async fn member(&self, email: &str) -> User {
        let registration = Registration {
            store: &self.app.reception.store,
            pool: &self.app.reception.pool,
            limits: &self.app.reception.limits,
            clock: &*self.clock,
            entropy: &SystemEntropy,
        };
        registration.by_operator(email, &PASSWORD.to_owned().into()).await.unwrap()
    }

    /// An application made by an operator.
    pub(crate) async fn application(&self, patch: Value) -> ClientApp {
        let patch: ApplicationPatch = serde_json::from_value(patch).unwrap();
        let created = self.app.operator.create_application(patch).await.unwrap();
        ClientApp::new(&created.application, created.secret.as_ref().map(OpaqueSecret::expose))
    }

    pub(crate) async fn web(&self) -> ClientApp {
        self.application(json!({
            "name": "Shop",
            "type": "Traditional",
            "oidcClientMetadata": {
                "redirectUris": ["https://shop.example/cb"],
                "postLogoutRedirectUris": ["https://shop.example/bye"],
            },
        }))
        .await
    }

    pub(crate) async fn spa(&self) -> ClientApp {
        self.application(json!({
            "name": "Board", "type": "SPA",
            "oidcClientMetadata": {"redirectUris": ["https://board.example/cb"]},
        }))
        .await
    }

    pub(crate) async fn third_party(&self) -> ClientApp {
        self.application(json!({
            "name": "Guest", "type": "Traditional", "isThirdParty": true,
            "oidcClientMetadata": {"redirectUris": ["https://guest.example/cb"]},
        }))
        .await
    }

    pub(crate) async fn machine(&self) -> ClientApp {
        self.application(json!({
            "name": "Robot", "type": "MachineToMachine", "resources": [format!("{ENDPOINT}/api")],
        }))
        .await
    }

    pub(crate) async fn change(&self, application: &ClientApp, patch: Value) {
        let patch: ApplicationPatch = serde_json::from_value(patch).unwrap();
        self.app.operator.change_application(application.id.parse().unwrap(), patch).await.unwrap();
    }

    pub(crate) async fn settings(&self, patch: Value) {
        let patch = serde_json::from_value(patch).unwrap();
        self.app.operator.change_settings(patch).await.unwrap();
    }

    /// A request as it arrives.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        let peer: SocketAddr = "192.0.2.10:40000".parse().unwrap();
        request.extensions_mut().get_or_insert(ConnectInfo(peer));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    /// What is counted, as the listener of its own tells it.
    pub(crate) async fn metrics(&self) -> String {
        let request = Request::get("/metrics").body(Body::empty()).unwrap();
        let answer = server::metrics_router(Arc::clone(&self.app)).oneshot(request).await.unwrap();
        String::from_utf8(to_bytes(answer.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
    }

    /// Sends what is due, and returns the letters that are there now, each as it was sent.
    pub(crate) async fn letters(&self) -> Vec<String> {
        self.sent_to(self.letters.as_ref()).await
    }

    /// Sends what is due, and returns the text messages that are there now.
    pub(crate) async fn texts(&self) -> Vec<String> {
        self.sent_to(self.texts.as_ref()).await
    }

    async fn sent_to(&self, folder: Option<&TempDir>) -> Vec<String> {
        server::deliver_due(&self.app).await.unwrap();
        let Ok(entries) = std::fs::read_dir(folder.unwrap().path()) else { return Vec::new() };
        entries
            .map(|entry| {
                let path = entry.unwrap().path();
                let letter = std::fs::read_to_string(&path).unwrap();
                std::fs::remove_file(path).unwrap();
                letter
            })
            .collect()
    }

    /// The newest event of the audit log with this word.
    pub(crate) async fn audited(&self, event: &str) -> bool {
        let lines = self.app.operator.store.recent_audit(100).await.unwrap();
        lines.iter().any(|line| line.event == event)
    }
}
