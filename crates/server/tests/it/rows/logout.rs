//! RP-initiated logout.

use crate::client_app::ClientApp;
use crate::visitor::Visitor;
use crate::world::World;

async fn hint(world: &World, visitor: &mut Visitor<'_>, client: &ClientApp) -> String {
    let code = visitor.sign_in(client, "ada@example.com").await.parameter("code").unwrap();
    client.redeem(world, &code).await.json()["id_token"].as_str().unwrap().to_owned()
}

fn end(pairs: &[(&str, &str)]) -> String {
    format!(
        "/oidc/session/end?{}",
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    )
}

const BYE: &str = "https://shop.example/bye";

#[tokio::test]
async fn c099_c100_a_fitting_hint_signs_out_at_once_also_when_it_has_expired() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let hint = hint(&world, &mut visitor, &shop).await;
    world.pass(2 * 3_600);
    let fields = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BYE), ("state", "a&b")];
    let answer = visitor.get(&end(&fields)).await;
    assert_eq!(answer.location().as_str(), "https://shop.example/bye?state=a%26b");
    assert!(visitor.get(&shop.authorize(&[])).await.parameter("flow").is_some());
}

#[tokio::test]
async fn c100_without_a_fitting_hint_the_person_is_asked() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let (mut visitor, mut other) = (world.visitor(), world.visitor());
    hint(&world, &mut visitor, &shop).await;
    let of_other = hint(&world, &mut other, &shop).await;
    for fields in [&[][..], &[("id_token_hint", of_other.as_str())], &[("id_token_hint", "garbage")]] {
        assert_eq!(visitor.get(&end(fields)).await.status, 200, "asked");
    }
    let stays = visitor.post("/oidc/session/end/confirm", &[("ticket", ""), ("decision", "no")]).await;
    assert_eq!(stays.status, 200);
    assert!(visitor.get(&shop.authorize(&[])).await.parameter("code").is_some(), "still signed in");
}

#[tokio::test]
async fn c101_c102_only_a_registered_address_of_the_right_client_is_followed() {
    let world = World::new().await;
    let (shop, board) = (world.web().await, world.spa().await);
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let hint = hint(&world, &mut visitor, &shop).await;
    let mismatch = [
        ("id_token_hint", hint.as_str()),
        ("client_id", board.id.as_str()),
        ("post_logout_redirect_uri", BYE),
    ];
    assert_eq!(visitor.get(&end(&mismatch)).await.status, 200, "asked, and not sent anywhere");
    for wrong in [
        "https://shop.example/bye/",
        "https://evil.example/",
        "https://shop.example/cb",
        "javascript:alert(1)",
    ] {
        let mut copy = visitor.clone();
        let query = end(&[("client_id", &shop.id), ("post_logout_redirect_uri", wrong)]);
        let ticket = &query["/oidc/session/end?".len()..];
        let answer = copy.post("/oidc/session/end/confirm", &[("ticket", ticket), ("decision", "yes")]).await;
        assert_eq!(answer.status, 200, "{wrong}: our own page");
    }
}

#[tokio::test]
async fn c103_get_and_post_work_and_a_cross_site_confirmation_is_refused() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    hint(&world, &mut visitor, &shop).await;
    visitor.site = Some("cross-site");
    let posted = visitor.post("/oidc/session/end", &[("client_id", &shop.id)]).await;
    assert_eq!(posted.location().path(), "/oidc/session/end");
    visitor
        .post("/oidc/session/end/confirm", &[("ticket", ""), ("decision", "yes")])
        .await
        .is_failure_page(400);
    assert!(visitor.get(&shop.authorize(&[])).await.parameter("code").is_some(), "still signed in");
}

#[tokio::test]
async fn c104_the_page_builds_nothing_from_the_query() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    hint(&world, &mut visitor, &shop).await;
    let page = visitor.get(&end(&[("state", "\"><script>alert(1)</script>"), ("logout_hint", "<b>")])).await;
    assert!(!page.text().contains("<script>") && !page.text().contains("<b>"), "{}", page.text());
}
