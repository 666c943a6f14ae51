//! An access token is verified: what is believed, and what is not.

use std::time::Duration;

use keys::KeySchedule;
use session::rotation::RevocationReason;
use session::{Algorithm, CsrfToken, NewSession, SessionSettings};

use crate::actors::{World, kind};

#[tokio::test]
async fn the_store_is_not_asked_for_a_token_that_is_good() {
    let world = World::new().await;
    let browser = world.sign_in("ann").await;
    world.call(&browser.access).await.unwrap();
    world.store.calls();
    for _ in 0..3 {
        world.call(&browser.access).await.unwrap();
    }
    assert_eq!(world.store.calls(), 0);
    assert_eq!(world.engine.memory().len(), 1);
}

#[tokio::test]
async fn an_end_is_an_end_also_for_a_token_that_is_remembered() {
    let world = World::new().await;
    let browser = world.sign_in("ann").await;
    world.call(&browser.access).await.unwrap();
    world.after(3_600);
    assert_eq!(kind(&world.call(&browser.access).await.unwrap_err()), "try refresh");
}

#[tokio::test]
async fn f15_f17_a_token_from_a_clock_that_is_ahead_is_good_up_to_a_minute() {
    let world = World::new().await;
    let browser = world.sign_in("ann").await;
    world.clock.step_back(Duration::from_secs(60));
    assert!(world.call(&browser.access).await.is_ok());
    world.clock.step_back(Duration::from_secs(1));
    assert_eq!(kind(&world.call(&browser.access).await.unwrap_err()), "try refresh");
}

#[tokio::test]
async fn each_algorithm_signs_and_verifies() {
    for algorithm in Algorithm::ALL {
        let world = World::with(SessionSettings { algorithm, ..SessionSettings::default() }).await;
        let browser = world.sign_in("ann").await;
        world.call(&browser.access).await.unwrap();
        let (jwks, max_age) = world.engine.jwks();
        assert!(jwks.contains(algorithm.as_str()), "{jwks}");
        assert_eq!(max_age, Duration::from_secs(3_600));
    }
}

#[tokio::test]
async fn the_anti_csrf_token_must_come_back() {
    let world = World::new().await;
    let new = NewSession { anti_csrf: true, ..NewSession::of("ann") };
    let (_, tokens) = world.engine.create(new).await.unwrap();
    let right = tokens.anti_csrf.as_deref().unwrap();
    let access = &tokens.access.token;
    let refresh = tokens.refresh.as_ref().unwrap().token.expose();
    assert!(world.engine.verify(access, CsrfToken::Required(Some(right))).await.is_ok());
    assert!(world.engine.verify(access, CsrfToken::Waived).await.is_ok());
    for wrong in [None, Some(""), Some("x")] {
        let refused = world.engine.verify(access, CsrfToken::Required(wrong)).await.unwrap_err();
        assert_eq!(kind(&refused), "try refresh");
        let refused = world.engine.refresh(world.request(&[refresh], CsrfToken::Required(wrong))).await;
        assert_eq!(kind(&refused.unwrap_err()), "unauthorised");
    }
    let refreshed = world.engine.refresh(world.request(&[refresh], CsrfToken::Required(Some(right)))).await;
    assert_eq!(refreshed.unwrap().tokens.anti_csrf.as_deref(), Some(right), "nothing was revoked meanwhile");
}

#[tokio::test]
async fn a_session_without_an_anti_csrf_token_is_given_one_at_its_refresh() {
    let world = World::new().await;
    let browser = world.sign_in("ann").await;
    let required = CsrfToken::Required(None);
    let refused = world.engine.verify(&browser.access, required).await.unwrap_err();
    assert_eq!(kind(&refused), "try refresh");
    world.after(31);
    let refreshed = world.engine.refresh(world.request(&[&browser.refresh], required)).await.unwrap();
    let token = refreshed.tokens.anti_csrf.unwrap();
    let access = refreshed.tokens.access.token;
    assert!(world.engine.verify(&access, CsrfToken::Required(Some(&token))).await.is_ok());
}

#[tokio::test]
async fn with_the_store_a_session_that_has_ended_is_refused_at_once() {
    let world = World::new().await;
    let browser = world.sign_in("ann").await;
    let verified = world.engine.verify(&browser.access, CsrfToken::Waived).await.unwrap();
    let session = world.engine.verify_with_store(verified.token(), &world.here()).await.unwrap();
    world.engine.revoke(session.handle(), RevocationReason::Admin).await.unwrap();
    assert!(world.call(&browser.access).await.is_ok(), "good until it is over");
    let refused = world.engine.verify_with_store(verified.token(), &world.here()).await.unwrap_err();
    assert_eq!(kind(&refused), "unauthorised");
}

#[tokio::test]
async fn f05_verification_goes_on_while_the_store_is_down_and_nobody_is_signed_out() {
    let world = World::new().await;
    let browser = world.sign_in("ann").await;
    let verified = world.engine.verify(&browser.access, CsrfToken::Waived).await.unwrap();
    world.store.set_down(true);
    assert!(verified.first_sight());
    assert!(world.engine.confirm(&[verified]).await.is_err());
    assert!(
        world.engine.verify(&browser.access, CsrfToken::Waived).await.unwrap().first_sight(),
        "told later"
    );
    assert_eq!(kind(&world.refresh(&browser.refresh).await.unwrap_err()), "store");
    world.store.set_down(false);
    assert!(world.refresh(&browser.refresh).await.is_ok());
}

#[tokio::test]
async fn what_cannot_be_looked_at_closer_holds_up_nobody_else() {
    let world = World::new().await;
    let [ann, bob] = [world.sign_in("ann").await, world.sign_in("bob").await];
    let verify = async |access: &str| world.engine.verify(access, CsrfToken::Waived).await.unwrap();
    let [damaged, good] = [verify(&ann.access).await, verify(&bob.access).await];
    world.engine.confirm(std::slice::from_ref(&damaged)).await.unwrap();
    damaged.not_told();
    world.store.set_unreadable(damaged.token().handle());
    assert!(world.engine.confirm(&[damaged, good]).await.is_err());
    assert!(verify(&ann.access).await.first_sight(), "tried again");
    assert!(!verify(&bob.access).await.first_sight(), "told");
    let [session] = world.engine.sessions_of("bob", None).await.unwrap().try_into().unwrap();
    assert!(session.chain.confirmed_at.is_some());
}

#[tokio::test]
async fn c084_keys_rotate_under_load_and_no_verification_fails() {
    let hour = Duration::from_secs(3_600);
    let key_schedule = KeySchedule { period: hour * 48, lead: hour * 4, tail: hour * 2, jwks_max_age: hour };
    let settings = SessionSettings { key_schedule, access_lifetime: hour, ..SessionSettings::default() };
    let world = World::with(settings.clone()).await;
    let other = world.second_engine(settings).await;
    let mut browser = world.sign_in("ann").await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..24 * 10 {
        world.after(1_800);
        // The other process is never tended: it learns of a key when it meets it.
        world.engine.tend().await.unwrap();
        let refreshed = world.refresh(&browser.refresh).await.unwrap();
        browser.keep(&refreshed);
        for engine in [&world.engine, &other] {
            engine.verify(&browser.access, CsrfToken::Waived).await.unwrap();
        }
        seen.insert(browser.access.split('.').next().unwrap().to_owned());
    }
    assert!(seen.len() >= 2, "{} keys signed in five days", seen.len());
}

#[tokio::test]
async fn f23_a_flood_of_unknown_keys_reads_the_keys_once_a_second() {
    let world = World::new().await;
    let browser = world.sign_in("ann").await;
    let stranger = World::new().await;
    let foreign = stranger.sign_in("mallory").await;
    assert_ne!(foreign.access.split('.').next(), browser.access.split('.').next());
    world.after(10);
    world.store.calls();
    for _ in 0..100 {
        assert_eq!(kind(&world.call(&foreign.access).await.unwrap_err()), "try refresh");
    }
    assert_eq!(world.store.calls(), 1);
    world.after(1);
    world.call(&foreign.access).await.unwrap_err();
    assert_eq!(world.store.calls(), 1);
    assert_eq!(world.engine.memory().len(), 1, "forged tokens never push good ones out");
}

#[tokio::test]
async fn what_a_process_signed_itself_it_knows_and_what_another_signed_it_verifies_once() {
    let world = World::new().await;
    let other = world.second_engine(SessionSettings::default()).await;
    let mut browser = world.sign_in("ann").await;
    assert_eq!((world.engine.memory().len(), other.memory().len()), (1, 0));
    world.after(60);
    browser.keep(&world.refresh(&browser.refresh).await.unwrap());
    for engine in [&world.engine, &other] {
        let verified = engine.verify(&browser.access, CsrfToken::Waived).await.unwrap();
        assert!(verified.first_sight(), "to know a token is not to have seen it");
        assert!(!engine.verify(&browser.access, CsrfToken::Waived).await.unwrap().first_sight());
    }
    assert_eq!((world.engine.memory().len(), other.memory().len()), (2, 1));
}

#[tokio::test]
async fn a_memory_that_is_full_forgets_but_does_not_refuse() {
    let world = World::with(SessionSettings { remembered_tokens: 16, ..SessionSettings::default() }).await;
    let mut browsers = Vec::new();
    for number in 0..200 {
        browsers.push(world.sign_in(&number.to_string()).await);
    }
    for browser in &browsers {
        world.engine.verify(&browser.access, CsrfToken::Waived).await.unwrap();
    }
    assert!(world.engine.memory().len() <= 32, "{} tokens", world.engine.memory().len());
}
