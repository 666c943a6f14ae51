//! One-time tokens: made by the API, used on the way to an application, over in every way.

use http::Method;
use http::header::SET_COOKIE;
use model::{Clock as _, SystemEntropy, Timestamp};
use serde_json::{Value, json};
use store::audit::{AuditEvent, AuditLine};

use crate::answer::Answer;
use crate::client_app::ClientApp;
use crate::organizations::Desk;
use crate::unhappy::futures_join;
use crate::visitor::Visitor;
use crate::world::World;

const ADA: &str = "ada@example.com";
const PATH: &str = "/api/one-time-tokens";

/// Makes a token; returns it with its id.
async fn make(desk: &Desk<'_>, email: &str) -> (String, String) {
    let made = desk.post(PATH, json!({"email": email})).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let text = |name: &str| made.json()[name].as_str().unwrap().to_owned();
    (text("token"), text("id"))
}

/// Opens the application's sign-in with a token, up to the page of the token.
async fn open(visitor: &mut Visitor<'_>, shop: &ClientApp, token: &str, more: &[(&str, &str)]) -> Answer {
    let parameters: Vec<_> = [("one_time_token", token)].into_iter().chain(more.iter().copied()).collect();
    let begun = visitor.get(&shop.authorize(&parameters)).await;
    assert!(!begun.location().as_str().contains(token), "the token has left the address");
    visitor.get(begun.location().as_str()).await
}

fn field(page: &Answer, name: &str) -> String {
    let field = format!("{name}=\"");
    page.body.split(&field).nth(1).expect("the field").split('"').next().unwrap().to_owned()
}

fn nonce(page: &Answer) -> String {
    page.body
        .split("name=\"nonce\" value=\"")
        .nth(1)
        .expect("the nonce")
        .split('"')
        .next()
        .unwrap()
        .to_owned()
}

async fn press(visitor: &mut Visitor<'_>, page: &Answer) -> Answer {
    let action = field(page, "<form method=\"post\" action").replace("&amp;", "&");
    visitor.post(&action, &[("nonce", &nonce(page))]).await
}

async fn status(desk: &Desk<'_>, id: &str) -> Value {
    desk.get(&format!("{PATH}/{id}")).await["status"].clone()
}

#[tokio::test]
async fn a_token_signs_in_and_makes_the_account_of_somebody_new() {
    let world = World::new().await;
    let desk = Desk::open(&world).await;
    let shop = world.web().await;
    let club = desk.make("/api/organizations", json!({"name": "Club"})).await;
    world.member(ADA).await;
    for (email, button) in [(ADA, "Sign in as a…@e…"), ("new@example.com", "Create an account for n…@e…")]
    {
        let context = json!({"email": email, "context": {"jitOrganizationIds": [club]}});
        let made = desk.post(PATH, context).await.json();
        let (token, id) = (made["token"].as_str().unwrap(), made["id"].as_str().unwrap());
        let mut visitor = world.visitor();
        let page = open(&mut visitor, &shop, token, &[("login_hint", email)]).await;
        page.shows(button);
        assert_eq!(status(&desk, id).await, "active", "opening changes nothing");
        let pressed = press(&mut visitor, &page).await;
        let done = visitor.get(pressed.location().as_str()).await;
        assert!(done.parameter("code").is_some(), "{}", done.text());
        assert_eq!(status(&desk, id).await, "consumed");
        visitor.get("/").await.shows(email);
    }
    let members = desk.get(&format!("/api/organizations/{club}/users")).await;
    assert_eq!(members.as_array().unwrap().len(), 2, "both have joined");
}

#[tokio::test]
async fn a_dead_token_says_which_and_the_sign_in_goes_on_another_way() {
    let world = World::new().await;
    let desk = Desk::open(&world).await;
    let shop = world.web().await;
    world.member(ADA).await;
    let (revoked, id) = make(&desk, ADA).await;
    let set = |status: &str| Some(json!({"status": status}));
    let path = format!("{PATH}/{id}/status");
    assert_eq!(desk.call(Method::PUT, &path, set("revoked")).await.json()["status"], "revoked");
    let (used, id) = make(&desk, ADA).await;
    desk.call(Method::PUT, &format!("{PATH}/{id}/status"), set("consumed")).await;
    let (expired, _) = make(&desk, ADA).await;
    world.pass(600);
    for (token, words, status) in [
        (revoked.as_str(), "withdrawn", 410),
        (&used, "has been used", 410),
        (&expired, "too old", 410),
        ("damaged", "not complete", 404),
    ] {
        let mut visitor = world.visitor();
        let page = open(&mut visitor, &shop, token, &[]).await;
        page.is_failure_page(status).shows(words);
        let on = field(&page, "id=\"forward\" href").replace("&amp;", "&");
        assert!(on.starts_with("/sign-in?flow="), "{on}");
        let flow = on.split_once("flow=").unwrap().1.to_owned();
        assert_eq!(visitor.get(&on).await.status, 200, "the sign-in is still good");
        let done = visitor.submit(&flow, ADA, crate::world::PASSWORD).await;
        assert!(done.parameter("code").is_some());
    }
    let rule = json!({"recovery": {"link.expired": {"outcome": "redirect", "url": "https://shop.example/again", "appendReason": true}}});
    world.change(&shop, rule).await;
    let back = open(&mut world.visitor(), &shop, &expired, &[]).await;
    assert!(
        back.location().as_str().starts_with("https://shop.example/again?reason=link.expired"),
        "{}",
        back.location()
    );
}

#[tokio::test]
async fn c158_a_newer_token_of_an_address_takes_the_place_of_older_ones_for_the_same_application() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        let world = World::over(database).await;
        let desk = Desk::open(&world).await;
        let (shop, forum) = (world.web().await, world.spa().await);
        world.member(ADA).await;
        let bound = async |application: &ClientApp| {
            let made = desk.post(PATH, json!({"email": ADA, "applicationId": application.id})).await.json();
            assert_eq!(made["applicationId"], application.id.as_str());
            made["id"].as_str().unwrap().to_owned()
        };
        let (older, older_id) = make(&desk, ADA).await;
        let (of_shop, of_forum) = (bound(&shop).await, bound(&forum).await);
        let (of_bob, newer) =
            (make(&desk, "bob@example.com").await.1, make(&desk, "ADA@example.com").await.1);
        let page = open(&mut world.visitor(), &shop, &older, &[]).await;
        page.is_failure_page(410).shows("A newer link took its place");
        // The field has no word for it in its API.
        assert_eq!(status(&desk, &older_id).await, "revoked");
        let verify = json!({"email": ADA, "token": older});
        let refused = desk.post("/api/one-time-tokens/verify", verify).await.json();
        assert_eq!(refused["code"], "one_time_token.token_revoked");
        for id in [&newer, &of_shop, &of_forum, &of_bob] {
            assert_eq!(status(&desk, id).await, "active");
        }
        let newest = bound(&shop).await;
        for (id, expected) in
            [(&of_shop, "revoked"), (&newest, "active"), (&of_forum, "active"), (&newer, "active")]
        {
            assert_eq!(status(&desk, id).await, expected);
        }
    }
}

#[tokio::test]
async fn c158_a_token_for_one_application_is_unknown_at_another_and_stays_good_at_its_own() {
    let world = World::new().await;
    let desk = Desk::open(&world).await;
    let (shop, forum, robot) = (world.web().await, world.spa().await, world.machine().await);
    world.member(ADA).await;
    let made = desk.post(PATH, json!({"email": ADA, "applicationId": shop.id})).await.json();
    let (token, id) = (made["token"].as_str().unwrap(), made["id"].as_str().unwrap());
    let mut ada = world.visitor();
    let elsewhere = open(&mut ada, &forum, token, &[]).await;
    elsewhere.is_failure_page(404).shows("not complete");
    let on = field(&elsewhere, "id=\"forward\" href").replace("&amp;", "&");
    assert_eq!(ada.get(&on).await.status, 200, "the sign-in is still good");
    assert_eq!(status(&desk, id).await, "active");
    let page = open(&mut ada, &shop, token, &[]).await;
    let pressed = press(&mut ada, &page).await;
    assert!(ada.get(pressed.location().as_str()).await.parameter("code").is_some());
    // People sign in neither at a program, nor at what there is not.
    for wrong in [robot.id.as_str(), &"0".repeat(32)] {
        let refused = desk.post(PATH, json!({"email": ADA, "applicationId": wrong})).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["field"]), (422, &json!("applicationId")));
    }
}

#[tokio::test]
async fn somebody_else_is_asked_and_a_replayed_request_has_no_token() {
    let world = World::new().await;
    let desk = Desk::open(&world).await;
    let shop = world.web().await;
    world.member("grace@example.com").await;
    world.member(ADA).await;
    let (token, id) = make(&desk, ADA).await;
    open(&mut world.visitor(), &shop, &token, &[("login_hint", "grace@example.com")])
        .await
        .is_failure_page(404);
    let mut grace = world.visitor();
    grace.sign_in(&shop, "grace@example.com").await;
    let asked = open(&mut grace, &shop, &token, &[]).await;
    asked.is_failure_page(403).shows("signed in as somebody else");
    let stay = field(&asked, "id=\"stay\" href").replace("&amp;", "&");
    assert!(grace.get(&stay).await.parameter("code").is_some(), "stays, and goes on as grace");
    assert_eq!(status(&desk, &id).await, "active");
    let asked = open(&mut grace, &shop, &token, &[]).await;
    let action = field(&asked, "<form method=\"post\" action").replace("&amp;", "&");
    let switched = grace.post(&action, &[("nonce", &nonce(&asked)), ("switch", "yes")]).await;
    assert!(grace.get(switched.location().as_str()).await.parameter("code").is_some());
    grace.get("/").await.shows(ADA);

    let (token, id) = make(&desk, ADA).await;
    let mut slow = world.visitor();
    let page = open(&mut slow, &shop, &token, &[]).await;
    world.pass(3_600);
    let late = press(&mut slow, &page).await;
    assert!(late.location().as_str().contains("/sign-in?flow="), "{}", late.location());
    let desk = Desk::open(&world).await;
    assert_eq!(status(&desk, &id).await, "expired");
    let silent =
        world.visitor().get(&shop.authorize(&[("one_time_token", &token), ("prompt", "none")])).await;
    assert_eq!(silent.parameter("error").as_deref(), Some("login_required"), "no page where none is wanted");
}

#[tokio::test]
async fn c160_of_fifty_who_use_a_token_at_once_one_signs_in() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        let world = World::over(database).await;
        let desk = Desk::open(&world).await;
        let shop = world.web().await;
        let (token, id) = make(&desk, ADA).await;
        let mut ada = world.visitor();
        let page = open(&mut ada, &shop, &token, &[]).await;
        let action = field(&page, "<form method=\"post\" action").replace("&amp;", "&");
        let nonce = nonce(&page);
        let mut tabs: Vec<_> = (0..50).map(|_| ada.clone()).collect();
        let presses = tabs.iter_mut().map(|tab| {
            let (action, nonce) = (&action, &nonce);
            async move { tab.post(action, &[("nonce", nonce)]).await }
        });
        let answers = futures_join(presses.collect()).await;
        let began = |answer: &&Answer| {
            let mut lines = answer.headers.get_all(SET_COOKIE).iter();
            lines.any(|line| line.to_str().unwrap().starts_with("__Host-onward-session="))
        };
        assert_eq!(answers.iter().filter(began).count(), 1, "one session");
        for answer in &answers {
            assert_eq!(answer.status, 303, "all go on: {}", answer.text());
        }
        assert_eq!(status(&desk, &id).await, "consumed");
    }
}

#[tokio::test]
async fn callers_verify_list_withdraw_and_remove_with_the_names_of_the_field() {
    let world = World::new().await;
    let desk = Desk::open(&world).await;
    let (token, id) = make(&desk, "Ada@Example.com").await;
    let verify = |email: &str, token: &str| {
        desk.post("/api/one-time-tokens/verify", json!({"email": email, "token": token}))
    };
    let refused = async |email: &str, token: &str| {
        verify(email, token).await.json()["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(refused("bob@example.com", &token).await, "one_time_token.email_mismatch");
    assert_eq!(refused(ADA, "garbage").await, "one_time_token.token_not_found");
    let verified = verify(ADA, &token).await;
    assert_eq!((verified.status.as_u16(), &verified.json()["status"]), (200, &json!("consumed")));
    assert!(verified.json().get("token").is_none(), "shown once");
    assert_eq!(refused(ADA, &token).await, "one_time_token.token_consumed");
    let path = format!("{PATH}/{id}/status");
    let again = desk.call(Method::PUT, &path, Some(json!({"status": "active"}))).await;
    assert_eq!(again.json()["code"], "one_time_token.cannot_reactivate_token");
    let late = desk.call(Method::PUT, &path, Some(json!({"status": "revoked"}))).await;
    assert_eq!(late.json()["code"], "one_time_token.token_consumed");

    let (revoked, id) = make(&desk, "bob@example.com").await;
    desk.call(Method::PUT, &format!("{PATH}/{id}/status"), Some(json!({"status": "revoked"}))).await;
    assert_eq!(refused("bob@example.com", &revoked).await, "one_time_token.token_revoked");
    let short = desk.post(PATH, json!({"email": ADA, "expiresIn": 60})).await.json();
    world.pass(60);
    assert_eq!(refused(ADA, short["token"].as_str().unwrap()).await, "one_time_token.token_expired");

    assert_eq!(desk.get(PATH).await.as_array().unwrap().len(), 3);
    let of_bob = desk.get(&format!("{PATH}?email=bob@example.com")).await;
    assert_eq!(of_bob.as_array().unwrap().len(), 1);
    assert!(!of_bob.to_string().contains("token\""), "{of_bob}");
    let gone = format!("{PATH}/{id}");
    assert_eq!(desk.call(Method::DELETE, &gone, None).await.status, 204);
    assert_eq!(desk.call(Method::GET, &gone, None).await.json()["code"], "one_time_token.token_not_found");
    for (field, body) in [
        ("email", json!({"email": "a@b.example,c@d.example"})),
        ("expiresIn", json!({"email": ADA, "expiresIn": 0})),
        (
            "context.jitOrganizationIds",
            json!({"email": ADA, "context": {"jitOrganizationIds": ["0".repeat(32)]}}),
        ),
    ] {
        assert_eq!(desk.post(PATH, body).await.json()["field"], field);
    }
}

#[tokio::test]
async fn tokens_are_listed_by_where_they_stand() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        let world = World::over(database).await;
        let desk = Desk::open(&world).await;
        let short = desk.post(PATH, json!({"email": "late@example.com", "expiresIn": 1})).await.json();
        world.pass(1);
        let (replaced, active) = (make(&desk, ADA).await.1, make(&desk, ADA).await.1);
        let (withdrawn, used) =
            (make(&desk, "bob@example.com").await.1, make(&desk, "cleo@example.com").await.1);
        for (id, status) in [(&withdrawn, "revoked"), (&used, "consumed")] {
            let body = Some(json!({"status": status}));
            assert_eq!(desk.call(Method::PUT, &format!("{PATH}/{id}/status"), body).await.status, 200);
        }
        let listed = async |query: &str| {
            let answer = desk.call(Method::GET, &format!("{PATH}?{query}"), None).await;
            let list = answer.json().as_array().unwrap().clone();
            assert_eq!(answer.header("total-number"), Some(&*list.len().to_string()), "{query}");
            let mut ids: Vec<_> = list.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
            ids.sort_unstable();
            (ids, list)
        };
        let mut over = [replaced.clone(), withdrawn];
        over.sort_unstable();
        for (status, ids) in [
            ("active", vec![active.clone()]),
            ("consumed", vec![used]),
            ("expired", vec![short["id"].as_str().unwrap().to_owned()]),
            ("revoked", over.to_vec()),
        ] {
            let (found, list) = listed(&format!("status={status}")).await;
            assert_eq!(found, ids, "{status}");
            assert!(list.iter().all(|one| one["status"] == status), "{list:?}");
        }
        assert_eq!(listed(&format!("status=revoked&email={ADA}")).await.0, [replaced]);
        assert_eq!(listed("").await.0.len(), 5);
        for wrong in ["status=dead", "email=nobody"] {
            let refused = desk.call(Method::GET, &format!("{PATH}?{wrong}"), None).await;
            assert_eq!(refused.json()["code"], "guard.invalid_input", "{wrong}");
        }
    }
}

#[tokio::test]
async fn a_token_of_a_suspended_account_is_good_for_nothing_until_that_is_lifted() {
    let world = World::new().await;
    let desk = Desk::open(&world).await;
    let user = world.member(ADA).await;
    let (token, id) = make(&desk, ADA).await;
    let suspend = async |at: Option<Timestamp>| {
        let line = AuditLine::new(AuditEvent::UserSuspended, &*world.clock, &SystemEntropy);
        let now = world.clock.now();
        assert!(world.app.operator.store.suspend_user(user.id, at, now, line).await.unwrap());
    };
    suspend(Some(world.clock.now())).await;
    let verify = || desk.post("/api/one-time-tokens/verify", json!({"email": ADA, "token": token}));
    assert_eq!(verify().await.json()["code"], "one_time_token.token_revoked");
    assert_eq!(status(&desk, &id).await, "active", "nothing was used up");
    suspend(None).await;
    assert_eq!(verify().await.status, 200);
}

#[tokio::test]
async fn f46_a_restored_database_revives_no_token() {
    let world = World::new().await;
    let desk = Desk::open(&world).await;
    let (_, id) = make(&desk, ADA).await;
    let line = AuditLine::new(AuditEvent::DatabaseRestored, &*world.clock, &SystemEntropy);
    world.app.operator.store.end_everything(world.clock.now(), line).await.unwrap();
    assert_eq!(status(&desk, &id).await, "revoked");
}
