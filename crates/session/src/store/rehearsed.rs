//! Two engines over one store, as a [`Service`] for [`schedules`](super::schedules).

use std::sync::Arc;
use std::time::Duration;

use model::{FrozenClock, SeededEntropy, Timestamp};

use super::schedules::{Service, Told};
use super::{SessionStore, Use};
use crate::claim::Payload;
use crate::error::{Error, SessionError};
use crate::{CsrfToken, Engine, MasterSecret, NewSession, RefreshRequest, SessionSettings, Tokens};

/// Two nodes of one application.
#[derive(Debug)]
pub struct TwoEngines {
    nodes: [(Arc<FrozenClock>, Engine); 2],
}

impl TwoEngines {
    /// Opens two engines over a store, each with a clock of its own. The lives are made for a window of 30 s; with a
    /// shorter one they find the false alarms that it has.
    pub async fn open(store: Arc<dyn SessionStore>, window: Duration, seed: u64) -> Self {
        let first = node(Arc::clone(&store), window, seed).await;
        Self { nodes: [first, node(store, window, seed + 1_000_000).await] }
    }
}

async fn node(store: Arc<dyn SessionStore>, window: Duration, seed: u64) -> (Arc<FrozenClock>, Engine) {
    let clock = Arc::new(FrozenClock::at(Timestamp::from_seconds(1_800_000_000)));
    let settings = SessionSettings {
        issuer: "https://rehearsed.example/auth".to_owned(),
        window,
        recovery_limit: Some(100),
        ..SessionSettings::default()
    };
    let secrets = MasterSecret::draw(&SeededEntropy::new(1)).into();
    let entropy = Arc::new(SeededEntropy::new(seed));
    let ticking = Arc::<FrozenClock>::clone(&clock);
    let engine =
        Engine::open(store, &secrets, settings, ticking, entropy).await.expect("an engine is opened");
    (clock, engine)
}

impl Service for TwoEngines {
    fn set_time(&self, node: usize, now: Timestamp) {
        self.nodes[node].0.set(now);
    }

    async fn sign_in(&self, node: usize) -> Told {
        let created = self.nodes[node].1.create(NewSession::of("ann")).await;
        created.map_or_else(|error| told(&error), |(_, tokens)| given(tokens))
    }

    async fn refresh(&self, node: usize, token: &str) -> Told {
        let request = RefreshRequest {
            candidates: &[token],
            csrf: CsrfToken::Waived,
            must_name_token: false,
            this_use: Use::default(),
        };
        let refreshed = self.nodes[node].1.refresh(request).await;
        refreshed.map_or_else(|error| told(&error), |refreshed| given(refreshed.tokens))
    }

    async fn call(&self, node: usize, token: &str) -> Told {
        let engine = &self.nodes[node].1;
        match engine.verify(token, CsrfToken::Waived).await {
            Ok(verified) => {
                if verified.first_sight() {
                    // What cannot be told now is told at the next sight.
                    engine.confirm(&[verified]).await.ok();
                }
                Told::Good
            }
            Err(error) => told(&error),
        }
    }

    async fn merge(&self, node: usize, token: &str) -> Told {
        self.merged(node, token).await.unwrap_or_else(|error| told(&error))
    }
}

impl TwoEngines {
    async fn merged(&self, node: usize, token: &str) -> Result<Told, Error> {
        let engine = &self.nodes[node].1;
        let verified = engine.verify(token, CsrfToken::Waived).await?;
        verified.not_told();
        let update = Payload::from_iter([("seen".to_owned(), engine.now().as_micros().into())]);
        let merged = engine.merge_payload(verified.token().handle(), update).await?;
        let Some(session) = merged else { return Ok(Told::Ended) };
        Ok(Told::Tokens(engine.reissue(verified.token(), &session)?.token, None))
    }
}

fn given(tokens: Tokens) -> Told {
    let refresh = tokens.refresh.map(|refresh| refresh.token.expose().to_owned());
    Told::Tokens(tokens.access.token, refresh)
}

fn told(error: &Error) -> Told {
    match error {
        Error::Session(SessionError::TokenTheftDetected(_)) => Told::Theft,
        Error::Session(SessionError::TryRefreshToken { .. }) => Told::TryRefresh,
        Error::Session(
            SessionError::Unauthorised { .. }
            | SessionError::InvalidClaims(_)
            | SessionError::ClearDuplicateSessionCookies { .. },
        ) => Told::Ended,
        Error::NotNow { .. } | Error::Store(_) | Error::Misuse(_) => Told::Later,
    }
}
