//! `/api/connectors`.

use http::Method;
use serde_json::json;

use super::provider::{Canned, Provider};
use super::{come_as, leave};
use crate::client_app::ClientApp;
use crate::management::{call, token};
use crate::visitor::Visitor;
use crate::world::World;

#[tokio::test]
async fn connectors_are_made_read_changed_and_removed_and_never_show_a_secret() {
    let world = World::new().await;
    let token = token(&world, &world.machine().await).await;
    let body = json!({
        "connectorId": "google-universal",
        "config": {"clientId": "c.apps", "clientSecret": "GOCSPX-secret"},
        "trustedDomains": ["example.com"],
    });
    let made = call(&world, &token, Method::POST, "/api/connectors", Some(body.clone())).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let made = made.json();
    assert_eq!(made["metadata"], json!({"target": "google", "name": {"en": "Google"}}));
    let id = made["id"].as_str().unwrap();
    assert_eq!(made["callbackUrl"], format!("https://id.example/callback/{id}"));
    let path = format!("/api/connectors/{id}");
    let patch =
        json!({"metadata": {"name": "Google Work"}, "config": {"clientId": "d.apps"}, "enabled": false});
    let changed = call(&world, &token, Method::PATCH, &path, Some(patch)).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(
        (&changed.json()["config"]["clientId"], &changed.json()["enabled"]),
        (&json!("d.apps"), &json!(false))
    );
    let known = world.app.operator.connector(id.parse().unwrap()).await.unwrap();
    let secret = secrecy::ExposeSecret::expose_secret(&known.secret.unwrap()).to_owned();
    assert_eq!(secret, "GOCSPX-secret", "a secret that is not named stays");
    for path in ["/api/connectors", path.as_str()] {
        let read = call(&world, &token, Method::GET, path, None).await;
        assert!(!read.body.contains("GOCSPX") && !read.body.contains("ecret"), "{}", read.body);
    }
    let again = call(&world, &token, Method::POST, "/api/connectors", Some(body)).await;
    assert_eq!(again.json()["code"], "entity.conflict", "a target is unique");
    assert_eq!(call(&world, &token, Method::DELETE, &path, None).await.status, 204);
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(call(&world, &token, method, &path, None).await.json()["code"], "entity.not_found");
    }
    assert_eq!(call(&world, &token, Method::GET, "/api/connectors/x", None).await.status, 404);
    for event in ["connector.created", "connector.changed", "connector.deleted"] {
        assert!(world.audited(event).await, "{event}");
    }
}

#[tokio::test]
async fn c135_a_connector_that_is_not_whole_is_refused_with_its_field() {
    let world = World::new().await;
    let token = token(&world, &world.machine().await).await;
    let oauth = |more: serde_json::Value| {
        let mut config = json!({
            "clientId": "c", "authorizationEndpoint": "https://a.example/a", "tokenEndpoint": "https://a.example/t",
            "userInfoEndpoint": "https://a.example/u", "profileMap": {"id": "id"},
        });
        for (name, value) in more.as_object().unwrap() {
            config[name] = value.clone();
        }
        json!({"connectorId": "oauth2", "config": config})
    };
    for (field, body) in [
        ("connectorId", json!({"config": {"clientId": "c"}})),
        ("config", json!({"connectorId": "oidc"})),
        ("config.issuer", json!({"connectorId": "oidc", "config": {"clientId": "c"}})),
        (
            "config.issuer",
            json!({"connectorId": "oidc", "config": {"clientId": "c", "issuer": "http://a.example"}}),
        ),
        (
            "config.issuer",
            json!({"connectorId": "oidc", "config": {"clientId": "c", "issuer": "https://a.example?x"}}),
        ),
        ("config.clientId", json!({"connectorId": "github-universal", "config": {"clientId": ""}})),
        ("config.tenantId", json!({"connectorId": "azuread-universal", "config": {"clientId": "c"}})),
        (
            "config.tenantId",
            json!({"connectorId": "azuread-universal", "config": {"clientId": "c", "tenantId": "everybody"}}),
        ),
        (
            "config.teamId",
            json!({"connectorId": "apple-universal", "config": {"clientId": "c", "privateKey": "x"}}),
        ),
        (
            "config.privateKey",
            json!({"connectorId": "apple-universal",
                   "config": {"clientId": "c", "teamId": "t", "keyId": "k", "privateKey": "no key"}}),
        ),
        ("config.tokenEndpoint", oauth(json!({"tokenEndpoint": "http://a.example/t"}))),
        ("config.userInfoEndpoint", oauth(json!({"userInfoEndpoint": "file:///etc/passwd"}))),
        ("config", oauth(json!({"unknown": 1}))),
        (
            "metadata.target",
            json!({"connectorId": "x-universal", "metadata": {"target": "A b"}, "config": {"clientId": "c"}}),
        ),
        (
            "trustedDomains",
            json!({"connectorId": "x-universal", "config": {"clientId": "c"}, "trustedDomains": ["*.example"]}),
        ),
    ] {
        let refused = call(&world, &token, Method::POST, "/api/connectors", Some(body.clone())).await;
        assert_eq!(refused.status, 422, "{body}: {}", refused.body);
        assert_eq!(refused.json()["field"], field, "{body}");
    }
    let good = call(&world, &token, Method::POST, "/api/connectors", Some(oauth(json!({})))).await;
    assert_eq!(good.status, 201, "{}", good.body);
    let path = format!("/api/connectors/{}", good.json()["id"].as_str().unwrap());
    let other = json!({"connectorId": "oidc"});
    let refused = call(&world, &token, Method::PATCH, &path, Some(other)).await;
    assert_eq!(refused.json()["field"], "connectorId");
}

#[tokio::test]
async fn a_connection_test_says_what_is_wrong() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let token = token(&world, &world.machine().await).await;
    let id = super::work(&world, &provider).await;
    let path = format!("/api/connectors/{id}/test");
    provider.answers("/token", Canned { status: 400, ..Canned::json(&json!({"error": "invalid_grant"})) });
    let found = call(&world, &token, Method::POST, &path, None).await.json();
    let of = |found: &serde_json::Value, check: &str| {
        let checks = found["checks"].as_array().unwrap().clone();
        checks.iter().find(|one| one["check"] == check).map(|one| one["ok"].as_bool().unwrap())
    };
    assert_eq!(
        (of(&found, "discovery"), of(&found, "jwks"), of(&found, "credential")),
        (Some(true), Some(true), Some(true))
    );
    assert_eq!(of(&found, "clock"), Some(false), "the clock of the stories stands in another year");
    provider.answers("/token", Canned { status: 401, ..Canned::json(&json!({"error": "invalid_client"})) });
    provider.answers("/jwks", Canned::json(&json!({"keys": []})));
    let found = call(&world, &token, Method::POST, &path, None).await.json();
    assert_eq!(
        (of(&found, "jwks"), of(&found, "credential"), &found["ok"]),
        (Some(false), Some(false), &json!(false))
    );
    provider.answers(
        "/.well-known/openid-configuration",
        Canned::json(&json!({"issuer": "https://other.example"})),
    );
    let found = call(&world, &token, Method::POST, &path, None).await.json();
    assert_eq!((of(&found, "discovery"), of(&found, "jwks")), (Some(false), None));
}

/// Somebody new who comes by a provider. Returns their browser.
async fn comes<'a>(
    world: &'a World,
    (provider, shop, id): (&Provider, &ClientApp, &str),
    claims: serde_json::Value,
) -> Visitor<'a> {
    let mut visitor = world.visitor();
    let way = leave(&mut visitor, shop, id).await;
    let asked = come_as(&mut visitor, provider, &way, claims).await;
    if let Some(stranger) = asked.parameter("stranger") {
        let fields = [("flow", way.flow.as_str()), ("stranger", stranger.as_str())];
        visitor.post("/link-account/new", &fields).await;
    }
    visitor
}

#[tokio::test]
async fn an_operator_learns_whom_it_concerns_that_a_connector_goes_on_both_engines() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for (database, letters) in [(sqlite, false), (database::scratch::postgres().await, true)] {
        let world = if letters { World::with_mail_over(database).await } else { World::over(database).await };
        let provider = Provider::start().await;
        let (token, shop) = (token(&world, &world.machine().await).await, world.web().await);
        let id = super::work(&world, &provider).await;
        let path = format!("/api/connectors/{id}");
        let usage = async || call(&world, &token, Method::GET, &format!("{path}/usage"), None).await.json();
        assert_eq!(usage().await, json!({"users": 0, "onlyWayIn": 0}));
        let way = (&provider, &shop, id.as_str());
        comes(&world, way, json!({"sub": "1", "email": "ada@work.example", "email_verified": true})).await;
        comes(&world, way, json!({"sub": "2"})).await;
        let mut careful = comes(&world, way, json!({"sub": "3"})).await;
        let only = if letters { 2 } else { 3 };
        assert_eq!(usage().await, json!({"users": 3, "onlyWayIn": only}));
        // Another provider is another way, while it is switched on.
        let other = json!({
            "connectorId": "oidc", "metadata": {"target": "other"},
            "config": {"clientId": "onward", "clientSecret": "s3cret", "issuer": provider.issuer},
        });
        let other = super::connector(&world, other).await;
        super::own::link(&mut careful, &provider, &other, "3").await;
        assert_eq!(usage().await, json!({"users": 3, "onlyWayIn": only - 1}));
        let switch = json!({"enabled": false});
        let other_path = format!("/api/connectors/{other}");
        call(&world, &token, Method::PATCH, &other_path, Some(switch)).await;
        assert_eq!(usage().await, json!({"users": 3, "onlyWayIn": only}));
        // And so it is to the account page: the one that is off is no way in.
        let both = super::own::named(&mut careful).await;
        assert_eq!(both.len(), 2);
        let mut left = 0;
        for identity in &both {
            let said = super::own::remove(&mut careful, identity).await;
            left += usize::from(said.as_deref() == Some("last"));
        }
        assert_eq!(left, 1, "the one that is on stays");
        let mut later = world.visitor();
        let way = leave(&mut later, &shop, &id).await;
        let back = come_as(&mut later, &provider, &way, json!({"sub": "3"})).await;
        assert!(back.parameter("code").is_some(), "and is the way in: {}", back.location());
        assert_eq!(call(&world, &token, Method::GET, "/api/connectors/x/usage", None).await.status, 404);
    }
}
