//! Discovery and the way there.

use client::{Credential, DiscoverError, RequestError, RequestOptions};
use keys::opaque;
use model::SeededEntropy;

use crate::provider::{CLIENT_ID, Provider, REDIRECT_URI};

#[tokio::test]
async fn a_provider_that_calls_itself_otherwise_is_refused() {
    let provider = Provider::start().await;
    for other in ["https://evil.example/oidc".to_owned(), format!("{}/", provider.issuer)] {
        provider.describes_itself(|document| document["issuer"] = other.into());
        assert!(matches!(provider.discover().await, Err(DiscoverError::WrongIssuer)));
    }
}

#[tokio::test]
async fn a_secret_needs_a_way_to_be_shown() {
    let provider = Provider::start().await;
    provider.describes_itself(|document| {
        document["token_endpoint_auth_methods_supported"] = serde_json::json!(["private_key_jwt"]);
    });
    assert!(matches!(provider.discover().await, Err(DiscoverError::NoAuthenticationMethod)));
    assert!(provider.discover_as(Credential::Public).await.is_ok());
}

#[tokio::test]
async fn a_request_carries_everything_and_each_is_fresh() {
    let client = Provider::start().await.discover().await.unwrap();
    let entropy = SeededEntropy::new(1);
    let options = RequestOptions {
        scope: "profile",
        prompt: Some("login"),
        login_hint: Some("a+b@example.com"),
        extra: &[("resource", "https://api.example/")],
        ..RequestOptions::default()
    };
    let first = client.authorization_request(&options, &entropy).unwrap();
    let second = client.authorization_request(&options, &entropy).unwrap();
    assert_ne!(first.pending, second.pending);

    let sent: std::collections::HashMap<_, _> = first.url.query_pairs().into_owned().collect();
    let pending = &first.pending;
    for (name, value) in [
        ("client_id", CLIENT_ID),
        ("redirect_uri", REDIRECT_URI),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("state", &pending.state),
        ("nonce", &pending.nonce),
        ("code_challenge", &opaque::hash_text(pending.verifier.as_bytes())),
        ("code_challenge_method", "S256"),
        ("prompt", "login"),
        ("login_hint", "a+b@example.com"),
        ("resource", "https://api.example/"),
    ] {
        assert_eq!(sent.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(sent.len(), 11);
    let sealed = serde_json::to_string(pending).unwrap();
    assert_eq!(serde_json::from_str::<client::Pending>(&sealed).unwrap(), *pending);
    assert!(!format!("{pending:?}").contains(&pending.verifier), "secrets stay out of logs");
}

#[tokio::test]
async fn an_extra_parameter_cannot_replace_one_of_ours() {
    let client = Provider::start().await.discover().await.unwrap();
    let options =
        RequestOptions { extra: &[("redirect_uri", "https://evil.example/")], ..RequestOptions::default() };
    let refused = client.authorization_request(&options, &SeededEntropy::new(1)).unwrap_err();
    assert_eq!(refused, RequestError::ReservedParameter("redirect_uri".into()));
}

#[tokio::test]
async fn signing_out_names_the_client_and_where_to_return() {
    let provider = Provider::start().await;
    let client = provider.discover().await.unwrap();
    let url = client.end_session_url(Some("hint"), "http://localhost:3000/", Some("s")).unwrap();
    assert!(url.as_str().starts_with(&format!("{}/session/end?", provider.issuer)));
    let sent: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(sent, ["client_id", "post_logout_redirect_uri", "id_token_hint", "state"]);

    provider
        .describes_itself(|document| _ = document.as_object_mut().unwrap().remove("end_session_endpoint"));
    let client = provider.discover().await.unwrap();
    assert_eq!(client.end_session_url(None, "http://localhost:3000/", None), None);
}
