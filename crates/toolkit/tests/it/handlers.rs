//! Each handler overridden, as closures and as a trait.

use http::{Response, StatusCode};
use serde_json::json;
use toolkit::{AnswerFuture, ErrorHandlers, Exchange, Theft, UserContext};

use crate::application::{Application, Told, WEBSITE};
use crate::browser::Browser;

/// A theft, found at the owner's refresh.
async fn theft(app: &Application) -> (Browser, Told) {
    let mut owner = app.signed_in("ann").await;
    owner.get(app, "/me").await;
    let mut thief = owner.clone();
    app.after(60);
    thief.refresh(app).await;
    thief.get(app, "/me").await;
    app.after(60);
    let told = owner.refresh(app).await;
    (owner, told)
}

#[tokio::test]
async fn on_unauthorised_gets_message_and_request_and_answers() {
    let app = Application::with(WEBSITE, |builder| {
        builder.on_unauthorised(|message, exchange| async move {
            let body = json!({"message": message, "path": exchange.uri().path(), "method": exchange.method().as_str()});
            exchange.answer_json(StatusCode::IM_A_TEAPOT, &body)
        })
    })
    .await;
    let told = Browser::with_cookies().get(&app, "/me").await;
    let expected = json!({"message": "the request has no access token", "path": "/me", "method": "GET"});
    assert_eq!((told.status, told.body), (418, expected));
}

#[tokio::test]
async fn on_try_refresh_token_answers() {
    let app = Application::with(WEBSITE, |builder| {
        builder.on_try_refresh_token(|_, exchange| async move {
            exchange.answer(Response::builder().status(401).header("x-mine", "1").body("later").unwrap())
        })
    })
    .await;
    let mut browser = app.signed_in("ann").await;
    app.after(3_600);
    let told = browser.get(&app, "/me").await;
    assert_eq!((told.status, told.header("x-mine"), &told.body), (401, Some("1"), &json!("later")));
}

#[tokio::test]
async fn on_token_theft_detected_gets_the_evidence_and_cannot_lose_the_revocation() {
    let app = Application::with(WEBSITE, |builder| {
        builder.on_token_theft_detected(|theft: Theft, exchange| async move {
            let body = json!({
                "user": theft.user,
                "session": theft.handle,
                "rule": theft.evidence.row.as_str(),
                "seconds": theft.this_use.at.since(theft.last_use.at).as_secs(),
            });
            exchange.keep_tokens().answer_json(StatusCode::UNAUTHORIZED, &body)
        })
    })
    .await;
    let (owner, told) = theft(&app).await;
    assert_eq!(told.status, 401);
    assert_eq!(told.body["user"], "ann");
    assert_eq!(told.body["rule"], "reused_after_confirmation");
    assert_eq!(told.body["seconds"], 60);
    assert_eq!(told.header("front-token"), None, "the handler vetoed the clearing");
    assert_eq!(owner.cookies.len(), 2);
    assert!(app.sessions.sessions_of("ann").await.unwrap().is_empty(), "revoked all the same");
}

struct Mine;

impl ErrorHandlers for Mine {
    fn on_unauthorised(&self, message: String, exchange: Exchange) -> AnswerFuture {
        Box::pin(async move {
            let greeting = exchange.user_context().get::<String>().cloned();
            exchange.answer_json(StatusCode::UNAUTHORIZED, &json!({"message": message, "context": greeting}))
        })
    }
}

#[tokio::test]
async fn a_trait_replaces_some_and_keeps_the_other_defaults() {
    let app = Application::with(WEBSITE, |builder| builder.handlers(Mine)).await;
    let request = axum::extract::Request::builder()
        .uri("/me")
        .extension(UserContext::new("hello".to_owned()))
        .body(axum::body::Body::empty())
        .unwrap();
    let told = app.answer(request).await;
    assert_eq!(told.body, json!({"message": "the request has no access token", "context": "hello"}));
    let (owner, told) = theft(&app).await;
    assert_eq!((told.status, told.body), (401, json!({"message": "token theft detected"})));
    assert_eq!(owner.cookies, []);
}
