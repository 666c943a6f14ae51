//! Random lives over HTTP: two nodes of an application, a client with header tokens.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use model::{FrozenClock, SeededEntropy, Timestamp};
use session::store::schedules::{Life, Service, Told, live};
use toolkit::{AppInfo, MasterSecret, MemoryStore, SessionSettings, Sessions};

use crate::application::{API, Application, WEBSITE};

struct TwoNodes([Application; 2]);

impl TwoNodes {
    async fn start(seed: u64) -> Self {
        let store = Arc::new(MemoryStore::new());
        let (first, second) = (node(&store, seed).await, node(&store, seed + 1_000_000).await);
        Self([first, second])
    }

    async fn ask(&self, node: usize, method: &str, path: &str, token: Option<&str>) -> Told {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let told = self.0[node]
            .answer(
                request.header("content-type", "application/json").body(Body::from(r#"{"seen":1}"#)).unwrap(),
            )
            .await;
        let token = |name: &str| told.header(name).map(str::to_owned).filter(|token| !token.is_empty());
        match (told.status, told.body["message"].as_str()) {
            (200, _) => token("st-access-token")
                .map_or(Told::Good, |access| Told::Tokens(access, token("st-refresh-token"))),
            (503, _) => Told::Later,
            (401, Some("try refresh token")) => Told::TryRefresh,
            (401, Some("token theft detected")) => Told::Theft,
            (401, Some("unauthorised")) => Told::Ended,
            (status, message) => panic!("{status} {message:?}"),
        }
    }
}

async fn node(store: &Arc<MemoryStore>, seed: u64) -> Application {
    let clock = Arc::new(FrozenClock::at(Timestamp::from_seconds(1_800_000_000)));
    let shared = Arc::<MemoryStore>::clone(store);
    let sessions = Sessions::builder_over(shared)
        .app(AppInfo::new("Test", API, WEBSITE).unwrap())
        .secret(MasterSecret::draw(&SeededEntropy::new(1)))
        .settings(SessionSettings {
            recovery_limit: Some(100),
            window: Duration::from_secs(30),
            ..SessionSettings::default()
        })
        .clock(Arc::<FrozenClock>::clone(&clock), Arc::new(SeededEntropy::new(seed)))
        .build()
        .await
        .unwrap();
    Application::over(clock, sessions)
}

impl Service for TwoNodes {
    fn set_time(&self, node: usize, now: Timestamp) {
        self.0[node].clock.set(now);
    }

    async fn sign_in(&self, node: usize) -> Told {
        self.ask(node, "POST", "/sign-in/ann", None).await
    }

    async fn refresh(&self, node: usize, token: &str) -> Told {
        self.ask(node, "POST", "/auth/session/refresh", Some(token)).await
    }

    async fn merge(&self, node: usize, token: &str) -> Told {
        self.ask(node, "POST", "/merge", Some(token)).await
    }

    async fn call(&self, node: usize, token: &str) -> Told {
        self.ask(node, "GET", "/me", Some(token)).await
    }
}

#[tokio::test]
async fn f02_f06_nobody_is_signed_out_over_http() {
    let mut all = Life::default();
    for seed in 5_000..5_060 {
        let service = TwoNodes::start(seed).await;
        all += live(&service, seed, 120).await.unwrap_or_else(|end| panic!("{end}"));
    }
    assert!(all.refreshes > 500 && all.lost > 100 && all.repeated > 50, "{all:?}");
}
