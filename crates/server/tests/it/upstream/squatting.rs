//! An account that somebody made with an address of somebody else: whoever proves the address gets it empty (C170).

use serde_json::json;

use super::linking::squatter;
use super::own::{identities, link};
use super::provider::Provider;
use super::{come_as, leave, work};
use crate::answer::Answer;
use crate::management::{call, token};
use crate::visitor::Visitor;
use crate::world::World;

const VICTIM: &str = "victim@example.com";
const NEW: &str = "seven quiet lanterns 4";

/// How the owner of the address shows that it is theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    Link,
    NewPassword,
    OneTimeToken,
}

fn field(page: &Answer, name: &str) -> String {
    page.body.split(&format!("{name}=\"")).nth(1).expect("the field").split('"').next().unwrap().to_owned()
}

/// Follows the link of the one letter that is there.
async fn follow(world: &World, visitor: &mut Visitor<'_>) -> Answer {
    let [letter] = world.letters().await.try_into().unwrap();
    let letter = letter.replace("=\r\n", "").replace("=3D", "=");
    let link = letter.split_whitespace().find(|word| word.contains("?token=")).unwrap().to_owned();
    let opened = visitor.get(&link).await;
    visitor.get(opened.location().as_str()).await
}

async fn prove(world: &World, visitor: &mut Visitor<'_>, proof: Proof) {
    match proof {
        Proof::Link => {
            visitor.post("/sign-in/link", &[("identifier", VICTIM)]).await;
            let page = follow(world, visitor).await;
            let nonce = field(&page, "name=\"nonce\" value");
            assert_eq!(visitor.post("/link", &[("nonce", &nonce)]).await.status, 303);
        }
        Proof::NewPassword => {
            visitor.post("/forgot-password", &[("identifier", VICTIM)]).await;
            follow(world, visitor).await;
            let done = visitor.post("/reset-password", &[("password", NEW)]).await;
            assert_eq!(done.status, 200, "{}", done.text());
            done.shows("id=\"removed\"");
        }
        Proof::OneTimeToken => {
            let (shop, operator) = (world.spa().await, token(world, &world.machine().await).await);
            let body = json!({"email": VICTIM});
            let made = call(world, &operator, http::Method::POST, "/api/one-time-tokens", Some(body)).await;
            let text = made.json()["token"].as_str().unwrap().to_owned();
            let begun = visitor.get(&shop.authorize(&[("one_time_token", &text)])).await;
            let page = visitor.get(begun.location().as_str()).await;
            let action = field(&page, "<form method=\"post\" action").replace("&amp;", "&");
            let nonce = field(&page, "name=\"nonce\" value");
            let pressed = visitor.post(&action, &[("nonce", &nonce)]).await;
            let done = visitor.get(pressed.location().as_str()).await;
            assert!(done.parameter("code").is_some(), "{}", done.text());
        }
    }
}

#[tokio::test]
async fn c170_whoever_proves_an_address_shares_the_account_with_nobody_on_both_engines() {
    for proof in [Proof::Link, Proof::NewPassword, Proof::OneTimeToken] {
        let (sqlite, _folder) = database::scratch::sqlite().await;
        for database in [sqlite, database::scratch::postgres().await] {
            let (world, provider) = (World::with_mail_over(database).await, Provider::start().await);
            let (shop, work) = (world.web().await, work(&world, &provider).await);
            let user = squatter(&world, VICTIM).await;
            let mut squatting = world.visitor();
            let answer = squatting.sign_in(&shop, VICTIM).await;
            let tokens = shop.redeem(&world, &answer.parameter("code").unwrap()).await.json();
            link(&mut squatting, &provider, &work, "squatter").await;
            assert_eq!(identities(&world, &user).await.len(), 1);
            world.letters().await;
            let mut owner = world.visitor();
            prove(&world, &mut owner, proof).await;
            let now = world.app.reception.store.user(user.id).await.unwrap().unwrap();
            assert!(now.email_verified, "{proof:?}");
            assert_eq!(identities(&world, &user).await, [], "{proof:?}");
            assert_eq!(world.visitor().sign_in(&shop, VICTIM).await.status, 422, "{proof:?}: the password");
            let silent = squatting.get(&shop.authorize(&[("prompt", "none")])).await;
            assert_eq!(silent.parameter("error").as_deref(), Some("login_required"), "{proof:?}");
            let access = tokens["access_token"].as_str().unwrap();
            assert_eq!(crate::client_app::userinfo(&world, access).await.status, 401, "{proof:?}");
            let mut back = world.visitor();
            let way = leave(&mut back, &shop, &work).await;
            let back = come_as(&mut back, &provider, &way, json!({"sub": "squatter"})).await;
            assert_eq!(back.location().path(), "/link-account", "{proof:?}: a stranger");
            let signed_in = owner.get("/account").await.status == 200;
            assert_eq!(signed_in, proof != Proof::NewPassword, "{proof:?}");
        }
    }
}

#[tokio::test]
async fn a_proof_that_is_not_the_first_leaves_everything_as_it_is() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member(VICTIM).await;
    let mut elsewhere = world.visitor();
    elsewhere.sign_in(&shop, VICTIM).await;
    let mut owner = world.visitor();
    for proof in [Proof::Link, Proof::OneTimeToken] {
        prove(&world, &mut owner, proof).await;
        assert_eq!(elsewhere.get("/account").await.status, 200, "{proof:?}");
        assert!(world.visitor().sign_in(&shop, VICTIM).await.parameter("code").is_some(), "{proof:?}");
    }
}
