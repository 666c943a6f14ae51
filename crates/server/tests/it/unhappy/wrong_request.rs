//! Scenario 7: an authorization request that is wrong. The rows of C.0.

use crate::answer::Answer;
use crate::client_app::ClientApp;
use crate::world::World;

async fn ask(world: &World, shop: &ClientApp, more: &[(&str, &str)]) -> Answer {
    world.visitor().get(&shop.authorize(more)).await
}

#[tokio::test]
async fn c003_an_unverified_client_or_redirect_uri_is_always_a_page() {
    let world = World::new().await;
    let shop = world.web().await;
    world.settings(serde_json::json!({"unknownSessionRedirectUrl": "https://tenant.example/"})).await;
    for more in [
        &[("client_id", "")][..],
        &[("client_id", "nobody")],
        &[("client_id", "00000000000000000000000000000000")],
        &[("client_id", shop.id.as_str()), ("client_id", shop.id.as_str())],
        &[("redirect_uri", "")],
        &[("redirect_uri", "https://shop.example/cb/")],
        &[("redirect_uri", "https://evil.example/")],
        &[("redirect_uri", "javascript:alert(1)")],
        &[("redirect_uri", "https://shop.example/cb"), ("redirect_uri", "https://shop.example/cb")],
        &[("response_mode", "web_message")],
        // Every other error beside a bad redirect URI: still a page.
        &[("redirect_uri", "https://evil.example/"), ("response_type", "token")],
        &[("redirect_uri", "https://evil.example/"), ("scope", "nonsense")],
        &[("redirect_uri", "https://evil.example/"), ("prompt", "none")],
        &[("client_id", "nobody"), ("prompt", "none")],
    ] {
        ask(&world, &shop, more).await.is_failure_page(400);
    }
    world.visitor().get("/oidc/auth?state=%ff").await.is_failure_page(400);
}

#[tokio::test]
async fn c006_a_missing_redirect_uri_is_a_page() {
    let world = World::new().await;
    let shop = world.web().await;
    ask(&world, &shop, &[("redirect_uri", "")]).await.is_failure_page(400);
}

#[tokio::test]
async fn c011_each_known_parameter_twice_is_refused_and_c009_unknown_ones_are_ignored() {
    let world = World::new().await;
    let shop = world.web().await;
    for name in [
        "acr_values",
        "code_challenge",
        "login_hint",
        "max_age",
        "prompt",
        "response_type",
        "scope",
        "ui_locales",
    ] {
        let answer = ask(&world, &shop, &[(name, "1"), (name, "1")]).await;
        assert_eq!(answer.parameter("error").as_deref(), Some("invalid_request"), "{name}");
    }
    let repeated = ask(&world, &shop, &[("state", "a"), ("state", "b")]).await;
    assert_eq!(repeated.parameter("error").as_deref(), Some("invalid_request"));
    assert_eq!(repeated.parameter("state"), None, "neither is trusted");
    assert!(
        ask(&world, &shop, &[("extra", "foobar"), ("extra", "foobar")]).await.parameter("flow").is_some()
    );
    // c010: an empty parameter is absent.
    assert!(
        world
            .visitor()
            .get(&format!("{}&prompt=&max_age=", shop.authorize(&[])))
            .await
            .parameter("flow")
            .is_some()
    );
}

#[tokio::test]
async fn c007_state_comes_back_byte_for_byte_also_in_errors() {
    let world = World::new().await;
    let shop = world.web().await;
    let long = "ü".repeat(2_048);
    for state in ["\0", "+ &=%#", "🦀", "\"><img src=x>", "\r\n", long.as_str()] {
        let answer = ask(&world, &shop, &[("state", state), ("response_type", "token")]).await;
        assert_eq!(answer.parameter("state").as_deref(), Some(state));
    }
}

#[tokio::test]
async fn c012_get_and_post_are_answered_alike() {
    let world = World::new().await;
    let shop = world.web().await;
    let authorize = shop.authorize(&[]);
    let query = authorize.split_once('?').unwrap().1;
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let pairs: Vec<(&str, &str)> =
        pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut visitor = world.visitor();
    visitor.site = Some("cross-site");
    let posted = visitor.post("/oidc/auth", &pairs).await;
    assert_eq!(posted.location().path(), "/oidc/auth", "by GET, which brings the cookies");
    assert!(visitor.get(posted.location().as_str()).await.parameter("flow").is_some());
    let wrong: Vec<_> = pairs.iter().filter(|(name, _)| *name != "client_id").copied().collect();
    visitor.post("/oidc/auth", &wrong).await.is_failure_page(400);
}

#[tokio::test]
async fn c022_prompt_none_shows_no_page_at_all() {
    let world = World::new().await;
    let (shop, guest) = (world.web().await, world.third_party().await);
    world.member("ada@example.com").await;
    let none = [("prompt", "none")];
    let answer = ask(&world, &shop, &none).await;
    assert_eq!(answer.parameter("error").as_deref(), Some("login_required"));
    assert_eq!(answer.body, "");
    let mut visitor = world.visitor();
    visitor.sign_in(&shop, "ada@example.com").await;
    assert!(visitor.get(&shop.authorize(&none)).await.parameter("code").is_some());
    let asked = visitor.get(&guest.authorize(&none)).await;
    assert_eq!(asked.parameter("error").as_deref(), Some("consent_required"));
    world.pass(100);
    let old = visitor.get(&shop.authorize(&[("prompt", "none"), ("max_age", "99")])).await;
    assert_eq!(old.parameter("error").as_deref(), Some("login_required"));
    let mut cookieless = world.visitor();
    cookieless.keeps_cookies = false;
    let silent = cookieless.get(&shop.authorize(&none)).await;
    assert!(silent.headers.get("set-cookie").is_none(), "no way back is written for prompt=none");
}

#[tokio::test]
async fn c038_form_post_is_not_kept_and_posts_only_to_the_redirect_uri() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let state = "\"><script>alert(1)</script>";
    let flow = visitor.begin_with(&shop, &[("response_mode", "form_post"), ("state", state)]).await;
    let page = visitor.submit(&flow, "ada@example.com", crate::world::PASSWORD).await;
    assert_eq!(page.status, 200);
    page.shows("action=\"https://shop.example/cb\"").shows("name=\"code\"").shows("name=\"iss\"");
    assert!(!page.body.contains("<script>alert"), "{}", page.text());
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("form-action 'self' https://shop.example;"), "{policy}");
}

#[tokio::test]
async fn c069_a_megabyte_of_scope_is_refused() {
    let world = World::new().await;
    let shop = world.web().await;
    let huge = "x".repeat(1 << 20);
    let mut visitor = world.visitor();
    let answer = visitor.post("/oidc/auth", &[("client_id", &shop.id), ("scope", &huge)]).await;
    answer.is_failure_page(400);
}

#[tokio::test]
async fn a_posted_request_goes_on_whatever_bytes_it_holds() {
    let world = World::new().await;
    let shop = world.web().await;
    let mut visitor = world.visitor();
    let authorize = shop.authorize(&[("state", "a\nb#c")]);
    let query = authorize.split_once('?').unwrap().1;
    let raw = query.replace("%0A", "\n").replace("%23", "#");
    let request = http::Request::post("/oidc/auth")
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from(raw))
        .unwrap();
    let posted = world.send(request).await;
    let flow = visitor.get(posted.location().as_str()).await.parameter("flow").unwrap();
    world.member("ada@example.com").await;
    let done = visitor.submit(&flow, "ada@example.com", crate::world::PASSWORD).await;
    assert_eq!(done.parameter("state").as_deref(), Some("a\nb#c"));
}

#[tokio::test]
async fn a_wrong_request_is_about_the_application_it_names() {
    let world = World::new().await;
    let (shop, board) = (world.web().await, world.spa().await);
    world.change(&board, serde_json::json!({"supportEmail": "help@board.example"})).await;
    let mut visitor = world.visitor();
    visitor.begin(&shop).await;
    let page = visitor.get(&board.authorize(&[("redirect_uri", "https://evil.example/")])).await;
    page.is_failure_page(400).shows("help@board.example");
}
