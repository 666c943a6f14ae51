//! The secret of an application is changed, and nobody notices.

use std::sync::Arc;

use model::{FrozenClock, SeededEntropy};
use session::{Engine, MasterSecret, Secrets, SessionSettings};

use crate::actors::{FailingStore, ISSUER, World, kind};

fn secret(seed: u64) -> MasterSecret {
    MasterSecret::draw(&SeededEntropy::new(seed))
}

async fn engine(world: &World, secrets: Secrets) -> Result<Engine, session::OpenError> {
    engine_over(Arc::<FailingStore>::clone(&world.store), world, secrets).await
}

async fn engine_over(
    store: Arc<FailingStore>,
    world: &World,
    secrets: Secrets,
) -> Result<Engine, session::OpenError> {
    let settings = SessionSettings {
        application: "tests".to_owned(),
        issuer: ISSUER.to_owned(),
        ..SessionSettings::default()
    };
    let clock = Arc::<FrozenClock>::clone(&world.clock);
    Engine::open(store, &secrets, settings, clock, Arc::new(SeededEntropy::new(9))).await
}

#[tokio::test]
async fn f19_tokens_of_a_retired_secret_stay_good_and_new_ones_do_not_need_it() {
    let mut world = World::new().await;
    let mut browser = world.sign_in("ann").await;
    // The world's own secret is drawn from the seed 7.
    world.engine = engine(&world, Secrets { current: secret(8), retired: vec![secret(7)] }).await.unwrap();
    world.call(&browser.access).await.unwrap();
    // Refreshed day by day, while the processes tend their keys.
    for _ in 0..4 {
        world.after(24 * 3_600);
        world.engine.tend().await.unwrap();
        let refreshed = world.refresh(&browser.refresh).await.unwrap();
        browser.keep(&refreshed);
        world.call(&browser.access).await.unwrap();
    }
    // Now the old secret can be forgotten.
    world.engine = engine(&world, secret(8).into()).await.unwrap();
    world.call(&browser.access).await.unwrap();
    world.after(3_600);
    assert!(world.refresh(&browser.refresh).await.is_ok());
}

#[tokio::test]
async fn f20_without_the_old_secret_nobody_is_signed_out_by_mistake() {
    let world = World::new().await;
    let browser = world.sign_in("ann").await;
    let error = engine(&world, secret(8).into()).await.unwrap_err();
    assert!(error.to_string().contains("damaged"), "it does not start: {error}");
    // A process that knows another secret only: the session is live, so "later", never "unauthorised".
    let tokens = [browser.refresh.as_str()];
    let signing_keys = Arc::<FailingStore>::default();
    let elsewhere = engine_over(Arc::clone(&signing_keys), &world, secret(8).into()).await.unwrap();
    let told = elsewhere.refresh(world.request(&tokens, session::CsrfToken::Waived)).await;
    assert_eq!(kind(&told.unwrap_err()), "unauthorised", "a session that is nowhere is over");
    let session = world.engine.sessions_of("ann", None).await.unwrap().remove(0);
    session::store::SessionStore::create(&*signing_keys, session, None, world.engine.now()).await.unwrap();
    let told = elsewhere.refresh(world.request(&tokens, session::CsrfToken::Waived)).await;
    assert_eq!(kind(&told.unwrap_err()), "not now");
}
