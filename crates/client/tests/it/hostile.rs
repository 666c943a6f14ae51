//! Providers that answer with anything but an answer.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use client::{DiscoverError, HttpError, TokenError};
use serde_json::json;

use crate::provider::{Canned, Provider, begin, code};

const DISCOVERY: &str = "/oidc/.well-known/openid-configuration";

async fn discovering(canned: Canned) -> HttpError {
    let provider = Provider::start().await;
    provider.answers(DISCOVERY, canned);
    let error = provider.discover().await.unwrap_err();
    if let DiscoverError::Http(error) = error { error } else { panic!("{error}") }
}

#[tokio::test]
async fn html_is_not_json() {
    let page = "<!doctype html><title>Sign in to the network</title>".to_owned();
    let html = Canned { content_type: "text/html", body: page.clone(), ..Canned::default() };
    assert!(matches!(discovering(html).await, HttpError::NotJson));
    let lying = Canned { body: page, ..Canned::default() };
    assert!(matches!(discovering(lying).await, HttpError::Malformed(_)));
    let nested = Canned { body: format!("{{\"a\":{}", "[".repeat(60_000)), ..Canned::default() };
    assert!(matches!(discovering(nested).await, HttpError::Malformed(_)));
}

#[tokio::test]
async fn a_huge_answer_is_not_read_to_its_end() {
    let huge = Canned { body: "x".repeat(10 * 1_024 * 1_024), ..Canned::default() };
    assert!(matches!(discovering(huge).await, HttpError::TooLarge { limit: 65_536 }));
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}/oidc", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        assert_ne!(stream.read(&mut [0; 4_096]).unwrap(), 0, "the question comes first");
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        // Until the other side hangs up.
        while stream.write_all(b"4\r\n    \r\n").is_ok() {}
    });
    let provider = Provider::start().await;
    let registration = client::Registration {
        client_id: "app".into(),
        credential: client::Credential::Public,
        redirect_uri: "http://localhost:3000/callback".into(),
    };
    let options = client::HttpOptions { body_limit: 4_096, ..client::HttpOptions::default() };
    let error = client::Client::discover(&issuer, registration, options, provider.clock.clone()).await;
    let error = error.unwrap_err();
    assert!(matches!(error, DiscoverError::Http(HttpError::TooLarge { limit: 4_096 })), "{error:?}");
}

#[tokio::test]
async fn no_redirect_is_followed() {
    for status in [301, 302, 303, 307, 308] {
        let redirect = Canned { status, location: Some("/oidc/jwks"), ..Canned::default() };
        let provider = Provider::start().await;
        provider.answers(DISCOVERY, redirect);
        let error = provider.discover().await.unwrap_err();
        assert!(matches!(error, DiscoverError::Http(HttpError::Redirected)), "{status}: {error}");
        assert!(provider.asked("/oidc/jwks").is_empty());
    }
}

#[tokio::test]
async fn a_slow_provider_is_left_waiting() {
    let slow = Canned { delay: Duration::from_secs(30), ..Canned::json(&json!({})) };
    let error = discovering(slow).await;
    assert!(matches!(error, HttpError::TimedOut) && error.is_unavailable());
}

#[tokio::test]
async fn an_absent_provider_is_unavailable() {
    let provider = Provider::start().await;
    let registration = client::Registration {
        client_id: "app".into(),
        credential: client::Credential::Public,
        redirect_uri: "http://localhost:3000/callback".into(),
    };
    let clock = provider.clock.clone();
    // Port 9 discards, where anything listens at all.
    let options = client::HttpOptions::default();
    let error = client::Client::discover("http://127.0.0.1:9/oidc", registration, options, clock).await;
    assert!(error.unwrap_err().is_unavailable());
}

#[tokio::test]
async fn the_token_endpoint_is_held_to_the_same() {
    let provider = Provider::start().await;
    let client = provider.discover().await.unwrap();
    let html = |status| Canned {
        status,
        content_type: "text/html",
        body: "<h1>Hi</h1>".into(),
        ..Canned::default()
    };
    for (canned, unavailable) in [
        (html(200), false),
        (html(400), false),
        (html(502), true),
        (Canned { body: "x".repeat(10 * 1_024 * 1_024), ..Canned::default() }, false),
        (Canned { status: 307, location: Some("/oidc/jwks"), ..Canned::default() }, false),
        (Canned { delay: Duration::from_secs(30), ..Canned::default() }, true),
    ] {
        provider.answers("/oidc/token", canned);
        let error = client.exchange(code(&client, &begin(&client))).await.unwrap_err();
        assert!(matches!(error, TokenError::Http(_)), "{error}");
        assert_eq!(error.is_unavailable(), unavailable, "{error}");
    }
    assert_eq!(provider.asked("/oidc/token").len(), 6, "nothing is sent twice");
}
