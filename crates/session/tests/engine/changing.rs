//! What a session holds is changed; of two changes at once, neither is lost.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use session::{CsrfToken, SessionHandle};

use crate::actors::World;

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

#[tokio::test]
async fn a_merge_is_shallow_null_removes_and_the_engine_s_own_names_are_left_out() {
    let world = World::new().await;
    let browser = world.sign_in("ann").await;
    let verified = world.engine.verify(&browser.access, CsrfToken::Waived).await.unwrap();
    let handle = verified.token().handle();
    let merge = async |update: Value| {
        world.engine.merge_payload(handle, object(update)).await.unwrap().unwrap().payload
    };
    merge(json!({"a": 1, "b": {"c": 2, "d": 3}, "sub": "mallory"})).await;
    let payload = merge(json!({"a": null, "b": {"c": 4}, "e": [null]})).await;
    assert_eq!(Value::Object(payload), json!({"b": {"c": 4}, "e": [null]}));
    let session = world.engine.session(handle).await.unwrap().unwrap();
    let again = world.engine.reissue(verified.token(), &session).unwrap();
    let reissued = world.engine.verify(&again.token, CsrfToken::Waived).await.unwrap();
    assert_eq!(reissued.token().payload()["b"], json!({"c": 4}));
    assert_eq!(reissued.token().expires_at(), verified.token().expires_at(), "no longer than the one before");
    assert_eq!(reissued.token().user(), "ann");
}

#[tokio::test]
async fn fifty_merges_at_once_are_all_kept() {
    let world = Arc::new(World::new().await);
    let browser = world.sign_in("ann").await;
    let handle = world.engine.verify(&browser.access, CsrfToken::Waived).await.unwrap().token().handle();
    let merges = (0..50).map(|number| {
        let world = Arc::clone(&world);
        tokio::spawn(async move {
            let update = object(json!({number.to_string(): number}));
            world.engine.merge_payload(handle, update).await.unwrap().unwrap();
        })
    });
    for one in merges {
        one.await.unwrap();
    }
    assert_eq!(world.engine.session(handle).await.unwrap().unwrap().payload.len(), 50);
}

#[tokio::test]
async fn data_stays_beside_the_session_and_is_replaced() {
    let world = World::new().await;
    let browser = world.sign_in("ann").await;
    let handle = world.engine.verify(&browser.access, CsrfToken::Waived).await.unwrap().token().handle();
    let data = object(json!({"cart": [1]}));
    assert_eq!(world.engine.replace_data(handle, data.clone()).await.unwrap().unwrap().data, data);
    world.after(3_600);
    assert_eq!(world.refresh(&browser.refresh).await.unwrap().session.data, data);
    let unknown = SessionHandle::from_bytes([9; 16]);
    assert!(world.engine.replace_data(unknown, data).await.unwrap().is_none());
}

#[tokio::test]
async fn f06_a_merge_says_the_refresh_token_of_its_own_access_token() {
    let world = World::new().await;
    let browser = world.sign_in("ann").await;
    world.call(&browser.access).await.unwrap();
    world.after(60);
    // The browser refreshes early, and the answer is lost.
    let _lost = world.refresh(&browser.refresh).await.unwrap();
    let verified = world.engine.verify(&browser.access, CsrfToken::Waived).await.unwrap();
    let handle = verified.token().handle();
    let merged = world.engine.merge_payload(handle, object(json!({"plan": "pro"}))).await.unwrap().unwrap();
    let again = world.engine.reissue(verified.token(), &merged).unwrap();
    world.call(&again.token).await.unwrap();
    world.after(60);
    assert!(world.refresh(&browser.refresh).await.is_ok(), "the owner is not taken for a thief");
}

#[tokio::test]
async fn c124_claims_that_no_access_token_holds_are_refused_before_they_are_written() {
    let world = World::new().await;
    let browser = world.sign_in("ann").await;
    let handle = world.engine.verify(&browser.access, CsrfToken::Waived).await.unwrap().token().handle();
    let much = object(json!({"much": "x".repeat(3_000)}));
    assert!(matches!(world.engine.merge_payload(handle, much.clone()).await, Err(session::Error::Misuse(_))));
    world.after(3_600);
    assert!(world.refresh(&browser.refresh).await.is_ok(), "nothing was written");
    let new = session::NewSession { payload: much, ..session::NewSession::of("bob") };
    assert!(matches!(world.engine.create(new).await, Err(session::Error::Misuse(_))));
}
