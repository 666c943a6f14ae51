//! Who plays: an application with its engine, a browser that keeps tokens, a store that can be down.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use model::{Clock, FrozenClock, SeededEntropy, Timestamp};
pub(crate) use session::store::FailingStore;
use session::store::Use;
use session::{
    CsrfToken, Engine, Error, MasterSecret, NewSession, Observer, RefreshRequest, Refreshed, SessionError,
    SessionEvent, SessionSettings, Tokens,
};

pub(crate) const ISSUER: &str = "https://api.example.com/auth";

/// Notes the names of events.
#[derive(Debug, Default)]
pub(crate) struct Notes(Mutex<Vec<&'static str>>);

impl Observer for Notes {
    fn observe(&self, event: &SessionEvent) {
        self.0.lock().unwrap().push(event.name());
    }
}

impl Notes {
    pub(crate) fn take(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

pub(crate) struct World {
    pub(crate) clock: Arc<FrozenClock>,
    pub(crate) store: Arc<FailingStore>,
    pub(crate) notes: Arc<Notes>,
    pub(crate) engine: Engine,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(SessionSettings::default()).await
    }

    pub(crate) async fn with(settings: SessionSettings) -> Self {
        let clock = Arc::new(FrozenClock::at(Timestamp::from_seconds(1_800_000_000)));
        let store = Arc::new(FailingStore::default());
        let notes = Arc::<Notes>::default();
        let engine = engine(&clock, &store, settings, 1).await.with_observer(Arc::<Notes>::clone(&notes));
        Self { clock, store, notes, engine }
    }

    /// Another process of the same application.
    pub(crate) async fn second_engine(&self, settings: SessionSettings) -> Engine {
        engine(&self.clock, &self.store, settings, 1).await
    }

    pub(crate) fn after(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) fn here(&self) -> Use {
        Use::new(self.clock.now(), Some("192.0.2.1"), Some("Browser/1"))
    }

    pub(crate) async fn sign_in(&self, user: &str) -> Browser {
        let new = NewSession { this_use: self.here(), ..NewSession::of(user) };
        let (_, tokens) = self.engine.create(new).await.unwrap();
        Browser::keeping(tokens)
    }

    pub(crate) async fn refresh(&self, token: &str) -> Result<Refreshed, Error> {
        self.engine.refresh(self.request(&[token], CsrfToken::Waived)).await
    }

    pub(crate) fn request<'a>(&self, candidates: &'a [&'a str], csrf: CsrfToken<'a>) -> RefreshRequest<'a> {
        RefreshRequest { candidates, csrf, must_name_token: false, this_use: self.here() }
    }

    /// Verifies, and tells the store where it should learn of it, as an application does.
    pub(crate) async fn call(&self, access: &str) -> Result<(), Error> {
        let verified = self.engine.verify(access, CsrfToken::Waived).await?;
        if verified.first_sight() {
            self.engine.confirm(&[verified]).await?;
        }
        Ok(())
    }
}

async fn engine(
    clock: &Arc<FrozenClock>,
    store: &Arc<FailingStore>,
    settings: SessionSettings,
    seed: u64,
) -> Engine {
    let settings = SessionSettings { application: "tests".to_owned(), issuer: ISSUER.to_owned(), ..settings };
    let secrets = MasterSecret::draw(&SeededEntropy::new(7)).into();
    let entropy = Arc::new(SeededEntropy::new(seed));
    let (clock, store) = (Arc::<FrozenClock>::clone(clock), Arc::<FailingStore>::clone(store));
    Engine::open(store, &secrets, settings, clock, entropy).await.unwrap()
}

/// Keeps what it is given.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Browser {
    fn keeping(tokens: Tokens) -> Self {
        let refresh = tokens.refresh.expect("a new session has a refresh token").token.expose().to_owned();
        Self { access: tokens.access.token, refresh }
    }

    pub(crate) fn keep(&mut self, refreshed: &Refreshed) {
        self.access.clone_from(&refreshed.tokens.access.token);
        if let Some(refresh) = &refreshed.tokens.refresh {
            refresh.token.expose().clone_into(&mut self.refresh);
        }
    }
}

/// Which of the five, or what else.
pub(crate) fn kind(error: &Error) -> &'static str {
    match error {
        Error::Session(SessionError::ClearDuplicateSessionCookies { .. }) => "clear duplicates",
        Error::Session(SessionError::InvalidClaims(_)) => "invalid claims",
        Error::Session(SessionError::TokenTheftDetected(_)) => "theft",
        Error::Session(SessionError::TryRefreshToken { .. }) => "try refresh",
        Error::Session(SessionError::Unauthorised { clear_tokens: true, .. }) => "unauthorised",
        Error::Session(SessionError::Unauthorised { clear_tokens: false, .. }) => "absent",
        Error::NotNow { .. } => "not now",
        Error::Store(_) => "store",
        Error::Misuse(_) => "misuse",
    }
}
