//! Many at once: two nodes over one PostgreSQL, and over one SQLite file.

use std::collections::BTreeSet;
use std::sync::Arc;

use database::Database;
use model::{Clock as _, FrozenClock, SeededEntropy, Timestamp};
use session::store::Use;
use session::{CsrfToken, Engine, Error, MasterSecret, NewSession, RefreshRequest, SessionSettings};
use session_store::SqlStore;

const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

async fn engine(database: &Database, clock: &Arc<FrozenClock>, seed: u64) -> Engine {
    let store = Arc::new(SqlStore::over(database.clone(), "app").await.unwrap());
    let secrets = MasterSecret::draw(&SeededEntropy::new(1)).into();
    let settings =
        SessionSettings { issuer: "https://api.example.com/auth".into(), ..SessionSettings::default() };
    let clock = Arc::<FrozenClock>::clone(clock);
    Engine::open(store, &secrets, settings, clock, Arc::new(SeededEntropy::new(seed))).await.unwrap()
}

/// Fifty refreshes of one session at once, over two nodes: one chain, no theft, and nothing worse than "not now".
async fn fifty_at_once(database: Database) {
    let clock = Arc::new(FrozenClock::at(START));
    let nodes = [Arc::new(engine(&database, &clock, 2).await), Arc::new(engine(&database, &clock, 3).await)];
    let (session, tokens) = nodes[0].create(NewSession::of("ann")).await.unwrap();
    let token = tokens.refresh.unwrap().token.expose().to_owned();
    clock.advance(std::time::Duration::from_secs(3_600));
    let tries = (0..50).map(|number| {
        let (node, token) = (Arc::clone(&nodes[number % 2]), token.clone());
        tokio::spawn(async move {
            let this_use = Use::default();
            let csrf = CsrfToken::Waived;
            let request = RefreshRequest { candidates: &[&token], csrf, must_name_token: false, this_use };
            node.refresh(request)
                .await
                .map(|refreshed| refreshed.tokens.refresh.map(|it| it.token.expose().to_owned()))
        })
    });
    let mut answers = BTreeSet::new();
    let mut later = 0;
    for one in tries.collect::<Vec<_>>() {
        match one.await.unwrap() {
            Ok(refresh) => drop(answers.insert(refresh.unwrap())),
            Err(Error::NotNow { .. }) => later += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(answers.len(), 1, "one chain; {later} were asked to come again");
    let found = nodes[1].session(session.handle()).await.unwrap().unwrap();
    assert_eq!(found.chain.position().generation, 1);
    assert!(clock.now() > START);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f09_fifty_at_once_over_two_nodes_on_postgres() {
    fifty_at_once(database::scratch::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f09_fifty_at_once_on_sqlite() {
    let (database, _folder) = database::scratch::sqlite().await;
    fifty_at_once(database).await;
}
