//! Tokens that are not ours, or not what they say.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::{Value, json};
use session::CsrfToken;

use crate::actors::{World, kind};

/// The parts of a token, decoded.
fn parts(token: &str) -> (Value, Value, String) {
    let mut parts = token.split('.');
    let mut json =
        || serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts.next().unwrap()).unwrap()).unwrap();
    (json(), json(), parts.next().unwrap().to_owned())
}

fn forged(header: &Value, claims: &Value, signature: &str) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", encode(header), encode(claims))
}

#[tokio::test]
async fn c070_to_c083_nothing_but_our_own_signature_is_believed() {
    let world = World::new().await;
    let browser = world.sign_in("ann").await;
    let (header, claims, signature) = parts(&browser.access);
    let with = |base: &Value, name: &str, value: Value| {
        let mut changed = base.clone();
        changed[name] = value;
        changed
    };
    let mut tokens = vec![
        String::new(),
        ".".repeat(1_000_000),
        "a.b.c".to_owned(),
        browser.access[..browser.access.len() - 4].to_owned(),
        format!("{}=", browser.access),
        format!("{}.", browser.access),
        browser.refresh.clone(),
        format!(
            "{}.{}.",
            browser.access.split('.').next().unwrap(),
            browser.access.split('.').nth(1).unwrap()
        ),
        forged(&header, &with(&claims, "sub", json!("mallory")), &signature),
        forged(&header, &with(&claims, "exp", json!(i64::MAX)), &signature),
    ];
    for algorithm in ["none", "None", "HS256", "ES256", "RS256"] {
        tokens.push(forged(&with(&header, "alg", json!(algorithm)), &claims, &signature));
    }
    for kid in
        [json!("../../etc/passwd"), json!("' OR 1=1 --"), json!(7), Value::Null, json!("x".repeat(5_000))]
    {
        tokens.push(forged(&with(&header, "kid", kid), &claims, &signature));
    }
    for name in ["jwk", "jku", "x5u", "crit"] {
        tokens.push(forged(&with(&header, name, json!("https://mallory.example")), &claims, &signature));
    }
    for token in tokens {
        let refused = world.engine.verify(&token, CsrfToken::Waived).await.unwrap_err();
        assert_eq!(kind(&refused), "try refresh", "{}", &token[..token.len().min(80)]);
        let refused = world.refresh(&token).await.err().map(|error| kind(&error));
        if token != browser.refresh {
            assert_eq!(refused, Some("unauthorised"));
        }
    }
    assert!(world.call(&browser.access).await.is_ok());
}

#[tokio::test]
async fn an_id_token_signed_by_the_same_key_is_no_session() {
    let key_der = keys::SigningKey::generate(keys::Algorithm::EdDSA).unwrap();
    let key = keys::SigningKey::from_pkcs8(keys::Algorithm::EdDSA, &key_der).unwrap();
    let claims = json!({"sub": "ann", "iss": crate::actors::ISSUER, "exp": i64::MAX});
    let world = World::new().await;
    for kind_of_token in
        [keys::TokenType::IdToken, keys::TokenType::AccessToken, keys::TokenType::SessionToken]
    {
        let refused =
            world.engine.verify(&key.sign(kind_of_token, &claims), CsrfToken::Waived).await.unwrap_err();
        assert_eq!(kind(&refused), "try refresh");
    }
}

#[tokio::test]
async fn a_token_of_another_application_over_the_same_store_is_refused() {
    let world = World::new().await;
    let browser = world.sign_in("ann").await;
    let other = model::SeededEntropy::new(7);
    let settings = session::SessionSettings {
        application: "another".into(),
        issuer: "https://other.example/auth".into(),
        ..Default::default()
    };
    let (clock, store) = (world.clock.clone(), world.store.clone());
    let secrets = session::MasterSecret::draw(&other).into();
    let other =
        session::Engine::open(store, &secrets, settings, clock, std::sync::Arc::new(other)).await.unwrap();
    assert_eq!(kind(&other.verify(&browser.access, CsrfToken::Waived).await.unwrap_err()), "try refresh");
    let refused = other.refresh(world.request(&[&browser.refresh], CsrfToken::Waived)).await.unwrap_err();
    assert_eq!(kind(&refused), "unauthorised");
    assert!(world.refresh(&browser.refresh).await.is_ok(), "and nothing was revoked");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_changed_character_is_refused(at in any::<prop::sample::Index>(), with in "[A-Za-z0-9_.=-]") {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            let browser = world.sign_in("ann").await;
            let change = |token: &str| {
                let at = at.index(token.len());
                format!("{}{with}{}", &token[..at], &token[at + 1..])
            };
            let access = change(&browser.access);
            if access != browser.access {
                assert!(world.engine.verify(&access, CsrfToken::Waived).await.is_err());
            }
            let refresh = change(&browser.refresh);
            if refresh != browser.refresh {
                // A changed key id is a key that is not known yet.
                let refused = kind(&world.refresh(&refresh).await.unwrap_err());
                assert!(matches!(refused, "unauthorised" | "not now"), "{refused}");
            }
        });
    }
}
