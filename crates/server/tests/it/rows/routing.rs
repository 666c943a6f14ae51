//! Error routing at the authorization endpoint: C.0, row by row.

use serde_json::json;

use crate::answer::Answer;
use crate::client_app::ClientApp;
use crate::world::{PASSWORD, World};

type More<'a> = &'a [(&'a str, &'a str)];

/// The person sees a page, and nobody is redirected.
async fn to_person(world: &World, client: &ClientApp, more: More<'_>) {
    world.visitor().get(&client.authorize(more)).await.is_failure_page(400);
}

/// The client learns of it, at its redirect URI, with state and issuer.
async fn to_client(world: &World, client: &ClientApp, more: More<'_>, error: &str) -> Answer {
    let answer = world.visitor().get(&client.authorize(more)).await;
    assert_eq!(answer.parameter("error").as_deref(), Some(error), "{more:?}");
    assert_eq!(answer.parameter("iss").as_deref(), Some("https://id.example/oidc"), "c008");
    assert!(answer.location().as_str().starts_with(&client.redirect_uri));
    answer
}

#[tokio::test]
async fn r01_a_client_id_that_is_missing_malformed_or_unknown_is_the_persons() {
    let world = World::new().await;
    let shop = world.web().await;
    for id in ["", "nobody", "00000000000000000000000000000000", "%00", "🦀"] {
        to_person(&world, &shop, &[("client_id", id)]).await;
    }
}

#[tokio::test]
async fn r02_a_redirect_uri_that_is_missing_or_not_registered_is_the_persons() {
    let world = World::new().await;
    let shop = world.web().await;
    for uri in ["", "https://shop.example/cb/", "https://evil.example/", "javascript:alert(1)", "cb"] {
        to_person(&world, &shop, &[("redirect_uri", uri)]).await;
    }
}

#[tokio::test]
async fn r03_an_unsupported_response_mode_is_the_persons() {
    let world = World::new().await;
    let shop = world.web().await;
    for mode in ["web_message", "query.jwt", "Query"] {
        to_person(&world, &shop, &[("response_mode", mode)]).await;
    }
    to_person(&world, &shop, &[("response_mode", "query"), ("response_mode", "query")]).await;
}

#[tokio::test]
async fn r04_the_response_type() {
    let world = World::new().await;
    let shop = world.web().await;
    to_client(&world, &shop, &[("response_type", "")], "invalid_request").await;
    for kind in ["token", "id_token", "code id_token", "none"] {
        to_client(&world, &shop, &[("response_type", kind)], "unsupported_response_type").await;
    }
}

#[tokio::test]
async fn r05_a_repeated_or_malformed_parameter_is_the_clients() {
    let world = World::new().await;
    let shop = world.web().await;
    let long = "x".repeat(1_025);
    for more in [
        &[("nonce", "1"), ("nonce", "2")][..],
        &[("max_age", "soon")],
        &[("scope", long.as_str())],
        &[("nonce", long.as_str())],
    ] {
        let answer = to_client(&world, &shop, more, "invalid_request").await;
        assert_eq!(answer.parameter("state").as_deref(), Some("xyz"), "c007");
    }
}

#[tokio::test]
async fn r06_a_repeated_client_id_or_redirect_uri_is_trusted_in_neither_form() {
    let world = World::new().await;
    let shop = world.web().await;
    to_person(&world, &shop, &[("client_id", &shop.id), ("client_id", &shop.id)]).await;
    let uri = ("redirect_uri", shop.redirect_uri.as_str());
    to_person(&world, &shop, &[uri, uri]).await;
    to_person(&world, &shop, &[uri, ("redirect_uri", "https://evil.example/")]).await;
}

#[tokio::test]
async fn r07_c037_an_unknown_scope_or_resource_is_the_clients() {
    let world = World::new().await;
    let shop = world.web().await;
    for scope in ["openid admin", "open\"id", "all"] {
        to_client(&world, &shop, &[("scope", scope)], "invalid_scope").await;
    }
    to_client(&world, &shop, &[("resource", "https://other.example/")], "invalid_target").await;
    world.change(&shop, json!({"resources": ["https://orders.example/"]})).await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let flow = visitor.begin_with(&shop, &[("resource", "https://orders.example/")]).await;
    let code = visitor.submit(&flow, "ada@example.com", PASSWORD).await.parameter("code").unwrap();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", &shop.redirect_uri),
        ("code_verifier", crate::client_app::VERIFIER),
        ("resource", "https://orders.example/"),
    ];
    let tokens = shop.token(&world, &fields).await.json();
    let claims = crate::client_app::claims(tokens["access_token"].as_str().unwrap());
    assert_eq!(claims["aud"], "https://orders.example/", "the audience follows");
}

#[tokio::test]
async fn r08_a_client_that_may_not_use_the_grant() {
    let world = World::new().await;
    let machine = world
        .application(json!({
            "name": "R", "type": "MachineToMachine",
            "oidcClientMetadata": {"redirectUris": ["https://robot.example/"]},
        }))
        .await;
    to_client(&world, &machine, &[], "unauthorized_client").await;
}

#[tokio::test]
async fn r09_c014_pkce_is_required_of_public_clients_and_plain_is_refused() {
    let world = World::new().await;
    let (shop, board) = (world.web().await, world.spa().await);
    let none = [("code_challenge", ""), ("code_challenge_method", "")];
    to_client(&world, &board, &none, "invalid_request").await;
    for client in [&shop, &board] {
        to_client(&world, client, &[("code_challenge_method", "plain")], "invalid_request").await;
        to_client(&world, client, &[("code_challenge_method", "")], "invalid_request").await;
        to_client(&world, client, &[("code_challenge", "")], "invalid_request").await;
        to_client(&world, client, &[("code_challenge", "short")], "invalid_request").await;
    }
    let answer = world.visitor().get(&shop.authorize(&none)).await;
    assert!(answer.parameter("flow").is_some(), "confidential clients may leave it out");
}

#[tokio::test]
async fn r10_the_person_says_no() {
    let world = World::new().await;
    let guest = world.third_party().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let flow = visitor.sign_in(&guest, "ada@example.com").await.parameter("flow").unwrap();
    let denied = visitor.post("/consent", &[("flow", &flow), ("decision", "deny")]).await;
    assert_eq!(denied.parameter("error").as_deref(), Some("access_denied"));
    visitor.post("/consent", &[("flow", &flow), ("decision", "allow")]).await.is_failure_page(409);
}

#[tokio::test]
async fn r11_r14_r15_r17_prompt() {
    let world = World::new().await;
    let (shop, guest) = (world.web().await, world.third_party().await);
    world.member("ada@example.com").await;
    to_client(&world, &shop, &[("prompt", "none")], "login_required").await;
    to_client(&world, &shop, &[("prompt", "none login")], "invalid_request").await;
    to_client(&world, &shop, &[("prompt", "none consent")], "invalid_request").await;
    to_client(&world, &shop, &[("prompt", "sudo")], "invalid_request").await;
    let mut visitor = world.visitor();
    visitor.sign_in(&shop, "ada@example.com").await;
    let asked = visitor.get(&guest.authorize(&[("prompt", "none")])).await;
    assert_eq!(asked.parameter("error").as_deref(), Some("consent_required"));
}

#[tokio::test]
async fn r18_request_objects_and_registration_are_not_supported() {
    let world = World::new().await;
    let shop = world.web().await;
    to_client(&world, &shop, &[("request", "e30.e30.")], "request_not_supported").await;
    to_client(&world, &shop, &[("request_uri", "https://a.example/")], "request_uri_not_supported").await;
    to_client(&world, &shop, &[("registration", "{}")], "registration_not_supported").await;
}

#[tokio::test]
async fn r21_a_store_that_is_down_is_the_clients_once_it_is_verified() {
    let world = World::new().await;
    let shop = world.web().await;
    world.visitor().begin(&shop).await;
    world.faults.take_down();
    to_client(&world, &shop, &[], "temporarily_unavailable").await;
    let unknown = shop.authorize(&[("client_id", "00000000000000000000000000000001")]);
    world.visitor().get(&unknown).await.is_failure_page(503);
}

#[tokio::test]
async fn r22_a_missing_or_expired_flow_is_the_persons_by_configured_addresses_only() {
    let world = World::new().await;
    world.visitor().get("/sign-in?redirect=https://evil.example/").await.is_failure_page(404);
    world.settings(json!({"unknownSessionRedirectUrl": "https://tenant.example/"})).await;
    let answer = world.visitor().get("/sign-in?unknownSessionRedirectUrl=https://evil.example/").await;
    assert_eq!(answer.location().as_str(), "https://tenant.example/");
}

#[tokio::test]
async fn c026_c137_nothing_in_the_address_of_a_page_changes_the_request() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    let page = format!(
        "/sign-in?flow={flow}&response_type=token&redirect_uri=https://evil.example/&continue=//evil.example&prompt=none"
    );
    assert_eq!(visitor.get(&page).await.status, 200);
    let fields = [
        ("flow", flow.as_str()),
        ("identifier", "ada@example.com"),
        ("password", PASSWORD),
        ("redirect_uri", "https://evil.example/"),
        ("response_mode", "fragment"),
        ("scope", "openid root"),
    ];
    let done = visitor.post("/sign-in", &fields).await;
    assert!(done.location().as_str().starts_with("https://shop.example/cb?code="), "{}", done.location());
}
