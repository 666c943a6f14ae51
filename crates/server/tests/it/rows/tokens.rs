//! Id tokens, access tokens, metadata, keys.

use axum::body::Body;
use http::Request;
use serde_json::Value;

use crate::client_app::{claims, userinfo};
use crate::world::{ENDPOINT, World};

async fn get(world: &World, path: &str) -> Value {
    world.send(Request::get(path).header("host", "evil.example").body(Body::empty()).unwrap()).await.json()
}

#[tokio::test]
async fn c076_c088_claims_are_complete() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let code = world.visitor().sign_in(&board, "ada@example.com").await.parameter("code").unwrap();
    let tokens = board.redeem(&world, &code).await.json();
    let access = claims(tokens["access_token"].as_str().unwrap());
    for claim in ["iss", "exp", "aud", "sub", "client_id", "iat", "jti", "scope"] {
        assert!(access.get(claim).is_some(), "{claim}");
    }
    assert_eq!(access["aud"], format!("{ENDPOINT}/oidc/me"));
    let id = claims(tokens["id_token"].as_str().unwrap());
    let half = keys::opaque::left_half_hash(tokens["access_token"].as_str().unwrap().as_bytes());
    assert_eq!(id["at_hash"], half);
    for claim in ["auth_time", "nonce", "sid", "iat", "exp"] {
        assert!(id.get(claim).is_some(), "{claim}");
    }
    assert!(id["aud"].is_string(), "SDKs read one audience as a text");
}

#[tokio::test]
async fn c074_c075_c077_c078_c090_userinfo_takes_its_own_access_tokens_only() {
    let world = World::new().await;
    let (board, robot) = (world.spa().await, world.machine().await);
    world.member("ada@example.com").await;
    let code = world.visitor().sign_in(&board, "ada@example.com").await.parameter("code").unwrap();
    let tokens = board.redeem(&world, &code).await.json();
    let machine = robot.token(&world, &[("grant_type", "client_credentials")]).await.json();
    for (token, why) in [
        (tokens["id_token"].as_str().unwrap(), "an id token"),
        (machine["access_token"].as_str().unwrap(), "a token for another audience"),
        ("garbage", "garbage"),
    ] {
        let refused = userinfo(&world, token).await;
        assert_eq!(refused.status, 401, "{why}");
        assert_eq!(refused.header("www-authenticate"), Some("Bearer error=\"invalid_token\""), "{why}");
    }
    let none = world.send(Request::get("/oidc/me").body(Body::empty()).unwrap()).await;
    assert_eq!((none.status.as_u16(), none.header("www-authenticate")), (401, Some("Bearer")));
    world.pass(3_601);
    let expired = userinfo(&world, tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(expired.status, 401, "c074");
}

#[tokio::test]
async fn c086_c093_c094_c133_metadata_comes_from_configuration_alone() {
    let world = World::new().await;
    for path in ["/oidc/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/oidc"] {
        let document = get(&world, path).await;
        assert_eq!(document["issuer"], format!("{ENDPOINT}/oidc"));
        assert!(!document.to_string().contains("evil"), "{path}");
    }
    let jwks = get(&world, "/oidc/jwks").await.to_string();
    for member in ["\"d\"", "\"p\"", "\"q\"", "\"k\"", "\"dp\"", "\"dq\"", "\"qi\""] {
        assert!(!jwks.contains(member), "{member}");
    }
}

#[tokio::test]
async fn c095_every_advertised_endpoint_answers() {
    let world = World::new().await;
    let document = get(&world, "/oidc/.well-known/openid-configuration").await;
    for (name, value) in document.as_object().unwrap() {
        let Some(path) = value.as_str().and_then(|url| url.strip_prefix(ENDPOINT)) else { continue };
        if name == "issuer" {
            continue;
        }
        let request = Request::get(path).header("accept", "text/html").body(Body::empty()).unwrap();
        assert_ne!(world.send(request).await.status, 404, "{name}");
    }
}

#[tokio::test]
async fn c127_discovery_keys_and_tokens_are_open_without_credentials() {
    let world = World::new().await;
    for path in ["/oidc/jwks", "/oidc/.well-known/openid-configuration"] {
        let answer = world.send(Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert!(answer.header("access-control-allow-credentials").is_none());
    }
    let preflight = Request::options("/oidc/token").header("origin", "https://board.example");
    let answer = world.send(preflight.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert!(answer.header("access-control-allow-credentials").is_none());
}

#[tokio::test]
async fn c087_an_application_may_have_rs256_id_tokens() {
    let world = World::new().await;
    let board = world
        .application(serde_json::json!({
            "name": "Old", "type": "SPA", "idTokenAlgorithm": "RS256",
            "oidcClientMetadata": {"redirectUris": ["https://old.example/cb"]},
        }))
        .await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let code = visitor.sign_in(&board, "ada@example.com").await.parameter("code").unwrap();
    let directory = &world.app.provider.directory;
    directory.tend_keys(keys::Algorithm::RS256, &*world.clock, &model::SystemEntropy).await.unwrap();
    let tokens = board.redeem(&world, &code).await;
    assert_eq!(tokens.status, 200, "{}", tokens.body);
    let header = tokens.json()["id_token"].as_str().unwrap().split('.').next().unwrap().to_owned();
    let header = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, header).unwrap();
    assert!(String::from_utf8(header).unwrap().contains("RS256"));
}
