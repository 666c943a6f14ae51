//! The management API.

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::client_app::ClientApp;
use crate::world::World;

pub(crate) async fn token(world: &World, robot: &ClientApp) -> String {
    let tokens = robot.token(world, &[("grant_type", "client_credentials"), ("scope", "all")]).await.json();
    tokens["access_token"].as_str().unwrap().to_owned()
}

pub(crate) async fn call(
    world: &World,
    token: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    world.send(request.body(body).unwrap()).await
}

#[tokio::test]
async fn settings_are_read_and_changed() {
    let world = World::new().await;
    let token = token(&world, &world.machine().await).await;
    let path = "/api/sign-in-exp";
    let read = call(&world, &token, Method::GET, path, None).await.json();
    assert_eq!(read["unknownSessionRedirectUrl"], Value::Null);
    let patch = json!({"unknownSessionRedirectUrl": "https://a.example/", "supportEmail": "help@a.example", "supportWebsiteUrl": "https://a.example/help"});
    let changed = call(&world, &token, Method::PATCH, path, Some(patch)).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(
        world.visitor().get("/sign-in").await.location().as_str(),
        "https://a.example/",
        "seen at once"
    );
    let cleared = json!({"unknownSessionRedirectUrl": "", "supportEmail": null});
    let changed = call(&world, &token, Method::PATCH, path, Some(cleared)).await.json();
    assert_eq!(changed["unknownSessionRedirectUrl"], Value::Null);
    assert_eq!(changed["supportEmail"], Value::Null);
    assert_eq!(changed["supportWebsiteUrl"], "https://a.example/help", "what is absent stays");
}

#[tokio::test]
async fn of_two_changes_at_once_none_is_lost_unsaid() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        let world = World::over(database).await;
        let token = token(&world, &world.machine().await).await;
        let path = "/api/sign-in-exp";
        let change = |patch| call(&world, &token, Method::PATCH, path, Some(patch));
        // From nothing, and from something.
        for round in 0..2 {
            let email = json!({"supportEmail": format!("help-{round}@a.example")});
            let website = json!({"supportWebsiteUrl": format!("https://a.example/{round}")});
            let (first, second) = tokio::join!(change(email.clone()), change(website.clone()));
            let saved = call(&world, &token, Method::GET, path, None).await.json();
            for (answer, patch) in [(first, email), (second, website)] {
                let (field, value) = patch.as_object().unwrap().iter().next().unwrap();
                match answer.status.as_u16() {
                    200 => assert_eq!(saved[field], *value, "what was acknowledged stands"),
                    status => assert_eq!((status, &answer.json()["code"]), (409, &json!("entity.conflict"))),
                }
            }
        }
    }
}

#[tokio::test]
async fn c135_bad_values_are_refused_with_code_message_and_field() {
    let world = World::new().await;
    let token = token(&world, &world.machine().await).await;
    for (field, value) in [
        ("unknownSessionRedirectUrl", json!("javascript:alert(1)")),
        ("unknownSessionRedirectUrl", json!("http://a.example/")),
        ("unknownSessionRedirectUrl", json!("https://user@a.example/")),
        ("unknownSessionRedirectUrl", json!("https://id.example/sign-in")),
        ("unknownSessionRedirectUrl", json!("/relative")),
        ("supportEmail", json!("a@b.example,c@d.example")),
        ("supportWebsiteUrl", json!("ftp://a.example")),
        ("recovery.unavailable", json!({"unavailable": {"outcome": "restart"}})),
        ("recovery.flow.gone", json!({"flow.gone": {"outcome": "page"}})),
        (
            "recovery.route.unknown.url",
            json!({"route.unknown": {"outcome": "redirect", "url": "https://id.example/x"}}),
        ),
    ] {
        let name = if field.starts_with("recovery") { "recovery" } else { field };
        let answer =
            call(&world, &token, Method::PATCH, "/api/sign-in-exp", Some(json!({name: value}))).await;
        assert_eq!(answer.status, 422, "{field}: {}", answer.body);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        let problem = answer.json();
        assert_eq!(problem["code"], "guard.unprocessable");
        assert_eq!(problem["field"], field);
        assert!(problem["message"].is_string());
    }
    let unknown =
        call(&world, &token, Method::PATCH, "/api/sign-in-exp", Some(json!({"suportEmail": "x"}))).await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.json()["code"].as_str()),
        (400, Some("guard.invalid_input"))
    );
}

#[tokio::test]
async fn c092_applications_are_made_read_and_changed_and_never_show_a_secret_again() {
    let world = World::new().await;
    let token = token(&world, &world.machine().await).await;
    let made = json!({"name": "New", "type": "Traditional", "oidcClientMetadata": {"redirectUris": ["https://new.example/cb"]}});
    let made = call(&world, &token, Method::POST, "/api/applications", Some(made)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let made = made.json();
    let secret = made["secret"].as_str().unwrap();
    let path = format!("/api/applications/{}", made["id"].as_str().unwrap());
    let patch = json!({
        "initiateLoginUri": "https://new.example/login", "clientUri": "https://new.example/",
        "supportEmail": "help@new.example", "recovery": {"flow.expired": {"outcome": "client"}},
        "oidcClientMetadata": {"redirectUris": ["https://new.example/cb", "https://new.example/cb2"]},
    });
    let changed = call(&world, &token, Method::PATCH, &path, Some(patch)).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(changed.json()["recovery"]["flow.expired"]["outcome"], "client");
    for path in [path.as_str(), "/api/applications", "/api/sign-in-exp"] {
        let read = call(&world, &token, Method::GET, path, None).await;
        assert!(!read.body.contains(secret) && !read.body.contains("ash"), "{path}: {}", read.body);
    }
    for wrong in ["https://new.example/#", "javascript:alert(1)", "http://new.example/"] {
        let patch = json!({"oidcClientMetadata": {"redirectUris": [wrong]}});
        let refused = call(&world, &token, Method::PATCH, &path, Some(patch)).await;
        assert_eq!(refused.json()["field"], "oidcClientMetadata.redirectUris[0]", "{wrong}");
    }
    let missing = call(&world, &token, Method::GET, "/api/applications/none", None).await;
    assert_eq!((missing.status.as_u16(), missing.json()["code"].as_str()), (404, Some("entity.not_found")));
}

#[tokio::test]
async fn c177_fields_that_are_not_offered_are_refused() {
    let world = World::new().await;
    let token = token(&world, &world.machine().await).await;
    let shop = world.web().await;
    let path = format!("/api/applications/{}", shop.id);
    for field in ["id", "secret", "vouched", "createdAt", "updatedAt", "tenant", "thirdParty"] {
        let refused = call(&world, &token, Method::PATCH, &path, Some(json!({field: "x"}))).await;
        assert_eq!(refused.status, 400, "{field}");
    }
    let kind = call(&world, &token, Method::PATCH, &path, Some(json!({"type": "SPA"}))).await;
    assert_eq!(kind.json()["field"], "type", "a kind is for ever");
}

#[tokio::test]
async fn c178_every_route_is_closed_by_default() {
    let world = World::new().await;
    let robot = world.machine().await;
    let good = token(&world, &robot).await;
    world.member("ada@example.com").await;
    let shop = world.web().await;
    let code = world.visitor().sign_in(&shop, "ada@example.com").await.parameter("code").unwrap();
    let person = shop.redeem(&world, &code).await.json()["access_token"].as_str().unwrap().to_owned();
    for (method, path) in [
        (Method::GET, "/api/sign-in-exp"),
        (Method::PATCH, "/api/sign-in-exp"),
        (Method::GET, "/api/applications"),
        (Method::POST, "/api/applications"),
        (Method::GET, "/api/applications/x"),
        (Method::PATCH, "/api/applications/x"),
        (Method::GET, "/api/connectors"),
        (Method::POST, "/api/connectors"),
        (Method::DELETE, "/api/connectors/x"),
        (Method::POST, "/api/connectors/x/test"),
        (Method::GET, "/api/connectors/x/usage"),
        (Method::GET, "/api/organizations"),
        (Method::POST, "/api/organizations"),
        (Method::DELETE, "/api/organizations/x"),
        (Method::GET, "/api/organizations/x/users"),
        (Method::POST, "/api/organizations/x/users"),
        (Method::POST, "/api/organizations/x/users/roles"),
        (Method::PUT, "/api/organizations/x/users/y/roles"),
        (Method::DELETE, "/api/organizations/x/users/y"),
        (Method::GET, "/api/hooks"),
        (Method::POST, "/api/hooks"),
        (Method::GET, "/api/hooks/events"),
        (Method::PATCH, "/api/hooks/x/signing-key"),
        (Method::POST, "/api/hooks/x/test"),
        (Method::GET, "/api/hooks/x/recent-logs"),
        (Method::POST, "/api/hooks/x/recent-logs/y/resend"),
        (Method::GET, "/api/one-time-tokens"),
        (Method::POST, "/api/one-time-tokens"),
        (Method::POST, "/api/one-time-tokens/verify"),
        (Method::PUT, "/api/one-time-tokens/x/status"),
        (Method::DELETE, "/api/one-time-tokens/x"),
        (Method::GET, "/api/organization-invitations"),
        (Method::POST, "/api/organization-invitations"),
        (Method::POST, "/api/organization-invitations/x/message"),
        (Method::PUT, "/api/organization-invitations/x/status"),
        (Method::DELETE, "/api/organization-invitations/x"),
        (Method::POST, "/api/organization-roles"),
        (Method::PATCH, "/api/organization-roles/x"),
        (Method::GET, "/api/debug"),
    ] {
        for token in ["", "garbage", &person] {
            let answer = call(&world, token, method.clone(), path, Some(json!({}))).await;
            assert_eq!(
                (answer.status.as_u16(), answer.json()["code"].as_str()),
                (401, Some("auth.unauthorized")),
                "{path}"
            );
            assert!(answer.header("www-authenticate").is_some());
        }
    }
    assert_eq!(
        call(&world, &good, Method::GET, "/api/nothing", None).await.json()["code"],
        "request.not_found"
    );
    assert_eq!(call(&world, &good, Method::DELETE, "/api/sign-in-exp", None).await.status, 405);
    let unscoped = robot.token(&world, &[("grant_type", "client_credentials"), ("scope", "all")]).await;
    assert_eq!(unscoped.status, 200);
    // A person's token is never good here, whatever resource an operator gave the application.
    let refused = serde_json::from_value(json!({"resources": ["https://id.example/api"]})).unwrap();
    let refused = world.app.operator.change_application(shop.id.parse().unwrap(), refused).await;
    assert!(refused.is_err(), "only machines may have this resource");
    // The right is looked up at each call: taking it away works at once.
    world.change(&robot, json!({"resources": []})).await;
    assert_eq!(call(&world, &good, Method::GET, "/api/applications", None).await.status, 401);
}

#[tokio::test]
async fn every_list_says_how_long_it_is_and_where_its_other_parts_are() {
    let world = World::new().await;
    let token = token(&world, &world.machine().await).await;
    let get = async |path: &str| call(&world, &token, Method::GET, path, None).await;
    let make = async |path: &str, body: Value| {
        let made = call(&world, &token, Method::POST, path, Some(body)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.json()["id"].as_str().unwrap().to_owned()
    };
    let organizations = "/api/organizations";
    let mut last = String::new();
    for name in ["First", "Second", "Third"] {
        last = make(organizations, json!({"name": name})).await;
        make("/api/organization-roles", json!({"name": name})).await;
        make("/api/applications", json!({"name": name, "type": "SPA"})).await;
        let config = json!({"url": "https://ledger.example/"});
        make("/api/hooks", json!({"name": name, "events": ["sign_out"], "config": config})).await;
        make("/api/one-time-tokens", json!({"email": format!("{name}@example.com")})).await;
        let invitation = json!({"organizationId": last, "invitee": format!("{name}@example.com"), "messagePayload": false});
        make("/api/organization-invitations", invitation).await;
    }
    let mut users = Vec::new();
    for name in ["ada", "bob", "cleo"] {
        users.push(world.member(&format!("{name}@example.com")).await.id);
    }
    let members = format!("{organizations}/{last}/users");
    assert_eq!(
        call(&world, &token, Method::POST, &members, Some(json!({"userIds": users}))).await.status,
        201
    );
    // What is short is answered whole where nobody asks for a part.
    for (path, total) in [("/api/hooks", "3"), ("/api/connectors", "0")] {
        let whole = get(path).await;
        assert_eq!((whole.header("total-number"), whole.header("link")), (Some(total), None), "{path}");
    }
    let machines = 1;
    for (path, total) in [
        (organizations, 3),
        ("/api/organization-roles", 3),
        ("/api/applications", 3 + machines),
        ("/api/hooks", 3),
        ("/api/one-time-tokens", 3),
        ("/api/organization-invitations", 3),
        (&members, 3),
    ] {
        let part = get(&format!("{path}?page_size=2&page=2&color=%3E")).await;
        assert_eq!(part.json().as_array().unwrap().len(), total - 2, "{path}");
        assert_eq!(part.header("total-number"), Some(total.to_string().as_str()), "{path}");
        let links = part.header("link").unwrap();
        for expected in [
            format!("<https://id.example{path}?page_size=2&color=%3E&page=1>; rel=\"first\""),
            format!("<https://id.example{path}?page_size=2&color=%3E&page=2>; rel=\"last\""),
            format!("<https://id.example{path}?page_size=2&color=%3E&page=1>; rel=\"prev\""),
        ] {
            assert!(links.contains(&expected), "{expected} in {links}");
        }
        assert!(!links.contains("next"), "{links}");
        let first = get(&format!("{path}?page_size=2")).await;
        assert!(first.header("link").unwrap().contains("rel=\"next\""));
        let beyond = get(&format!("{path}?page=9&page_size=2")).await;
        assert_eq!((beyond.json(), beyond.header("total-number")), (json!([]), Some(&*total.to_string())));
    }
    let refused = get(&format!("{organizations}?page=0")).await;
    assert_eq!(refused.json()["code"], "guard.invalid_pagination");
}

#[tokio::test]
async fn c181_c183_bodies_and_pages_are_bounded() {
    let world = World::new().await;
    let token = token(&world, &world.machine().await).await;
    for query in
        ["page=0", "page_size=0", "page_size=101", "page=4294967295&page_size=100", "page=x", "page_size=-1"]
    {
        let answer = call(&world, &token, Method::GET, &format!("/api/applications?{query}"), None).await;
        assert_eq!(answer.status, 400, "{query}");
    }
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let request = Request::patch("/api/sign-in-exp")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    assert_eq!(world.send(request.body(Body::from(deep)).unwrap()).await.status, 400);
    let request = Request::patch("/api/sign-in-exp")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    assert_eq!(world.send(request.body(Body::from(" ".repeat(1 << 20))).unwrap()).await.status, 413);
}
