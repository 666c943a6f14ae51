//! A provider of plain OAuth 2.0.

use serde_json::json;

use super::provider::{Canned, Provider};
use super::{connector, leave, subject};
use crate::world::World;

async fn forge(world: &World, provider: &Provider) -> String {
    let at = |path: &str| format!("{}{path}", provider.issuer);
    connector(
        world,
        json!({
            "connectorId": "oauth2",
            "metadata": {"target": "forge", "name": {"en": "Forge"}},
            "config": {
                "clientId": "onward", "clientSecret": "s3cret", "scope": "user",
                "authorizationEndpoint": at("/authorize"), "tokenEndpoint": at("/token"),
                "userInfoEndpoint": at("/user"),
                "profileMap": {"id": "data.id", "name": "data.name", "email": "mail", "emailVerified": "checked"},
            },
            "trustedDomains": ["work.example"],
        }),
    )
    .await
}

#[tokio::test]
async fn a_provider_without_id_tokens_tells_at_an_address_of_its_own() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, forge) = (world.web().await, forge(&world, &provider).await);
    provider.answers("/token", Canned::json(&json!({"access_token": "at", "token_type": "bearer"})));
    let person = json!({"data": {"id": 7, "name": "Ada"}, "mail": "ada@work.example", "checked": true});
    provider.answers("/user", Canned::json(&person));
    let mut subjects = Vec::new();
    for _ in 0..2 {
        let mut ada = world.visitor();
        let way = leave(&mut ada, &shop, &forge).await;
        assert_eq!((way.parameter("scope").as_str(), way.url.path()), ("user", "/authorize"));
        let answer = ada.get(&way.back("code=c-1")).await;
        subjects.push(subject(&world, &shop, &answer).await);
        let asked = provider.last_body("/token");
        assert!(asked.contains("code_verifier=") && asked.contains("client_secret=s3cret"), "{asked}");
    }
    assert_eq!(subjects[0], subjects[1]);
}

#[tokio::test]
async fn f49_what_is_no_person_signs_nobody_in() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, forge) = (world.web().await, forge(&world, &provider).await);
    let token = json!({"access_token": "at", "token_type": "bearer"});
    let good = json!({"data": {"id": 7}});
    for (token, person) in [
        (json!({"error": "bad_verification_code"}), good.clone()),
        (json!({"access_token": "at", "token_type": "mac"}), good.clone()),
        (json!({"token_type": "bearer"}), good),
        (token.clone(), json!({"data": {}})),
        (token.clone(), json!({"data": {"id": null}})),
        (token, json!([])),
    ] {
        provider.answers("/token", Canned::json(&token));
        provider.answers("/user", Canned::json(&person));
        let mut ada = world.visitor();
        let way = leave(&mut ada, &shop, &forge).await;
        ada.get(&way.back("code=c-1")).await.is_failure_page(502);
    }
}
