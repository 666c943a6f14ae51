//! What the owner of an account learns of the providers that lead into it, and which of them a new password shuts out.

use serde_json::json;

use super::own::{identities, link, named, remove};
use super::provider::Provider;
use super::{come_as, leave, subject, work};
use crate::answer::Answer;
use crate::visitor::Visitor;
use crate::world::{PASSWORD, World};

const EMAIL: &str = "ada@example.com";
const NEW: &str = "seven quiet lanterns 4";
const DAY: u64 = 24 * 3_600;

/// The letters that are there, decoded as mail programs do.
async fn letters(world: &World) -> Vec<String> {
    let letters = world.letters().await;
    letters.iter().map(|letter| letter.replace("=\r\n", "").replace("=3D", "=")).collect()
}

async fn letter(world: &World) -> String {
    let [letter] = letters(world).await.try_into().unwrap();
    letter
}

/// Chooses a new password by a letter. Returns the page that says so.
async fn reset(world: &World, visitor: &mut Visitor<'_>) -> Answer {
    visitor.post("/forgot-password", &[("identifier", EMAIL)]).await;
    let letter = letter(world).await;
    let link = letter.split_whitespace().find(|word| word.contains("/reset-password?token=")).unwrap();
    let opened = visitor.get(link).await;
    visitor.get(opened.location().as_str()).await;
    visitor.post("/reset-password", &[("password", NEW)]).await
}

#[tokio::test]
async fn c171_the_owner_is_told_of_every_identity_that_is_linked_or_removed() {
    let (world, provider) = (World::with_mail().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    world.member(EMAIL).await;
    world.member("bob@work.example").await;
    // On the account page.
    let mut visitor = world.visitor();
    visitor.sign_in(&shop, EMAIL).await;
    link(&mut visitor, &provider, &work, "ada-at-work").await;
    world.pass(120);
    let told = letter(&world).await;
    assert!(told.contains(&format!("To: {EMAIL}")) && told.contains("Work was linked to"), "{told}");
    assert!(told.contains("on 2027-01-15 08:00 (UTC)"), "when it was, not when the letter left: {told}");
    for way in ["https://id.example/account/identities", "https://id.example/forgot-password"] {
        assert!(told.contains(way), "{told}");
    }
    let again = link(&mut visitor, &provider, &work, "ada-at-work").await;
    assert_eq!(again.parameter("notice").as_deref(), Some("linked"));
    assert!(letters(&world).await.is_empty(), "nothing was changed");
    let [identity] = named(&mut visitor).await.try_into().unwrap();
    visitor.language = "zh-CN";
    assert_eq!(remove(&mut visitor, &identity).await.as_deref(), Some("removed"));
    let told = letter(&world).await;
    assert!(told.contains("Content-Language: zh-CN") || !told.contains("was removed from"), "{told}");
    remove(&mut visitor, &identity).await;
    assert!(letters(&world).await.is_empty(), "nothing was removed");
    // By a password, at the end of a sign-in.
    let mut stranger = world.visitor();
    let way = leave(&mut stranger, &shop, &work).await;
    let asked = come_as(&mut stranger, &provider, &way, json!({"sub": "ada-again"})).await;
    let stranger_id = asked.parameter("stranger").unwrap();
    let fields = [
        ("flow", way.flow.as_str()),
        ("stranger", &stranger_id),
        ("identifier", EMAIL),
        ("password", PASSWORD),
    ];
    assert!(stranger.post("/link-account", &fields).await.parameter("code").is_some());
    assert!(letter(&world).await.contains("Work was linked to"));
    // By an address that both sides have verified.
    let mut bob = world.visitor();
    let way = leave(&mut bob, &shop, &work).await;
    let claims = json!({"sub": "bob", "email": "bob@work.example", "email_verified": true});
    come_as(&mut bob, &provider, &way, claims).await;
    let told = letter(&world).await;
    assert!(told.contains("To: bob@work.example") && told.contains("Work was linked to"), "{told}");
    // One who comes for the first time has nothing to be told.
    let mut eve = world.visitor();
    let way = leave(&mut eve, &shop, &work).await;
    let claims = json!({"sub": "eve", "email": "eve@work.example", "email_verified": true});
    come_as(&mut eve, &provider, &way, claims).await;
    assert!(letters(&world).await.is_empty());
}

#[tokio::test]
async fn c163_a_new_password_shuts_out_what_was_linked_lately_on_both_engines() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        let (world, provider) = (World::with_mail_over(database).await, Provider::start().await);
        let (shop, work) = (world.web().await, work(&world, &provider).await);
        let ada = world.member(EMAIL).await;
        let mut owner = world.visitor();
        owner.sign_in(&shop, EMAIL).await;
        link(&mut owner, &provider, &work, "long-since").await;
        world.pass(31 * DAY);
        // Somebody has the account for a minute, and means to come back.
        let mut thief = world.visitor();
        thief.sign_in(&shop, EMAIL).await;
        link(&mut thief, &provider, &work, "thief").await;
        letters(&world).await;
        world.pass(29 * DAY);
        let done = reset(&world, &mut owner).await;
        done.shows("id=\"removed\"").shows("id=\"kept\"").shows("/account/identities").shows("Work");
        let left = identities(&world, &ada).await;
        assert_eq!(left.iter().map(|left| left.subject.as_str()).collect::<Vec<_>>(), ["long-since"]);
        let told = letter(&world).await;
        assert!(told.contains("no longer signs in: Work."), "{told}");
        let way = leave(&mut thief, &shop, &work).await;
        let back = come_as(&mut thief, &provider, &way, json!({"sub": "thief"})).await;
        assert_eq!(back.location().path(), "/link-account", "the thief is a stranger");
        let way = leave(&mut owner, &shop, &work).await;
        let back = come_as(&mut owner, &provider, &way, json!({"sub": "long-since"})).await;
        assert_eq!(subject(&world, &shop, &back).await, ada.id.to_string());
        // Nothing more to say where there is nothing.
        let done = reset(&world, &mut owner).await;
        assert!(!done.body.contains("id=\"removed\""), "{}", done.text());
        assert!(!letter(&world).await.contains("30 days"));
    }
}

#[tokio::test]
async fn the_provider_that_an_account_was_made_with_stays() {
    let (world, provider) = (World::with_mail().await, Provider::start().await);
    let shop = world.web().await;
    let trusted = super::connector(
        &world,
        json!({
            "connectorId": "oidc",
            "metadata": {"target": "own", "name": {"en": "Own"}},
            "config": {"clientId": "onward", "clientSecret": "s3cret", "issuer": provider.issuer},
            "trustedDomains": ["example.com"],
        }),
    )
    .await;
    let mut visitor = world.visitor();
    let claims = json!({"sub": "ada", "email": EMAIL, "email_verified": true});
    let way = leave(&mut visitor, &shop, &trusted).await;
    let first = come_as(&mut visitor, &provider, &way, claims.clone()).await;
    let user = subject(&world, &shop, &first).await;
    world.pass(DAY);
    let done = reset(&world, &mut visitor).await;
    done.shows("id=\"kept\"");
    assert!(!done.body.contains("id=\"removed\""), "{}", done.text());
    let way = leave(&mut visitor, &shop, &trusted).await;
    let again = come_as(&mut visitor, &provider, &way, claims).await;
    assert_eq!(subject(&world, &shop, &again).await, user);
}

#[tokio::test]
async fn c163_whoever_is_on_the_way_to_a_provider_links_nothing_after_a_new_password() {
    let (world, provider) = (World::with_mail().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let ada = world.member(EMAIL).await;
    let mut thief = world.visitor();
    thief.sign_in(&shop, EMAIL).await;
    let session = thief.session().await.unwrap();
    reset(&world, &mut world.visitor()).await;
    letters(&world).await;
    // As if the session had been read a moment before.
    let identity = store::identities::Identity {
        connector: work.parse().unwrap(),
        issuer: provider.issuer.clone(),
        subject: "thief".to_owned(),
    };
    let linked = world.app.reception.link_own(&session, &identity, "Work", Some("en")).await.unwrap();
    assert!(!linked);
    assert!(identities(&world, &ada).await.is_empty());
    assert!(letters(&world).await.is_empty());
}
