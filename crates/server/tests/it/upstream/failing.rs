//! Providers that fail, and those that lie (C174, F49, F50).

use std::time::Duration;

use serde_json::json;

use super::provider::{Canned, Provider, fresh_key};
use super::{come_as, leave, subject, work};
use crate::world::World;

#[tokio::test]
async fn c174_an_id_token_is_checked_whatever_road_it_took() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let mut eve = world.visitor();
    for (name, value) in [
        ("iss", json!("https://other.example")),
        ("aud", json!("another client")),
        ("aud", json!(["onward", "another client"])),
        ("nonce", json!("of another request")),
        ("exp", json!(1_799_999_000)),
        ("iat", json!(1_800_009_999)),
        ("sub", json!("")),
        ("exp", json!("9999999999")),
    ] {
        let way = leave(&mut eve, &shop, &work).await;
        let mut claims = json!({"email": "ada@work.example", "email_verified": true});
        claims[name] = value.clone();
        let answer = come_as(&mut eve, &provider, &way, claims).await;
        answer.is_failure_page(502);
        assert!(!eve.jar.keys().any(|name| name.ends_with("onward-session")), "{name} {value}");
    }
    let way = leave(&mut eve, &shop, &work).await;
    let forger = fresh_key();
    let claims = provider.claims(&way.parameter("nonce"), json!({}));
    provider.gives(&forger.sign_as(provider.key.kid(), &claims));
    eve.get(&way.back(&provider.code())).await.is_failure_page(502);
}

#[tokio::test]
async fn f49_a_provider_that_is_down_slow_or_mad_ends_on_a_page_with_a_way_on() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let mut ada = world.visitor();
    let html =
        Canned { content_type: "text/html", body: "<h1>Sorry</h1>".into(), ..Canned::json(&json!({})) };
    let huge = Canned { body: format!("{{\"x\":\"{}\"}}", "x".repeat(10 << 20)), ..Canned::json(&json!({})) };
    let slow = Canned { delay: Duration::from_secs(10), ..Canned::json(&json!({})) };
    let down = Canned { status: 503, ..Canned::json(&json!({})) };
    let lost = Canned { status: 302, ..Canned::json(&json!({})) };
    for canned in [html, huge, slow, down, lost] {
        let way = leave(&mut ada, &shop, &work).await;
        provider.answers("/token", canned);
        let answer = ada.get(&way.back(&provider.code())).await;
        answer.is_failure_page(502);
        assert!(answer.body.contains(&format!("/sign-in?flow={}", way.flow)), "{}", answer.text());
        assert!(!answer.body.contains("Sorry"));
    }
    let way = leave(&mut ada, &shop, &work).await;
    let claims = json!({"email": "ada@work.example", "email_verified": true});
    let answer = come_as(&mut ada, &provider, &way, claims).await;
    subject(&world, &shop, &answer).await;
}

#[tokio::test]
async fn f49_a_provider_that_cannot_be_found_keeps_nobody_from_the_other_ways() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    world.member("ada@example.com").await;
    provider.answers("/.well-known/openid-configuration", Canned { status: 500, ..Canned::json(&json!({})) });
    let mut ada = world.visitor();
    let flow = ada.begin(&shop).await;
    let answer = ada.post("/sign-in/social", &[("flow", &flow), ("connector", &work)]).await;
    answer.is_failure_page(502);
    let signed_in = ada.submit(&flow, "ada@example.com", crate::world::PASSWORD).await;
    subject(&world, &shop, &signed_in).await;
}

#[tokio::test]
async fn f49_a_provider_that_falls_silent_is_taken_at_its_last_word_for_a_while() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    leave(&mut world.visitor(), &shop, &work).await;
    provider.answers("/.well-known/openid-configuration", Canned { status: 503, ..Canned::json(&json!({})) });
    world.pass(400);
    let mut ada = world.visitor();
    let way = leave(&mut ada, &shop, &work).await;
    let claims = json!({"email": "ada@work.example", "email_verified": true});
    let answer = come_as(&mut ada, &provider, &way, claims).await;
    subject(&world, &shop, &answer).await;
    world.pass(400);
    let mut late = world.visitor();
    let flow = late.begin(&shop).await;
    late.post("/sign-in/social", &[("flow", &flow), ("connector", &work)]).await.is_failure_page(502);
}

#[tokio::test]
async fn f50_new_keys_are_asked_for_once_and_not_for_every_forgery() {
    let (world, mut provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let claims = json!({"email": "ada@work.example", "email_verified": true});
    let mut ada = world.visitor();
    let way = leave(&mut ada, &shop, &work).await;
    come_as(&mut ada, &provider, &way, claims.clone()).await.location();
    assert_eq!(provider.asked("/jwks"), 1);
    // The provider changes its key: the next sign-in finds it.
    provider.key = fresh_key();
    provider.publishes(&provider.key);
    world.pass(90);
    let mut again = world.visitor();
    let way = leave(&mut again, &shop, &work).await;
    let answer = come_as(&mut again, &provider, &way, claims).await;
    subject(&world, &shop, &answer).await;
    assert_eq!(provider.asked("/jwks"), 2);
    // Tokens under keys that nobody has make us ask no more within a minute.
    let forger = fresh_key();
    for _ in 0..3 {
        let mut eve = world.visitor();
        let way = leave(&mut eve, &shop, &work).await;
        provider.gives(&forger.sign_as(forger.kid(), &provider.claims(&way.parameter("nonce"), json!({}))));
        eve.get(&way.back(&provider.code())).await.is_failure_page(502);
    }
    assert_eq!(provider.asked("/jwks"), 2);
}
