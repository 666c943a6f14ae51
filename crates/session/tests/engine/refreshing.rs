//! A session is refreshed: by its owner, by two tabs, by a thief.

use std::time::Duration;

use session::{CsrfToken, Error, SessionError, SessionSettings};

use crate::actors::{World, kind};

#[tokio::test]
async fn each_refresh_after_the_window_rotates() {
    let world = World::new().await;
    let mut browser = world.sign_in("ann").await;
    for _ in 0..5 {
        world.after(3_600);
        let before = browser.clone();
        let refreshed = world.refresh(&browser.refresh).await.unwrap();
        browser.keep(&refreshed);
        assert_ne!(browser.refresh, before.refresh);
        world.call(&browser.access).await.unwrap();
    }
    assert_eq!(world.notes.take(), [""; 0]);
}

#[tokio::test]
async fn two_tabs_at_once_keep_one_chain() {
    let world = World::new().await;
    let browser = world.sign_in("ann").await;
    world.after(3_600);
    let first = world.refresh(&browser.refresh).await.unwrap();
    let second = world.refresh(&browser.refresh).await.unwrap();
    let token =
        |refreshed: &session::Refreshed| refreshed.tokens.refresh.as_ref().unwrap().token.expose().to_owned();
    assert_eq!(token(&first), token(&second), "the same answer is said again");
    world.call(&second.tokens.access.token).await.unwrap();
    let third = world.refresh(&token(&first)).await.unwrap();
    assert!(third.tokens.refresh.is_none(), "within the window a browser keeps what it has");
}

#[tokio::test]
async fn c040_a_thief_is_found_and_the_session_is_revoked_before_anybody_hears_of_it() {
    let world = World::new().await;
    let owner = world.sign_in("ann").await;
    let thief = owner.clone();
    world.call(&owner.access).await.unwrap();
    world.after(60);
    let stolen = world.refresh(&thief.refresh).await.unwrap();
    world.call(&stolen.tokens.access.token).await.unwrap();
    world.after(60);
    let Err(Error::Session(SessionError::TokenTheftDetected(theft))) = world.refresh(&owner.refresh).await
    else {
        panic!("the owner's next refresh shows the theft");
    };
    assert_eq!((theft.user.as_str(), theft.handle), ("ann", stolen.session.handle()));
    assert_eq!(theft.last_use.at.plus(Duration::from_secs(60)), theft.this_use.at);
    assert!(world.engine.session(theft.handle).await.unwrap().is_none(), "revoked");
    let new = stolen.tokens.refresh.unwrap();
    assert_eq!(kind(&world.refresh(new.token.expose()).await.unwrap_err()), "unauthorised");
    assert_eq!(world.notes.take(), ["session.theft"], "and it is told once");
}

#[tokio::test]
async fn a_lost_answer_is_recovered_and_told() {
    let world = World::new().await;
    let mut browser = world.sign_in("ann").await;
    world.after(3_600);
    let _lost = world.refresh(&browser.refresh).await.unwrap();
    world.after(3_600);
    let refreshed = world.refresh(&browser.refresh).await.unwrap();
    browser.keep(&refreshed);
    world.call(&browser.access).await.unwrap();
    assert_eq!(world.notes.take(), ["session.refresh_recovered"]);
}

#[tokio::test]
async fn an_access_token_of_a_displaced_sibling_is_theft_with_the_store() {
    let world = World::new().await;
    let browser = world.sign_in("ann").await;
    world.call(&browser.access).await.unwrap();
    world.after(3_600);
    let thief = world.refresh(&browser.refresh).await.unwrap();
    world.after(60);
    let owner = world.refresh(&browser.refresh).await.unwrap();
    world.call(&owner.tokens.access.token).await.unwrap();
    let verified = world.engine.verify(&thief.tokens.access.token, CsrfToken::Waived).await.unwrap();
    let found = world.engine.verify_with_store(verified.token(), &world.here()).await.unwrap_err();
    assert_eq!(kind(&found), "theft");
    assert_eq!(world.notes.take(), ["session.refresh_recovered", "session.theft"]);
}

#[tokio::test]
async fn of_several_tokens_the_newest_of_a_session_counts() {
    let world = World::new().await;
    let browser = world.sign_in("ann").await;
    world.call(&browser.access).await.unwrap();
    world.after(3_600);
    let newer = world.refresh(&browser.refresh).await.unwrap();
    world.call(&newer.tokens.access.token).await.unwrap();
    let newer = newer.tokens.refresh.unwrap();
    world.after(3_600);
    // As after a change of the cookie domain: the old cookie is still sent, beside another session's and garbage.
    let ended = world.sign_in("ann").await;
    let handle = world.refresh(&ended.refresh).await.unwrap().session.handle();
    world.engine.revoke(handle, session::rotation::RevocationReason::Logout).await.unwrap();
    let all = [browser.refresh.as_str(), "garbage", &ended.refresh, newer.token.expose()];
    let refreshed = world.engine.refresh(world.request(&all, CsrfToken::Waived)).await.unwrap();
    assert_eq!(refreshed.candidate, 3);
    assert!(refreshed.tokens.refresh.is_some());
}

#[tokio::test]
async fn f02_after_a_lost_acknowledgement_the_browser_simply_tries_again() {
    let world = World::new().await;
    let browser = world.sign_in("ann").await;
    world.after(3_600);
    let unanswered = world.refresh(&browser.refresh).await.unwrap();
    let again = world.refresh(&browser.refresh).await.unwrap();
    assert_eq!(
        again.tokens.refresh.unwrap().token.expose(),
        unanswered.tokens.refresh.unwrap().token.expose()
    );
}

#[tokio::test]
async fn the_classic_rule_is_there_for_who_wants_it() {
    let settings =
        SessionSettings { window: Duration::ZERO, recovery_limit: None, ..SessionSettings::default() };
    let world = World::with(settings).await;
    let mut browser = world.sign_in("ann").await;
    let first = browser.refresh.clone();
    let refreshed = world.refresh(&browser.refresh).await.unwrap();
    browser.keep(&refreshed);
    world.call(&browser.access).await.unwrap();
    assert_eq!(kind(&world.refresh(&first).await.unwrap_err()), "theft");
}

#[tokio::test]
async fn fifty_at_once_are_one_rotation() {
    let world = std::sync::Arc::new(World::new().await);
    let browser = world.sign_in("ann").await;
    world.after(3_600);
    let tries = (0..50).map(|_| {
        let (world, token) = (std::sync::Arc::clone(&world), browser.refresh.clone());
        tokio::spawn(async move {
            world.refresh(&token).await.unwrap().tokens.refresh.map(|it| it.token.expose().to_owned())
        })
    });
    let mut tokens = Vec::new();
    for one in tries {
        tokens.push(one.await.unwrap());
    }
    tokens.dedup();
    assert_eq!(tokens.len(), 1);
}
