//! Scenarios 2 and 3: a bookmarked sign-in page, and a path that does not exist.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_bookmark_with_nothing_known_is_a_page_that_says_what_to_do() {
    let world = World::new().await;
    world
        .settings(
            json!({"supportEmail": "help@example.com", "supportWebsiteUrl": "https://help.example.com/"}),
        )
        .await;
    for page in ["/sign-in", "/register", "/consent", "/unknown-session", "/sign-in?flow="] {
        let answer = world.visitor().get(page).await;
        answer.is_failure_page(404).shows("help.example.com").shows("mailto:help@example.com?subject=");
        assert_eq!(answer.forward(), None, "{page}");
        answer.shows("open the application you were using");
    }
}

#[tokio::test]
async fn a_bookmark_with_a_known_application_leads_to_it() {
    let world = World::new().await;
    let shop = world.web().await;
    world.change(&shop, json!({"clientUri": "https://shop.example/"})).await;
    let mut visitor = world.visitor();
    visitor.begin(&shop).await;
    let answer = visitor.get("/sign-in").await;
    answer.is_failure_page(404).shows("Shop");
    assert_eq!(answer.forward().as_deref(), Some("https://shop.example/"));
}

#[tokio::test]
async fn a_bookmark_goes_to_the_first_configured_address() {
    let world = World::new().await;
    let shop = world.web().await;
    let mut visitor = world.visitor();
    visitor.begin(&shop).await;
    world.settings(json!({"unknownSessionRedirectUrl": "https://tenant.example/start"})).await;
    assert_eq!(visitor.get("/sign-in").await.location().as_str(), "https://tenant.example/start");
    assert_eq!(
        world.visitor().get("/sign-in").await.location().as_str(),
        "https://tenant.example/start",
        "also when no application is known"
    );
    world.change(&shop, json!({"unknownSessionRedirectUrl": "https://shop.example/start"})).await;
    world.pass(61);
    assert_eq!(visitor.get("/sign-in").await.location().as_str(), "https://shop.example/start");
    world.change(&shop, json!({"initiateLoginUri": "https://shop.example/login"})).await;
    let answer = visitor.get("/sign-in").await;
    assert_eq!(answer.location().path(), "/login");
    assert_eq!(answer.parameter("iss").as_deref(), Some("https://id.example/oidc"));
}

#[tokio::test]
async fn a_shared_address_names_an_application_for_a_button_only() {
    let world = World::new().await;
    let shop = world.web().await;
    world.change(&shop, json!({"initiateLoginUri": "https://shop.example/login"})).await;
    let flow = world.visitor().begin(&shop).await;
    world.pass(120);
    let answer = world.visitor().get(&format!("/sign-in?flow={flow}")).await;
    answer.is_failure_page(404).shows("Shop");
    assert!(answer.forward().is_some_and(|to| to.starts_with("https://shop.example/login?iss=")));
}

#[tokio::test]
async fn a_path_that_does_not_exist_is_a_page_with_support_and_a_way() {
    let world = World::new().await;
    let shop = world.web().await;
    world
        .change(&shop, json!({"clientUri": "https://shop.example/", "supportEmail": "help@shop.example"}))
        .await;
    let mut visitor = world.visitor();
    visitor.get("/no/such/page").await.is_failure_page(404);
    visitor.begin(&shop).await;
    let answer = visitor.get("/no/such/page?x=%3Cscript%3E").await;
    answer.is_failure_page(404).shows("help@shop.example");
    assert_eq!(answer.forward().as_deref(), Some("https://shop.example/"));
    visitor.post("/", &[]).await.is_failure_page(404);
}

#[tokio::test]
async fn three_automatic_outcomes_within_a_minute_end_on_the_page() {
    let world = World::new().await;
    world.settings(json!({"unknownSessionRedirectUrl": "https://tenant.example/"})).await;
    let mut visitor = world.visitor();
    assert_eq!(visitor.get("/sign-in").await.status, 303);
    assert_eq!(visitor.get("/sign-in").await.status, 303);
    let page = visitor.get("/sign-in").await;
    page.is_failure_page(404);
    assert_eq!(page.forward().as_deref(), Some("https://tenant.example/"), "the way stays open");
    world.pass(61);
    assert_eq!(visitor.get("/sign-in").await.status, 303);
}

#[tokio::test]
async fn a_script_gets_the_code_and_where_to_go() {
    let world = World::new().await;
    world.settings(json!({"unknownSessionRedirectUrl": "https://tenant.example/"})).await;
    let mut script = world.visitor();
    script.accept = "application/json";
    let answer = script.get("/sign-in").await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let problem = answer.json();
    assert_eq!(problem["code"], "flow.missing");
    assert_eq!(problem["next"], "https://tenant.example/");
    assert_eq!(problem["reference"].as_str(), answer.header("onward-reference"));
    assert_eq!(script.get("/no/such").await.json()["code"], "route.unknown");
}

#[tokio::test]
async fn the_way_back_of_this_very_flow_counts_before_the_newest() {
    let world = World::new().await;
    let (shop, board) = (world.web().await, world.spa().await);
    world.change(&shop, json!({"initiateLoginUri": "https://shop.example/login"})).await;
    world.change(&board, json!({"initiateLoginUri": "https://board.example/login"})).await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    visitor.begin(&board).await;
    visitor.jar.remove("__Host-onward-browser");
    world.pass(120);
    let answer = visitor.get(&format!("/sign-in?flow={flow}")).await;
    assert_eq!(answer.location().host_str(), Some("shop.example"));
}
