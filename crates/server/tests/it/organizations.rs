//! Organizations: what operators do with them, and what tokens say of them.

use http::Method;
use model::User;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::client_app::{ClientApp, claims, userinfo};
use crate::management::{call, token};
use crate::world::World;

const SCOPE: &str = "openid offline_access urn:logto:scope:organizations urn:logto:scope:organization_roles";

/// An operator's program.
pub(crate) struct Desk<'a> {
    world: &'a World,
    token: String,
}

impl<'a> Desk<'a> {
    pub(crate) async fn open(world: &'a World) -> Self {
        Self { world, token: token(world, &world.machine().await).await }
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        call(self.world, &self.token, method, path, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.call(Method::GET, path, None).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    /// Makes something, and returns its id.
    pub(crate) async fn make(&self, path: &str, body: Value) -> String {
        let answer = self.post(path, body).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.body);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    async fn remove(&self, path: &str) -> u16 {
        self.call(Method::DELETE, path, None).await.status.as_u16()
    }
}

/// Signs in with the scopes of organizations; what the id token and userinfo say, with the refresh token.
async fn sign_in(world: &World, board: &ClientApp, person: &str) -> (Value, Value, String) {
    let mut visitor = world.visitor();
    let flow = visitor.begin_with(board, &[("scope", SCOPE)]).await;
    let code = visitor.submit(&flow, person, crate::world::PASSWORD).await.parameter("code").unwrap();
    said(world, &board.redeem(world, &code).await).await
}

async fn said(world: &World, tokens: &Answer) -> (Value, Value, String) {
    let tokens = tokens.json();
    let access = tokens["access_token"].as_str().unwrap();
    let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    (claims(tokens["id_token"].as_str().unwrap()), userinfo(world, access).await.json(), refresh)
}

#[tokio::test]
async fn members_and_their_roles_are_in_the_claims_until_the_next_token_after_they_end() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        let world = World::over(database).await;
        let desk = Desk::open(&world).await;
        let board = world.spa().await;
        let User { id: ada, .. } = world.member("ada@example.com").await;
        let acme = desk.make("/api/organizations", json!({"name": "Acme"})).await;
        world.pass(1);
        let other = desk.make("/api/organizations", json!({"name": "Other"})).await;
        let admin = desk.make("/api/organization-roles", json!({"name": "admin"})).await;
        let reader = desk.make("/api/organization-roles", json!({"name": "reader"})).await;
        for of in [&acme, &other] {
            let added = desk.post(&format!("/api/organizations/{of}/users"), json!({"userIds": [ada]})).await;
            assert_eq!(added.status, 201, "{}", added.body);
        }
        let roles = format!("/api/organizations/{acme}/users/{ada}/roles");
        let given = desk.post(&roles, json!({"organizationRoleIds": [admin, reader]})).await;
        assert_eq!(given.status, 201, "{}", given.body);

        let (id_token, userinfo, refresh) = sign_in(&world, &board, "ada@example.com").await;
        for said in [&id_token, &userinfo] {
            assert_eq!(said["organizations"], json!([acme, other]));
            assert_eq!(
                said["organization_roles"],
                json!([format!("{acme}:admin"), format!("{acme}:reader")])
            );
        }
        let code = world.visitor().sign_in(&board, "ada@example.com").await.parameter("code").unwrap();
        let unasked = board.redeem(&world, &code).await.json();
        let unasked = claims(unasked["id_token"].as_str().unwrap());
        assert!(unasked.get("organizations").is_none() && unasked.get("organization_roles").is_none());

        assert_eq!(desk.remove(&format!("{roles}/{admin}")).await, 204);
        assert_eq!(desk.remove(&format!("{roles}/{admin}")).await, 404, "they have it no more");
        assert_eq!(desk.remove(&format!("/api/organizations/{other}")).await, 204);
        world.pass(60);
        let (id_token, userinfo, refresh) = said(&world, &board.refresh(&world, &refresh).await).await;
        for said in [&id_token, &userinfo] {
            assert_eq!(said["organizations"], json!([acme]));
            assert_eq!(said["organization_roles"], json!([format!("{acme}:reader")]));
        }
        assert_eq!(desk.remove(&format!("/api/organizations/{acme}/users/{ada}")).await, 204);
        world.pass(60);
        let (id_token, userinfo, _) = said(&world, &board.refresh(&world, &refresh).await).await;
        assert_eq!((&id_token["organizations"], &userinfo["organization_roles"]), (&json!([]), &json!([])));
        for event in
            ["organization.member_added", "organization.member_changed", "organization.member_removed"]
        {
            assert!(world.audited(event).await, "{event}");
        }
    }
}

#[tokio::test]
async fn organizations_are_made_listed_changed_and_removed() {
    let world = World::new().await;
    let desk = Desk::open(&world).await;
    let User { id: ada, .. } = world.member("ada@example.com").await;
    let made = json!({"name": " Acme ", "description": "a customer", "customData": {"plan": "gold"}});
    let made = desk.post("/api/organizations", made).await.json();
    assert_eq!((&made["name"], &made["customData"]["plan"]), (&json!("Acme"), &json!("gold")));
    let acme = format!("/api/organizations/{}", made["id"].as_str().unwrap());
    let changed =
        desk.call(Method::PATCH, &acme, Some(json!({"name": "Acme Ltd", "description": null}))).await;
    assert_eq!(changed.json()["name"], "Acme Ltd");
    assert_eq!(desk.get(&acme).await["description"], Value::Null);
    assert_eq!(desk.get(&acme).await["customData"]["plan"], "gold", "what is absent stays");
    world.pass(1);
    desk.make("/api/organizations", json!({"name": "Second"})).await;
    assert_eq!(desk.get("/api/organizations?page=2&page_size=1").await[0]["name"], "Second");

    let role = desk.make("/api/organization-roles", json!({"name": "admin"})).await;
    let taken = desk.post("/api/organization-roles", json!({"name": "admin"})).await;
    assert_eq!((taken.status.as_u16(), &taken.json()["code"]), (409, &json!("entity.conflict")));
    let colon = desk.post("/api/organization-roles", json!({"name": "a:b"})).await;
    assert_eq!((colon.status.as_u16(), &colon.json()["field"]), (422, &json!("name")));

    let users = format!("{acme}/users");
    let nobody = "0".repeat(32);
    let nobody = desk.post(&users, json!({"userIds": [ada, nobody]})).await;
    assert_eq!((nobody.status.as_u16(), &nobody.json()["field"]), (422, &json!("userIds")));
    assert_eq!(desk.get(&users).await, json!([]), "all, or nothing");
    desk.post(&users, json!({"userIds": [ada]})).await;
    assert_eq!(desk.post(&users, json!({"userIds": [ada]})).await.status, 201, "twice is as good as once");
    let both = json!({"userIds": [ada], "organizationRoleIds": [role]});
    assert_eq!(desk.post(&format!("{users}/roles"), both).await.status, 201);
    let member = &desk.get(&users).await[0];
    assert_eq!(member["primaryEmail"], "ada@example.com");
    assert_eq!(member["organizationRoles"], json!([{"id": role, "name": "admin"}]));
    let roles = format!("{users}/{ada}/roles");
    let unknown = json!({"organizationRoleIds": [role.replace('0', "1")]});
    assert_eq!(desk.call(Method::PUT, &roles, Some(unknown)).await.status, 422);
    assert_eq!(desk.get(&roles).await[0]["name"], "admin", "a refused change changes nothing");
    assert_eq!(desk.call(Method::PUT, &roles, Some(json!({"organizationRoleIds": []}))).await.status, 204);
    assert_eq!(desk.get(&roles).await, json!([]));

    assert_eq!(desk.remove(&format!("/api/organization-roles/{role}")).await, 204);
    assert_eq!(desk.remove(&acme).await, 204);
    assert_eq!(desk.call(Method::GET, &users, None).await.status, 404);
    assert_eq!(desk.remove(&acme).await, 404);
    assert!(world.audited("organization.deleted").await && world.audited("organization_role.deleted").await);
}

#[tokio::test]
async fn c177_an_organization_takes_only_what_is_offered() {
    let world = World::new().await;
    let desk = Desk::open(&world).await;
    for field in ["id", "tenantId", "createdAt", "members", "isMfaRequired"] {
        let refused = desk.post("/api/organizations", json!({"name": "Acme", field: "x"})).await;
        assert_eq!(refused.status, 400, "{field}");
    }
}
