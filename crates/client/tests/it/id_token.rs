//! Id tokens, good and forged.

use std::time::Duration;

use client::{Client, IdTokenError, TokenError};
use serde_json::{Value, json};

use crate::provider::{Canned, NOW, Provider, begin, code};
use crate::signer::{Signer, encode};

/// Whether an error is the expected one.
type Expected = fn(&IdTokenError) -> bool;

/// The left half of the hash of `at-1`, with SHA-256.
fn at_hash() -> String {
    keys::opaque::left_half_hash(b"at-1")
}

async fn exchange(provider: &Provider, client: &Client, id_token: &str) -> Result<(), IdTokenError> {
    provider.grants(id_token);
    match client.exchange(code(client, &begin(client))).await {
        Ok(_) => Ok(()),
        Err(TokenError::IdToken(error)) => Err(error),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn three_algorithms_are_accepted() {
    for signer in [Signer::es256(), Signer::rs256(), Signer::eddsa()] {
        let provider = Provider::signing_with(signer).await;
        let client = provider.discover().await.unwrap();
        let nonce = begin(&client).nonce;
        let good = provider.signer.sign(&provider.header(), &provider.claims(&nonce));
        exchange(&provider, &client, &good).await.unwrap();
        // Without a key id the only fitting key is meant.
        let header = json!({"alg": provider.signer.alg()});
        let unnamed = provider.signer.sign(&header, &provider.claims(&nonce));
        exchange(&provider, &client, &unnamed).await.unwrap();
        let (message, _) = good.rsplit_once('.').unwrap();
        for forged in [format!("{message}."), format!("{message}.{}", encode(&[0; 64]))] {
            let error = exchange(&provider, &client, &forged).await.unwrap_err();
            assert!(matches!(error, IdTokenError::WrongSignature), "{error}");
        }
    }
}

#[tokio::test]
async fn every_claim_is_checked() {
    let provider = Provider::start().await;
    let client = provider.discover().await.unwrap();
    let good = provider.claims(&begin(&client).nonce);
    let cases: &[(&str, Value, Expected)] = &[
        ("iss", json!("https://evil.example"), |error| matches!(error, IdTokenError::WrongIssuer)),
        ("aud", json!("another"), |error| matches!(error, IdTokenError::WrongAudience)),
        ("aud", json!([]), |error| matches!(error, IdTokenError::WrongAudience)),
        ("aud", json!(["app", "another"]), |error| matches!(error, IdTokenError::WrongAudience)),
        ("azp", json!("another"), |error| matches!(error, IdTokenError::WrongAudience)),
        ("exp", json!(NOW - 60), |error| matches!(error, IdTokenError::Expired)),
        ("iat", json!(NOW + 61), |error| matches!(error, IdTokenError::NotYetValid)),
        ("nbf", json!(NOW + 61), |error| matches!(error, IdTokenError::NotYetValid)),
        ("nonce", json!("another"), |error| matches!(error, IdTokenError::WrongNonce)),
        ("at_hash", json!("AAAA"), |error| matches!(error, IdTokenError::WrongAccessToken)),
        ("exp", json!("2000000000"), |error| matches!(error, IdTokenError::MalformedClaim("exp"))),
    ];
    for (name, value, expected) in cases {
        let mut claims = good.clone();
        claims[*name] = value.clone();
        let token = provider.signer.sign(&provider.header(), &claims);
        let error = exchange(&provider, &client, &token).await.unwrap_err();
        assert!(expected(&error), "{name} = {value}: {error}");
    }
    for name in ["iss", "sub", "aud", "exp", "iat", "nonce"] {
        let mut claims = good.clone();
        claims.as_object_mut().unwrap().remove(name);
        let token = provider.signer.sign(&provider.header(), &claims);
        assert!(exchange(&provider, &client, &token).await.is_err(), "{name} is missing");
    }
    for (name, value) in [
        ("exp", json!(NOW - 59)),
        ("iat", json!(NOW + 60)),
        ("at_hash", json!(at_hash())),
        ("aud", json!(["app"])),
        ("azp", json!("app")),
    ] {
        let mut claims = good.clone();
        claims[name] = value;
        let token = provider.signer.sign(&provider.header(), &claims);
        exchange(&provider, &client, &token).await.unwrap();
    }
}

#[tokio::test]
async fn c070_the_key_decides_the_algorithm() {
    let provider = Provider::start().await;
    let client = provider.discover().await.unwrap();
    let claims = provider.claims(&begin(&client).nonce);
    for alg in ["none", "HS256", "RS256", "EdDSA", "ES384"] {
        let header = json!({"alg": alg, "kid": "k1"});
        let error = exchange(&provider, &client, &provider.signer.sign(&header, &claims)).await.unwrap_err();
        assert!(matches!(error, IdTokenError::WrongAlgorithm), "{alg}: {error}");
    }
    let header = json!({"alg": "none"}).to_string();
    let bare = format!("{}.{}.", encode(header.as_bytes()), encode(claims.to_string().as_bytes()));
    assert!(exchange(&provider, &client, &bare).await.is_err());
    // A key that the token brings along is nobody's.
    let own = Signer::es256();
    let header = json!({"alg": "ES256", "kid": "k1", "jwk": own.jwk("k1")});
    let error = exchange(&provider, &client, &own.sign(&header, &claims)).await.unwrap_err();
    assert!(matches!(error, IdTokenError::ForeignHeader));
}

#[tokio::test]
async fn c075_c082_c083_an_access_token_is_no_id_token_and_the_form_is_strict() {
    let provider = Provider::start().await;
    let client = provider.discover().await.unwrap();
    let claims = provider.claims(&begin(&client).nonce);
    let header = json!({"alg": "ES256", "kid": "k1", "typ": "at+jwt"});
    let error = exchange(&provider, &client, &provider.signer.sign(&header, &claims)).await.unwrap_err();
    assert!(matches!(error, IdTokenError::WrongType));

    let good = provider.signer.sign(&provider.header(), &claims);
    let twice = claims.to_string().replacen('{', r#"{"sub":"admin","#, 1);
    let twice = provider.signer.sign_text(&provider.header().to_string(), &twice);
    for wrong in [
        format!("{good}="),
        format!(" {good}"),
        format!("{good}.x"),
        good.replacen('.', "..", 1),
        "a.b".to_owned(),
        ".".repeat(1_000),
        "a".repeat(20_000),
        twice,
    ] {
        let error = exchange(&provider, &client, &wrong).await.unwrap_err();
        assert!(matches!(error, IdTokenError::Malformed), "{wrong:.60}: {error}");
    }
}

#[tokio::test]
async fn c084_unknown_keys_are_looked_up_again_but_not_all_the_time() {
    let provider = Provider::start().await;
    let client = provider.discover().await.unwrap();
    let claims = provider.claims(&begin(&client).nonce);
    let asked = || provider.asked("/oidc/jwks").len();
    exchange(&provider, &client, &provider.signer.sign(&provider.header(), &claims)).await.unwrap();
    assert_eq!(asked(), 1);

    let next = Signer::es256();
    let keys = json!({"keys": [provider.signer.jwk("k1"), next.jwk("k2"), {"kty": "oct", "k": "AAAA"}]});
    provider.answers("/oidc/jwks", Canned::json(&keys));
    let token = next.sign(&json!({"alg": "ES256", "kid": "k2"}), &claims);
    let error = exchange(&provider, &client, &token).await.unwrap_err();
    assert!(matches!(error, IdTokenError::UnknownKey), "a moment after the first reading");
    assert_eq!(asked(), 1);

    provider.clock.advance(Duration::from_secs(60));
    exchange(&provider, &client, &token).await.unwrap();
    assert_eq!(asked(), 2);

    // A withdrawn key is forgotten within the hour.
    provider.answers("/oidc/jwks", Canned::json(&json!({"keys": [next.jwk("k2")]})));
    let mut claims = claims;
    claims["exp"] = json!(NOW + 10_000);
    let old = provider.signer.sign(&provider.header(), &claims);
    provider.clock.advance(Duration::from_secs(3_599));
    exchange(&provider, &client, &old).await.unwrap();
    provider.clock.advance(Duration::from_secs(1));
    let error = exchange(&provider, &client, &old).await.unwrap_err();
    assert!(matches!(error, IdTokenError::UnknownKey), "{error}");
    assert_eq!(asked(), 3);
}

#[tokio::test]
async fn max_age_is_held() {
    let provider = Provider::start().await;
    let client = provider.discover().await.unwrap();
    let options = client::RequestOptions {
        max_age: Some(Duration::from_secs(300)),
        ..client::RequestOptions::default()
    };
    let entropy = model::SeededEntropy::new(9);
    let pending = client.authorization_request(&options, &entropy).unwrap().pending;
    for (auth_time, fine) in [(Some(NOW - 300), true), (Some(NOW - 400), false), (None, false)] {
        let mut claims = provider.claims(&pending.nonce);
        if let Some(auth_time) = auth_time {
            claims["auth_time"] = auth_time.into();
        }
        provider.grants(&provider.signer.sign(&provider.header(), &claims));
        assert_eq!(client.exchange(code(&client, &pending)).await.is_ok(), fine, "{auth_time:?}");
    }
}

#[tokio::test]
async fn c173_a_provider_of_many_tenants_speaks_for_the_one_it_names() {
    const ONE: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
    const OTHER: &str = "00000000-0000-0000-0000-000000000001";
    let provider = Provider::start().await;
    let template = format!("{}/{{tenantid}}", provider.issuer);
    provider.describes_itself(|document| {
        document["issuer"] = json!(template);
        document["authorization_response_iss_parameter_supported"] = json!(false);
    });
    let registration = client::Registration {
        client_id: crate::provider::CLIENT_ID.to_owned(),
        credential: client::Credential::Public,
        redirect_uri: crate::provider::REDIRECT_URI.to_owned(),
    };
    let clock: std::sync::Arc<dyn model::Clock> =
        std::sync::Arc::<model::FrozenClock>::clone(&provider.clock);
    let options = client::HttpOptions::default();
    let client =
        Client::discover_at(&provider.issuer, &template, registration, options, clock).await.unwrap();
    for (issuer, tid, good) in [
        (ONE, Some(ONE), true),
        (OTHER, Some(OTHER), true),
        (ONE, Some(OTHER), false),
        (ONE, None, false),
        ("{tenantid}", Some("{tenantid}"), false),
    ] {
        let pending = begin(&client);
        let mut claims = provider.claims(&pending.nonce);
        claims["iss"] = json!(format!("{}/{issuer}", provider.issuer));
        claims["tid"] = json!(tid.unwrap_or_default());
        provider.grants(&provider.signer.sign(&provider.header(), &claims));
        let code = client.callback(&format!("code=c-1&state={}", pending.state), &pending).unwrap();
        let exchanged = client.exchange(code).await;
        assert_eq!(exchanged.is_ok(), good, "{issuer} {tid:?}: {:?}", exchanged.err());
    }
}
