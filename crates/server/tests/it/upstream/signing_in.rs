//! The happy paths.

use serde_json::json;

use super::provider::{Canned, Provider};
use super::{come_as, connector, forward, leave, subject, work};
use crate::world::World;

#[tokio::test]
async fn somebody_new_signs_in_and_is_known_the_next_time() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let mut ada = world.visitor();
    let flow = ada.begin(&shop).await;
    ada.get(&format!("/sign-in?flow={flow}")).await.shows("Continue with Work");
    ada.get(&format!("/register?flow={flow}")).await.shows("Continue with Work");
    let way = super::leave_in(&mut ada, &flow, &work).await;
    assert_eq!(way.parameter("redirect_uri"), format!("https://id.example/callback/{work}"));
    assert_eq!(way.parameter("code_challenge_method"), "S256");
    let claims = json!({"email": "ada@work.example", "email_verified": true, "name": "Ada"});
    let answer = come_as(&mut ada, &provider, &way, claims).await;
    let first = subject(&world, &shop, &answer).await;
    assert!(world.audited("account.registered").await && world.audited("sign_in.succeeded").await);

    let mut later = world.visitor();
    let way = leave(&mut later, &shop, &work).await;
    let answer = come_as(&mut later, &provider, &way, json!({})).await;
    assert_eq!(subject(&world, &shop, &answer).await, first);
}

#[tokio::test]
async fn c168_the_subject_says_who_it_is_never_the_address() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let mut subjects = Vec::new();
    // The same subject with another address, then another subject with the address of the first.
    for (sub, email) in [("u-1", "ada@work.example"), ("u-1", "new@work.example")] {
        let mut visitor = world.visitor();
        let way = leave(&mut visitor, &shop, &work).await;
        let claims = json!({"sub": sub, "email": email, "email_verified": true});
        let answer = come_as(&mut visitor, &provider, &way, claims).await;
        subjects.push(subject(&world, &shop, &answer).await);
    }
    assert_eq!(subjects[0], subjects[1]);
    let mut other = world.visitor();
    let way = leave(&mut other, &shop, &work).await;
    let claims = json!({"sub": "u-2", "email": "ada@work.example", "email_verified": false});
    let answer = come_as(&mut other, &provider, &way, claims).await;
    assert_eq!(answer.location().path(), "/link-account", "an address alone opens no account");
    // The same subject at another connector is somebody else.
    let second = connector(
        &world,
        json!({"connectorId": "oidc", "metadata": {"target": "second", "name": "Second"},
               "config": {"clientId": "onward", "issuer": provider.issuer}}),
    )
    .await;
    let mut twin = world.visitor();
    let way = leave(&mut twin, &shop, &second).await;
    let answer = come_as(&mut twin, &provider, &way, json!({})).await;
    assert_eq!(answer.location().path(), "/link-account");
}

#[tokio::test]
async fn an_application_may_send_people_straight_to_a_provider() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let mut ada = world.visitor();
    let answer = ada.get(&shop.authorize(&[("direct_sign_in", "social:work")])).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let url = forward(&answer);
    assert!(answer.body.contains("http-equiv=\"refresh\""), "it goes on by itself, without script");
    assert!(url.as_str().starts_with(&provider.issuer), "{url}");
    let way = super::Way { flow: String::new(), connector: work, url };
    let claims = json!({"email": "ada@work.example", "email_verified": true});
    let answer = come_as(&mut ada, &provider, &way, claims).await;
    subject(&world, &shop, &answer).await;
    // A target that is not there is the sign-in page, as ever.
    for unknown in ["social:nobody", "sso:work", "work"] {
        let answer = world.visitor().get(&shop.authorize(&[("direct_sign_in", unknown)])).await;
        assert_eq!(answer.location().path(), "/sign-in", "{unknown}");
    }
}

#[tokio::test]
async fn a_posted_answer_waits_for_the_cookies_and_leaves_no_trace_in_the_address() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let mut ada = world.visitor();
    let way = leave(&mut ada, &shop, &work).await;
    provider.says(&way.parameter("nonce"), json!({"email": "ada@work.example", "email_verified": true}));
    // From another site, so without the Lax cookies.
    let mut elsewhere = world.visitor();
    elsewhere.site = Some("cross-site");
    let fields = [("state", way.state()), ("code", "c-secret".to_owned()), ("iss", provider.issuer.clone())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let kept = elsewhere.post(&format!("/callback/{work}"), &fields).await;
    let to = kept.location();
    assert!(!to.as_str().contains("c-secret") && !to.as_str().contains(&way.state()), "{to}");
    // Whoever learns the handle has no use of it in another browser.
    elsewhere.get(to.as_str()).await.is_failure_page(404);
    let answer = ada.get(to.as_str()).await;
    subject(&world, &shop, &answer).await;
    ada.get(to.as_str()).await.is_failure_page(409);
    elsewhere.post(&format!("/callback/{work}"), &fields).await.is_failure_page(404);
}

#[tokio::test]
async fn a_suspended_account_stays_outside() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let claims = json!({"email": "ada@work.example", "email_verified": true});
    let mut ada = world.visitor();
    let way = leave(&mut ada, &shop, &work).await;
    let answer = come_as(&mut ada, &provider, &way, claims.clone()).await;
    let user = subject(&world, &shop, &answer).await.parse().unwrap();
    let line = store::audit::AuditLine::new(
        store::audit::AuditEvent::UserSuspended,
        &*world.clock,
        &model::SystemEntropy,
    );
    let now = model::Clock::now(&*world.clock);
    world.app.operator.store.suspend_user(user, Some(now), now, line).await.unwrap();
    let mut again = world.visitor();
    let way = leave(&mut again, &shop, &work).await;
    come_as(&mut again, &provider, &way, claims).await.is_failure_page(403);
    assert!(!again.jar.keys().any(|name| name.ends_with("onward-session")));
}

#[tokio::test]
async fn an_id_token_without_an_address_is_asked_about() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let issuer = &provider.issuer;
    provider.answers(
        "/.well-known/openid-configuration",
        Canned::json(&json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/auth"),
            "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/jwks"),
            "userinfo_endpoint": format!("{issuer}/me"),
        })),
    );
    provider.answers(
        "/me",
        Canned::json(&json!({"sub": "u-1", "email": "ada@work.example", "email_verified": true})),
    );
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let mut ada = world.visitor();
    let way = leave(&mut ada, &shop, &work).await;
    let answer = come_as(&mut ada, &provider, &way, json!({})).await;
    subject(&world, &shop, &answer).await;
    // About somebody else: not believed (C090).
    provider.answers(
        "/me",
        Canned::json(&json!({"sub": "u-2", "email": "eve@work.example", "email_verified": true})),
    );
    let mut eve = world.visitor();
    let way = leave(&mut eve, &shop, &work).await;
    come_as(&mut eve, &provider, &way, json!({})).await.is_failure_page(502);
}
