//! How long ago people showed who they are: what a provider is asked, and what of its answer is believed.

use serde_json::json;

use super::provider::Provider;
use super::{come_as, forward, leave, leave_in, work};
use crate::answer::Answer;
use crate::client_app::ClientApp;
use crate::visitor::Visitor;
use crate::world::World;

#[tokio::test]
async fn an_application_that_wants_a_fresh_sign_in_has_the_provider_asked_for_one() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    for (name, value, prompt, max_age) in [
        ("prompt", "login", Some("login"), None),
        ("max_age", "0", Some("login"), None),
        ("max_age", "60", None, Some("60")),
        ("prompt", "select_account", Some("login"), None),
        ("ui_locales", "en", None, None),
    ] {
        let mut ada = world.visitor();
        let flow = ada.begin_with(&shop, &[(name, value)]).await;
        let way = leave_in(&mut ada, &flow, &work).await;
        let asked = |name| way.url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value);
        assert_eq!((asked("prompt").as_deref(), asked("max_age").as_deref()), (prompt, max_age), "{value}");
    }
}

/// The claim `auth_time` behind the code of an answer.
async fn auth_time(world: &World, shop: &ClientApp, answer: &Answer) -> i64 {
    let code = answer.parameter("code").unwrap_or_else(|| panic!("a code: {}", answer.text()));
    let tokens = shop.redeem(world, &code).await.json();
    crate::client_app::claims(tokens["id_token"].as_str().unwrap())["auth_time"].as_i64().unwrap()
}

#[tokio::test]
async fn c020_a_session_is_as_fresh_as_the_sign_in_at_the_provider() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let now = model::Clock::now(&*world.clock).as_seconds();
    let who = |auth_time: Option<i64>| {
        let mut claims = json!({"sub": "ada", "email": "ada@work.example", "email_verified": true});
        if let Some(auth_time) = auth_time {
            claims["auth_time"] = json!(auth_time);
        }
        claims
    };
    let go = async |visitor: &mut Visitor<'_>, more: &[(&str, &str)], auth_time: Option<i64>| {
        let flow = visitor.begin_with(&shop, more).await;
        let way = leave_in(visitor, &flow, &work).await;
        come_as(visitor, &provider, &way, who(auth_time)).await
    };
    for (more, said, then) in [
        // Nobody asked for more than to be signed in there: the application learns since when.
        (&[][..], Some(now - 86_400), Ok(now - 86_400)),
        (&[], Some(now + 30), Ok(now)),
        (&[], None, Ok(now)),
        (&[("max_age", "600")], Some(now - 500), Ok(now - 500)),
        (&[("max_age", "600")], Some(now - 86_400), Err(502)),
        // Most providers say so when they are asked; who does not is believed to have done what was asked.
        (&[("max_age", "600")], None, Ok(now)),
        (&[("max_age", "0")], Some(now - 86_400), Err(502)),
        (&[("max_age", "0")], Some(now), Ok(now)),
        (&[("prompt", "login")], Some(now - 86_400), Err(502)),
        (&[("prompt", "select_account")], Some(now - 86_400), Ok(now - 86_400)),
    ] {
        let mut ada = world.visitor();
        let answer = go(&mut ada, more, said).await;
        match then {
            Ok(then) => assert_eq!(auth_time(&world, &shop, &answer).await, then, "{more:?} {said:?}"),
            Err(status) => {
                answer.is_failure_page(status).shows("id=\"try-again\"").shows("id=\"other-ways\"");
                assert!(!ada.get("/").await.body.contains("sign-out"), "nobody is signed in by it");
            }
        }
    }
}

#[tokio::test]
async fn what_protects_an_account_asks_the_provider_and_believes_when_it_says_it_was() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let now = || model::Clock::now(&*world.clock).as_seconds();
    let who = |auth_time: i64| json!({"sub": "ada", "email": "ada@work.example", "email_verified": true, "auth_time": auth_time});
    let mut ada = world.visitor();
    let way = leave(&mut ada, &shop, &work).await;
    come_as(&mut ada, &provider, &way, who(now() - 3_600)).await;
    // Signed in a moment ago, at a provider that has not asked anything for an hour.
    assert_eq!(ada.get("/account").await.status, 200);
    let begun = ada.get("/account/password").await;
    assert_eq!(begun.location().path(), "/sign-in");
    let flow = begun.parameter("flow").unwrap();
    ada.get(begun.location().as_str()).await;
    let way = leave_in(&mut ada, &flow, &work).await;
    assert_eq!(way.parameter("max_age"), "600");
    let back = come_as(&mut ada, &provider, &way, who(now())).await;
    assert_eq!(back.location().path(), "/account/password");
    assert_eq!(ada.get("/account/password").await.status, 200);
    ada.get("/account/sessions").await.shows("Since 2027-01-15 08:00 UTC");
    // To link another one asks only who somebody is there.
    let answer = ada.post("/account/identities/link", &[("connector", &work)]).await;
    assert!(!forward(&answer).as_str().contains("max_age"));
}
