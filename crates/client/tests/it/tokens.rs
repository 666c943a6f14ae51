//! The token and userinfo endpoints.

use std::time::Duration;

use base64::Engine as _;
use client::{Credential, ErrorCode, IdTokenError, TokenError, UserInfoError};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::provider::{CLIENT_ID, Canned, Provider, begin, code};

#[tokio::test]
async fn a_code_is_exchanged_with_proof_and_a_secret() {
    let provider = Provider::start().await;
    let client = provider.discover().await.unwrap();
    let pending = begin(&client);
    provider.grants(&provider.signer.sign(&provider.header(), &provider.claims(&pending.nonce)));
    let tokens = client.exchange(code(&client, &pending)).await.unwrap();
    assert_eq!(tokens.access_token.expose_secret(), "at-1");
    assert_eq!(tokens.refresh_token.unwrap().expose_secret(), "rt-1");
    assert_eq!(tokens.expires_in, Some(Duration::from_secs(3_600)));
    assert_eq!(tokens.scope, "openid profile");
    assert_eq!(tokens.id_token.claims.sub, "user-1");
    assert_eq!(tokens.id_token.claims.text("email"), Some("ada@example.com"));

    let asked = &provider.asked("/oidc/token")[0];
    let basic = asked.authorization.as_deref().unwrap().strip_prefix("Basic ").unwrap();
    let basic = base64::engine::general_purpose::STANDARD.decode(basic).unwrap();
    assert_eq!(basic, b"app:s3cret%3A%2B+%25", "form-encoded first (RFC 6749 section 2.3.1)");
    assert!(asked.body.contains(&format!("code_verifier={}", pending.verifier)), "{}", asked.body);
    assert!(!asked.body.contains("client_secret"));
}

#[tokio::test]
async fn the_credential_follows_what_the_provider_takes() {
    let provider = Provider::start().await;
    provider.answers("/oidc/token", Canned::status(400, &json!({"error": "invalid_grant"})));
    let client = provider.discover_as(Credential::Public).await.unwrap();
    client.refresh("rt", "user-1").await.unwrap_err();
    provider.describes_itself(|document| {
        document["token_endpoint_auth_methods_supported"] = json!(["client_secret_post"]);
    });
    provider.discover().await.unwrap().refresh("rt", "user-1").await.unwrap_err();
    let asked = provider.asked("/oidc/token");
    assert!(asked.iter().all(|asked| asked.authorization.is_none()));
    assert!(asked[0].body.ends_with(&format!("client_id={CLIENT_ID}")), "{}", asked[0].body);
    assert!(asked[1].body.ends_with("client_secret=s3cret%3A%2B+%25"), "{}", asked[1].body);
}

#[tokio::test]
async fn a_refusal_is_told_from_an_outage() {
    let provider = Provider::start().await;
    let client = provider.discover().await.unwrap();
    provider.answers("/oidc/token", Canned::status(400, &json!({"error": "invalid_grant"})));
    let refused = client.refresh("rt", "user-1").await.unwrap_err();
    assert!(matches!(&refused, TokenError::Refused { code: ErrorCode::InvalidGrant, description: None }));
    assert!(!refused.is_unavailable());
    for status in [429, 500, 502, 503] {
        provider.answers("/oidc/token", Canned::status(status, &json!({"error": "invalid_grant"})));
        let down = client.refresh("rt", "user-1").await.unwrap_err();
        assert!(down.is_unavailable(), "{status} is never taken for a refusal: {down}");
    }
}

#[tokio::test]
async fn a_refreshed_id_token_is_about_the_same_person() {
    let provider = Provider::start().await;
    let client = provider.discover().await.unwrap();
    let mut claims = provider.claims("");
    claims.as_object_mut().unwrap().remove("nonce");
    provider.grants(&provider.signer.sign(&provider.header(), &claims));
    let refreshed = client.refresh("rt-0", "user-1").await.unwrap();
    assert_eq!(refreshed.id_token.unwrap().claims.sub, "user-1");
    let other = client.refresh("rt-0", "user-2").await.unwrap_err();
    assert!(matches!(other, TokenError::IdToken(IdTokenError::WrongSubject)));
    provider.answers("/oidc/token", Canned::json(&json!({"access_token": "at-2", "token_type": "bearer"})));
    assert!(client.refresh("rt-0", "user-1").await.unwrap().id_token.is_none(), "it may be left out");
}

#[tokio::test]
async fn unusable_tokens_are_refused() {
    let provider = Provider::start().await;
    let client = provider.discover().await.unwrap();
    for body in [
        json!({"access_token": "at", "token_type": "DPoP", "id_token": "x"}),
        json!({"access_token": "at", "token_type": "Bearer"}),
        json!({"token_type": "Bearer", "id_token": "x"}),
        json!({"access_token": "at", "token_type": "Bearer", "expires_in": "soon", "id_token": "x"}),
        json!({}),
    ] {
        provider.answers("/oidc/token", Canned::json(&body));
        let error = client.exchange(code(&client, &begin(&client))).await.unwrap_err();
        assert!(!error.is_unavailable(), "{body}");
    }
}

#[tokio::test]
async fn c090_userinfo_is_about_the_same_person() {
    let provider = Provider::start().await;
    let client = provider.discover().await.unwrap();
    let token = "at-1".into();
    provider.answers("/oidc/me", Canned::json(&json!({"sub": "user-1", "name": "Ada"})));
    let userinfo = client.userinfo(&token, "user-1").await.unwrap();
    assert_eq!(userinfo.other["name"], "Ada");
    assert_eq!(provider.asked("/oidc/me")[0].authorization.as_deref(), Some("Bearer at-1"));
    let other = client.userinfo(&token, "user-2").await.unwrap_err();
    assert!(matches!(other, UserInfoError::WrongSubject));
    provider.answers("/oidc/me", Canned::status(401, &json!({"error": "invalid_token"})));
    assert!(matches!(client.userinfo(&token, "user-1").await.unwrap_err(), UserInfoError::Refused));
    provider.answers("/oidc/me", Canned::status(503, &json!({})));
    assert!(client.userinfo(&token, "user-1").await.unwrap_err().is_unavailable());
}
