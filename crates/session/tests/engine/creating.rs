//! A session is created, listed, limited and ended.

use std::num::NonZeroU32;
use std::time::Duration;

use serde_json::json;
use session::rotation::RevocationReason;
use session::{CsrfToken, Error, NewSession, SessionSettings};

use crate::actors::{World, kind};

#[tokio::test]
async fn a_new_session_has_tokens_that_are_good() {
    let world = World::new().await;
    let payload =
        json!({"role": "admin", "sub": "mallory", "sessionHandle": "x"}).as_object().cloned().unwrap();
    let new = NewSession { payload, ..NewSession::of("ann") };
    let (session, tokens) = world.engine.create(new).await.unwrap();
    let verified = world.engine.verify(&tokens.access.token, CsrfToken::Waived).await.unwrap();
    let token = verified.token();
    assert_eq!((token.user(), token.tenant(), token.handle()), ("ann", "public", session.handle()));
    let claims = token.payload();
    assert_eq!(claims["role"], "admin");
    assert_eq!(claims["sub"], "ann", "an application cannot set the engine's own claims");
    assert_eq!(claims["iss"], crate::actors::ISSUER);
    let told: serde_json::Value = serde_json::from_str(&tokens.access.claims).unwrap();
    assert_eq!(told, serde_json::Value::Object(claims), "what is told of the token is what it says");
}

#[tokio::test]
async fn c117_a_person_s_sessions_are_listed_with_device_and_address_and_ended() {
    let world = World::new().await;
    let first = world.sign_in("ann").await;
    world.after(1);
    let second = world.sign_in("ann").await;
    world.sign_in("bob").await;
    world.after(60);
    let listed = world.engine.sessions_of("ann", None).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0].first_use.user_agent.as_deref(), Some("Browser/1"));
    assert_eq!(listed[0].last_use.address.as_deref(), Some("192.0.2.1"));
    assert!(world.engine.revoke(listed[0].handle(), RevocationReason::UserEnded).await.unwrap());
    assert!(!world.engine.revoke(listed[0].handle(), RevocationReason::UserEnded).await.unwrap());
    assert_eq!(world.engine.sessions_of("ann", None).await.unwrap().len(), 1);
    let ended = world.refresh(&first.refresh).await.unwrap_err();
    assert_eq!(kind(&ended), "unauthorised");
    assert!(world.refresh(&second.refresh).await.is_ok());
    let all = world.engine.revoke_user("ann", None, RevocationReason::PasswordChanged).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(world.notes.take(), ["session.revoked", "session.revoked"]);
    assert!(world.engine.session(listed[1].handle()).await.unwrap().is_none());
}

#[tokio::test]
async fn the_least_recently_used_session_makes_way() {
    let settings = SessionSettings { sessions_per_user: NonZeroU32::new(2), ..SessionSettings::default() };
    let world = World::with(settings).await;
    let first = world.sign_in("ann").await;
    world.after(1);
    let second = world.sign_in("ann").await;
    world.after(60);
    world.refresh(&first.refresh).await.unwrap();
    let _third = world.sign_in("ann").await;
    assert_eq!(kind(&world.refresh(&second.refresh).await.unwrap_err()), "unauthorised");
    assert!(world.refresh(&first.refresh).await.is_ok());
}

#[tokio::test]
async fn c049_a_session_ends_idle_and_absolutely_as_long_as_it_was_given() {
    let world = World::new().await;
    let new = NewSession {
        idle_lifetime: Some(Duration::from_secs(100)),
        absolute_lifetime: Some(Duration::from_secs(250)),
        ..NewSession::of("ann")
    };
    let (_, tokens) = world.engine.create(new).await.unwrap();
    assert!(tokens.access.expires_at <= world.engine.now().plus(Duration::from_secs(250)));
    let mut refresh = tokens.refresh.unwrap().token.expose().to_owned();
    for _ in 0..2 {
        world.after(90);
        let refreshed = world.refresh(&refresh).await.unwrap();
        refresh = refreshed.tokens.refresh.unwrap().token.expose().to_owned();
    }
    world.after(69);
    assert!(world.refresh(&refresh).await.is_ok());
    world.after(1);
    assert_eq!(kind(&world.refresh(&refresh).await.unwrap_err()), "unauthorised", "the absolute end");
    let idle = NewSession { idle_lifetime: Some(Duration::from_secs(100)), ..NewSession::of("ann") };
    let (_, tokens) = world.engine.create(idle).await.unwrap();
    world.after(100);
    let over = world.refresh(tokens.refresh.unwrap().token.expose()).await.unwrap_err();
    assert_eq!(kind(&over), "unauthorised", "the idle end");
    let absurd = NewSession { idle_lifetime: Some(Duration::from_secs(1)), ..NewSession::of("ann") };
    assert!(matches!(world.engine.create(absurd).await, Err(Error::Misuse(_))));
}
