//! Who calls the token endpoint.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;

use crate::client_app::token;
use crate::world::{ENDPOINT, World};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

#[tokio::test]
async fn c039_c061_client_credentials_for_confidential_clients_only() {
    let world = World::new().await;
    let (robot, board) = (world.machine().await, world.spa().await);
    let answer =
        robot.token(&world, &[GRANT, ("scope", "all"), ("resource", &format!("{ENDPOINT}/api"))]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let body = answer.json();
    assert!(body.get("refresh_token").is_none() && body.get("id_token").is_none());
    let claims = crate::client_app::claims(body["access_token"].as_str().unwrap());
    assert_eq!(claims["sub"], robot.id.as_str());
    assert!(claims.get("email").is_none());
    assert_eq!(board.token(&world, &[GRANT]).await.json()["error"], "unauthorized_client");
    assert_eq!(robot.token(&world, &[GRANT, ("scope", "root")]).await.json()["error"], "invalid_scope");
    let other = [GRANT, ("resource", "https://other.example/")];
    assert_eq!(robot.token(&world, &other).await.json()["error"], "invalid_target", "c037");
}

#[tokio::test]
async fn c040_only_a_form_without_repetitions_is_read() {
    let world = World::new().await;
    let robot = world.machine().await;
    let authorization = basic(&robot.id, robot.secret.as_deref().unwrap());
    let json = Request::post("/oidc/token")
        .header("authorization", &authorization)
        .header("content-type", "application/json")
        .body(Body::from(r#"{"grant_type":"client_credentials"}"#))
        .unwrap();
    assert_eq!(world.send(json).await.json()["error"], "invalid_request");
    let get =
        Request::get("/oidc/token?grant_type=client_credentials").header("authorization", &authorization);
    assert_eq!(world.send(get.body(Body::empty()).unwrap()).await.status, 405);
    let twice = token(&world, Some(&authorization), &[GRANT, GRANT]).await;
    assert_eq!(twice.json()["error"], "invalid_request");
}

#[tokio::test]
async fn c041_a_refused_client_is_challenged_when_it_used_the_header() {
    let world = World::new().await;
    let robot = world.machine().await;
    let refused = token(&world, Some(&basic(&robot.id, "wrong")), &[GRANT]).await;
    assert_eq!(refused.status, 401);
    assert_eq!(refused.json()["error"], "invalid_client");
    assert!(refused.header("www-authenticate").unwrap().starts_with("Basic"));
    let posted = token(&world, None, &[GRANT, ("client_id", &robot.id), ("client_secret", "wrong")]).await;
    assert_eq!(posted.status, 401);
    assert!(posted.header("www-authenticate").is_none());
    for id in ["", "nobody", "00000000000000000000000000000000"] {
        let unknown = token(&world, None, &[GRANT, ("client_id", id), ("client_secret", "x")]).await;
        assert_eq!(unknown.json()["error"], "invalid_client", "{id}");
    }
    assert!(refused.json()["code"].is_string() && refused.json()["message"].is_string(), "SDKs read these");
}

#[tokio::test]
async fn c042_two_methods_at_once_are_refused_and_a_client_id_beside_basic_is_none() {
    let world = World::new().await;
    let robot = world.machine().await;
    let secret = robot.secret.as_deref().unwrap();
    let authorization = basic(&robot.id, secret);
    let beside = token(&world, Some(&authorization), &[GRANT, ("client_id", &robot.id)]).await;
    assert_eq!(beside.status, 200, "{}", beside.body);
    let both = token(&world, Some(&authorization), &[GRANT, ("client_secret", secret)]).await;
    assert_eq!(both.json()["error"], "invalid_request");
    let other = token(&world, Some(&authorization), &[GRANT, ("client_id", "other")]).await;
    assert_eq!(other.json()["error"], "invalid_request");
    let posted = token(&world, None, &[GRANT, ("client_id", &robot.id), ("client_secret", secret)]).await;
    assert_eq!(posted.status, 200, "client_secret_post");
}

#[tokio::test]
async fn c044_errors_are_those_of_rfc_6749_and_descriptions_are_plain() {
    let world = World::new().await;
    let robot = world.machine().await;
    for fields in [
        &[][..],
        &[("grant_type", "password")],
        &[("grant_type", "\"\\\u{7}")],
        &[("grant_type", "refresh_token")],
    ] {
        let body = robot.token(&world, fields).await.json();
        let known = ["invalid_request", "invalid_client", "invalid_grant", "unsupported_grant_type"];
        assert!(known.contains(&body["error"].as_str().unwrap()), "{body}");
        let description = body["error_description"].as_str().unwrap();
        assert!(
            description.bytes().all(|b| matches!(b, b' '..=b'~') && !matches!(b, b'"' | b'\\')),
            "{description}"
        );
    }
}

#[tokio::test]
async fn c045_secrets_are_stored_hashed() {
    let world = World::new().await;
    let shop = world.web().await;
    let secret = shop.secret.as_deref().unwrap();
    let stored = world.app.operator.store.application_secrets(shop.id.parse().unwrap()).await.unwrap();
    assert_eq!(stored, [keys::opaque::hash(secret.as_bytes())]);
    // Compared in constant time: `keys::opaque::equal` is the only comparison of secrets.
    assert!(keys::opaque::equal(&stored[0], &keys::opaque::hash(secret.as_bytes())));
}

#[tokio::test]
async fn c062_the_password_grant_does_not_exist() {
    let world = World::new().await;
    let robot = world.machine().await;
    let fields = [("grant_type", "password"), ("username", "ada@example.com"), ("password", "x")];
    assert_eq!(robot.token(&world, &fields).await.json()["error"], "unsupported_grant_type");
}

#[tokio::test]
async fn c179_a_malformed_authorization_header_is_401() {
    let world = World::new().await;
    for header in ["Basic", "Basic !!!", "Bearer x", "Basic YQ==", "\"", "Digest a=b"] {
        let answer = token(&world, Some(header), &[GRANT]).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["error"].as_str()),
            (401, Some("invalid_client")),
            "{header}"
        );
    }
}
