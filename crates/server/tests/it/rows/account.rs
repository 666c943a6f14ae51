//! The account page: who comes in, and what people change there.

use store::Store;

use crate::answer::Answer;
use crate::visitor::Visitor;
use crate::world::{PASSWORD, World};

const EMAIL: &str = "ada@example.com";
const NEW: &str = "seven quiet lanterns 4";

/// Goes to a page of the account, through the sign-in if that is needed.
pub(crate) async fn enter(visitor: &mut Visitor<'_>, path: &str) -> Answer {
    let answer = visitor.get(path).await;
    if answer.status == 200 {
        return answer;
    }
    let flow = answer.parameter("flow").expect("a sign-in begins");
    visitor.get(answer.location().as_str()).await.shows("id=\"sign-in\"");
    let back = visitor.submit(&flow, EMAIL, PASSWORD).await;
    assert_eq!(back.location().path(), path, "back where one was");
    visitor.get(back.location().as_str()).await
}

#[tokio::test]
async fn who_is_not_signed_in_signs_in_and_comes_back() {
    let world = World::new().await;
    world.member(EMAIL).await;
    let mut visitor = world.visitor();
    let page = enter(&mut visitor, "/account").await;
    page.shows(EMAIL).shows("/account/password").shows("/account/sessions");
    visitor.get("/").await.shows("href=\"/account\"");
    visitor.get("/oidc/session/end").await.shows("href=\"/account\"");
    let mut registering = world.visitor();
    let begun = registering.get("/account/sessions").await;
    let flow = begun.parameter("flow").unwrap();
    let fields = [("flow", flow.as_str()), ("username", "grace"), ("password", PASSWORD)];
    let arrived = registering.post("/register", &fields).await;
    assert_eq!(arrived.location().path(), "/account/sessions", "a new account comes in as well");
}

#[tokio::test]
async fn the_account_page_is_no_client() {
    let world = World::new().await;
    let request = "/oidc/auth?client_id=00000000000000000000000000000000&response_type=code&scope=openid\
                   &redirect_uri=https%3A%2F%2Fid.example%2Faccount";
    world.visitor().get(request).await.is_failure_page(400);
}

#[tokio::test]
async fn a_sign_in_for_the_account_that_took_too_long_begins_again() {
    let world = World::new().await;
    world.member(EMAIL).await;
    let mut visitor = world.visitor();
    let begun = visitor.get("/account/password").await;
    let flow = begun.parameter("flow").unwrap();
    world.pass(3_700);
    let late = visitor.submit(&flow, EMAIL, PASSWORD).await;
    assert_eq!(late.location().path(), "/account");
    assert_eq!(enter(&mut visitor, "/account").await.status, 200);
}

#[tokio::test]
async fn what_protects_an_account_is_changed_by_who_signed_in_just_now() {
    let world = World::new().await;
    world.member(EMAIL).await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account").await;
    world.pass(601);
    assert_eq!(visitor.get("/account").await.status, 200, "looking is free");
    for path in ["/account/password", "/account/sessions", "/account/sign-out-everywhere"] {
        assert_eq!(visitor.get(path).await.location().path(), "/sign-in", "{path}");
    }
    let refused = visitor.post("/account/password", &[("password", NEW)]).await;
    assert_eq!(refused.location().path(), "/sign-in");
    for path in ["/account/sessions/end", "/account/sign-out-everywhere"] {
        assert_eq!(visitor.post(path, &[]).await.location().path(), "/sign-in", "{path}");
    }
    assert_eq!(visitor.get("/account").await.status, 200, "nobody was signed out");
    let page = enter(&mut visitor, "/account/password").await;
    page.shows("id=\"account-password\"");
}

#[tokio::test]
async fn c163_a_new_password_ends_all_other_sessions_and_tells_the_owner() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member(EMAIL).await;
    let mut elsewhere = world.visitor();
    elsewhere.sign_in(&shop, EMAIL).await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/password").await;
    let short = visitor.post("/account/password", &[("password", "too short")]).await;
    assert_eq!(short.status, 422);
    let guessable = visitor.post("/account/password", &[("password", "password1234567")]).await;
    assert_eq!(guessable.status, 422);
    assert!(elsewhere.get("/").await.body.contains("sign-out"), "nothing has ended yet");
    let done = visitor.post("/account/password", &[("password", NEW)]).await;
    visitor.get(done.location().as_str()).await.shows("id=\"notice\"");
    assert!(!elsewhere.get("/").await.body.contains("sign-out"), "signed out there");
    assert!(visitor.get("/").await.body.contains("sign-out"), "and not here");
    let letters = world.letters().await;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].contains("Your password was changed"), "{}", letters[0]);
    assert!(world.audited("password.changed").await);
    let flow = elsewhere.begin(&shop).await;
    assert_eq!(elsewhere.submit(&flow, EMAIL, PASSWORD).await.status, 422, "the old one is over");
    assert!(elsewhere.submit(&flow, EMAIL, NEW).await.parameter("code").is_some());
}

#[tokio::test]
async fn a_session_is_ended_from_another_and_only_by_its_owner() {
    let world = World::new().await;
    let shop = world.web().await;
    let ada = world.member(EMAIL).await;
    let eve = world.member("eve@example.com").await;
    let mut lost = world.visitor();
    lost.headers
        .push(("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"));
    lost.sign_in(&shop, EMAIL).await;
    let mut stranger = world.visitor();
    stranger.sign_in(&shop, "eve@example.com").await;
    let store: &Store = &world.app.reception.store;
    let now = model::Clock::now(&*world.clock);
    let of_eve = store.sessions_of(eve.id, now).await.unwrap()[0].id.to_string();
    let of_lost = store.sessions_of(ada.id, now).await.unwrap()[0].id.to_string();
    world.pass(1);
    let mut visitor = world.visitor();
    let page = enter(&mut visitor, "/account/sessions").await;
    page.shows("Firefox on Linux").shows(&of_lost).shows("id=\"this\"").shows("2027-01-15 08:00");
    assert!(!page.body.contains(&of_eve));
    for session in [of_eve.as_str(), "nonsense", ""] {
        let answer = visitor.post("/account/sessions/end", &[("session", session)]).await;
        assert_eq!(answer.location().path(), "/account/sessions", "the same answer");
    }
    assert!(stranger.get("/").await.body.contains("sign-out"), "nobody else's session ends");
    assert!(!world.audited("session.ended").await);
    let ended = visitor.post("/account/sessions/end", &[("session", &of_lost)]).await;
    visitor.get(ended.location().as_str()).await.shows("id=\"notice\"");
    assert!(!lost.get("/").await.body.contains("sign-out"));
    assert!(visitor.get("/").await.body.contains("sign-out"));
    assert!(world.audited("session.ended").await);
}

#[tokio::test]
async fn signing_out_everywhere_ends_sessions_and_refresh_tokens() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member(EMAIL).await;
    let mut elsewhere = world.visitor();
    let code = elsewhere.sign_in(&shop, EMAIL).await.parameter("code").unwrap();
    let tokens = shop.redeem(&world, &code).await.json();
    let refresh_token = tokens["refresh_token"].as_str().expect("offline access");
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/sessions").await;
    let page = visitor.get("/account/sign-out-everywhere").await;
    page.shows("action=\"/account/sign-out-everywhere\"");
    assert!(elsewhere.get("/").await.body.contains("sign-out"), "to look does nothing");
    let done = visitor.post("/account/sign-out-everywhere", &[]).await;
    assert_eq!(done.status, 200);
    for browser in [&mut visitor, &mut elsewhere] {
        assert!(!browser.get("/").await.body.contains("sign-out"));
    }
    let refused = shop.refresh(&world, refresh_token).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["error"], "invalid_grant");
    assert!(world.audited("session.all_ended").await);
}

#[tokio::test]
async fn c120_posts_to_the_account_from_other_sites_are_refused() {
    let world = World::new().await;
    world.member(EMAIL).await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/password").await;
    visitor.site = Some("cross-site");
    for path in ["/account/password", "/account/sessions/end", "/account/sign-out-everywhere"] {
        visitor.post(path, &[("password", NEW)]).await.is_failure_page(400);
    }
}

#[tokio::test]
async fn c177_no_form_says_whose_account_it_is() {
    let world = World::new().await;
    world.member(EMAIL).await;
    let eve = world.member("eve@example.com").await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/password").await;
    let id = eve.id.to_string();
    let everything = [
        ("password", NEW),
        ("user", id.as_str()),
        ("user_id", id.as_str()),
        ("email", "eve@example.com"),
        ("email_verified", "1"),
        ("username", "mallory"),
        ("suspended_at", "0"),
    ];
    let done = visitor.post("/account/password", &everything).await;
    assert_eq!(done.location().path(), "/account");
    let shown = visitor.get("/account").await;
    shown.shows(EMAIL);
    assert!(!shown.body.contains("mallory"));
    let shop = world.web().await;
    let mut other = world.visitor();
    assert!(other.sign_in(&shop, "eve@example.com").await.parameter("code").is_some(), "hers is as it was");
}
