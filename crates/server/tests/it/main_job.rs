//! The main job: sign in, be known, stay signed in, sign out.

use serde_json::json;

use crate::client_app::{claims, userinfo};
use crate::world::{PASSWORD, World};

async fn whole_story(world: &World) {
    let shop = world.spa().await;
    let ada = world.member("ada@example.com").await;
    let mut visitor = world.visitor();

    let answer = visitor.sign_in(&shop, "Ada@Example.com").await;
    assert_eq!(answer.location().origin().ascii_serialization(), "https://board.example");
    assert_eq!(answer.parameter("state").as_deref(), Some("xyz"));
    assert_eq!(answer.parameter("iss").as_deref(), Some("https://id.example/oidc"));
    let code = answer.parameter("code").unwrap();

    let tokens = shop.redeem(world, &code).await;
    assert_eq!(tokens.status, 200, "{}", tokens.body);
    let tokens = tokens.json();
    let id_token = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(id_token["sub"], json!(ada.id));
    assert_eq!(id_token["aud"], json!(shop.id));
    assert_eq!(id_token["nonce"], "n-1");
    assert_eq!(id_token["email"], "ada@example.com");
    assert_eq!(id_token["email_verified"], true);
    assert_eq!(tokens["scope"], "openid profile email offline_access");
    assert_eq!(tokens["token_type"], "Bearer");

    let person = userinfo(world, tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(person.status, 200, "{}", person.body);
    assert_eq!(person.json()["sub"], json!(ada.id), "c090 the same subject everywhere");

    // Within the window the client keeps its refresh token; later it gets the next one.
    let first = tokens["refresh_token"].as_str().unwrap();
    let within = shop.refresh(world, first).await.json();
    assert!(within.get("refresh_token").is_none(), "{within}");
    world.pass(600);
    let rotated = shop.refresh(world, first).await;
    assert_eq!(rotated.status, 200, "{}", rotated.body);
    let rotated = rotated.json();
    assert_ne!(rotated["refresh_token"], tokens["refresh_token"]);
    let refreshed = claims(rotated["id_token"].as_str().unwrap());
    for claim in ["iss", "sub", "aud", "auth_time"] {
        assert_eq!(refreshed[claim], id_token[claim], "c052 {claim} is unchanged");
    }
    assert!(refreshed.get("nonce").is_none(), "c052 no nonce is invented");

    // A second application is signed in without a page.
    let web = world.web().await;
    let silent = visitor.get(&web.authorize(&[])).await;
    assert_eq!(silent.location().host_str(), Some("shop.example"));
    assert!(silent.parameter("code").is_some());

    // Signing out asks first, then forgets.
    let bye = format!(
        "/oidc/session/end?client_id={}&post_logout_redirect_uri=https%3A%2F%2Fshop.example%2Fbye",
        web.id
    );
    let asked = visitor.get(&bye).await;
    assert_eq!(asked.status, 200);
    let ticket = bye.split_once('?').unwrap().1;
    let done = visitor.post("/oidc/session/end/confirm", &[("ticket", ticket), ("decision", "yes")]).await;
    assert_eq!(done.location().as_str(), "https://shop.example/bye");
    let again = visitor.get(&web.authorize(&[])).await;
    assert!(again.parameter("flow").is_some(), "the sign-in page comes again");
    assert!(world.audited("sign_in.succeeded").await && world.audited("sign_out").await);
}

#[tokio::test]
async fn a_person_signs_in_stays_and_leaves_on_sqlite() {
    whole_story(&World::new().await).await;
}

#[tokio::test]
async fn a_person_signs_in_stays_and_leaves_on_postgresql() {
    whole_story(&World::over(database::scratch::postgres().await).await).await;
}

#[tokio::test]
async fn a_person_registers_by_user_name() {
    let world = World::new().await;
    let board = world.spa().await;
    let mut visitor = world.visitor();
    let flow = visitor.begin_with(&board, &[("prompt", "create")]).await;
    let short =
        visitor.post("/register", &[("flow", &flow), ("username", "grace"), ("password", "short")]).await;
    assert_eq!(short.status, 422);
    short.shows("15");
    let fields = [("flow", flow.as_str()), ("username", "grace"), ("password", PASSWORD)];
    let made = visitor.post("/register", &fields).await;
    let code = made.parameter("code").unwrap();
    let tokens = board.redeem(&world, &code).await.json();
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["username"], "grace");

    let mut other = world.visitor();
    let flow = other.begin(&board).await;
    let fields = [("flow", flow.as_str()), ("username", "GRACE"), ("password", PASSWORD)];
    assert_eq!(other.post("/register", &fields).await.status, 422, "c150 the name is taken in any spelling");
    let signed_in = other.submit(&flow, "Grace", PASSWORD).await;
    assert!(signed_in.parameter("code").is_some());
}

#[tokio::test]
async fn who_is_signed_in_may_make_another_account_when_the_client_wants_it() {
    let world = World::new().await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    visitor.sign_in(&board, "ada@example.com").await;
    let answer = visitor.get(&board.authorize(&[("prompt", "create")])).await;
    assert_eq!(answer.location().path(), "/register");
    let flow = answer.parameter("flow").unwrap();
    let fields = [("flow", flow.as_str()), ("username", "grace"), ("password", PASSWORD)];
    let code = visitor.post("/register", &fields).await.parameter("code").unwrap();
    let tokens = board.redeem(&world, &code).await.json();
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["username"], "grace");
    // A mere preference of the first screen disturbs nobody.
    let answer = visitor.get(&board.authorize(&[("first_screen", "register")])).await;
    assert!(answer.parameter("code").is_some());
}

#[tokio::test]
async fn an_application_of_somebody_else_asks_first() {
    let world = World::new().await;
    let guest = world.third_party().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let answer = visitor.sign_in(&guest, "ada@example.com").await;
    assert_eq!(answer.location().path(), "/consent");
    let flow = answer.parameter("flow").unwrap();
    let page = visitor.get(answer.location().as_str()).await;
    page.shows("Guest").shows("guest.example").shows("ada@example.com");
    let allowed = visitor.post("/consent", &[("flow", &flow), ("decision", "allow")]).await;
    assert!(allowed.parameter("code").is_some());
    let silent = visitor.get(&guest.authorize(&[])).await;
    assert!(silent.parameter("code").is_some(), "what was allowed is not asked again");
    let asked = visitor.get(&guest.authorize(&[("prompt", "consent")])).await;
    assert_eq!(asked.location().path(), "/consent", "unless the application wants it");
    let flow = asked.parameter("flow").unwrap();
    let denied = visitor.post("/consent", &[("flow", &flow), ("decision", "deny")]).await;
    assert_eq!(denied.location().host_str(), Some("guest.example"));
    assert_eq!(denied.parameter("error").as_deref(), Some("access_denied"));
    assert_eq!(denied.parameter("state").as_deref(), Some("xyz"));
}
