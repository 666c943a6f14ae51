//! Whose account it is (C168–C171): the table over HTTP.

use accounts::password;
use model::{Clock as _, EmailAddress, SystemEntropy, User, UserId};
use serde_json::json;
use store::audit::{AuditEvent, AuditLine};
use store::users::NewAccount;

use super::provider::Provider;
use super::{come_as, leave, leave_in, subject, work};
use crate::answer::Answer;
use crate::unhappy::futures_join;
use crate::world::{PASSWORD, World};

/// Somebody who wrote an address that nobody has verified.
pub(super) async fn squatter(world: &World, email: &str) -> User {
    let reception = &world.app.reception;
    let hash =
        reception.pool.hash(password::normalise(&PASSWORD.to_owned().into()), &SystemEntropy).await.unwrap();
    let now = world.clock.now();
    let user = User {
        id: UserId::new(&*world.clock, &SystemEntropy),
        username: None,
        email: Some(EmailAddress::parse(email).unwrap()),
        email_verified: false,
        name: None,
        suspended_at: None,
        created_at: now,
        updated_at: now,
    };
    let account = NewAccount {
        user: user.clone(),
        username_key: None,
        email_key: Some(email.to_owned()),
        password_hash: Some(hash),
    };
    let line = AuditLine::new(AuditEvent::AccountRegistered, &*world.clock, &SystemEntropy);
    reception.store.create_user(&account, line).await.unwrap();
    user
}

/// The hidden fields of the page that an answer leads to.
fn stranger(answer: &Answer) -> String {
    assert_eq!(answer.location().path(), "/link-account", "{}", answer.location());
    answer.parameter("stranger").unwrap()
}

#[tokio::test]
async fn every_way_into_an_account_is_the_same_on_both_engines() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        let (world, provider) = (World::over(database).await, Provider::start().await);
        let (shop, work) = (world.web().await, work(&world, &provider).await);
        let ada = world.member("ada@work.example").await;
        let squatted = squatter(&world, "eve@work.example").await;
        // Linked at once, registered, linked by proof and taken over, made anew.
        for (sub, email, proof) in [
            ("linked", "ada@work.example", None),
            ("registered", "bob@work.example", None),
            ("proven", "eve@work.example", Some("/link-account")),
            ("new", "eve@elsewhere.example", Some("/link-account/new")),
        ] {
            let mut visitor = world.visitor();
            let way = leave(&mut visitor, &shop, &work).await;
            let claims = json!({"sub": sub, "email": email, "email_verified": true});
            let mut answer = come_as(&mut visitor, &provider, &way, claims.clone()).await;
            if let Some(path) = proof {
                let stranger = stranger(&answer);
                let fields = [
                    ("flow", way.flow.as_str()),
                    ("stranger", stranger.as_str()),
                    ("identifier", email),
                    ("password", PASSWORD),
                ];
                answer = visitor.post(path, &fields).await;
            }
            let first = subject(&world, &shop, &answer).await;
            match sub {
                "linked" => assert_eq!(first, ada.id.to_string()),
                "proven" => assert_eq!(first, squatted.id.to_string()),
                _ => {}
            }
            let mut later = world.visitor();
            let way = leave(&mut later, &shop, &work).await;
            let answer = come_as(&mut later, &provider, &way, claims).await;
            assert_eq!(subject(&world, &shop, &answer).await, first, "{sub}");
        }
    }
}

#[tokio::test]
async fn c172_of_fifty_that_come_back_at_once_one_is_let_in() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        let (world, provider) = (World::over(database).await, Provider::start().await);
        let (shop, work) = (world.web().await, work(&world, &provider).await);
        let mut ada = world.visitor();
        let way = leave(&mut ada, &shop, &work).await;
        provider.says(&way.parameter("nonce"), json!({"email": "ada@work.example", "email_verified": true}));
        let back = way.back(&provider.code());
        let mut tabs: Vec<_> = (0..50).map(|_| ada.clone()).collect();
        let answers = futures_join(tabs.iter_mut().map(|tab| tab.get(&back)).collect()).await;
        let codes =
            answers.iter().filter(|answer| answer.status == 303 && answer.parameter("code").is_some());
        assert_eq!(codes.count(), 1);
        assert_eq!(provider.asked("/token"), 1, "the code was spent once");
    }
}

#[tokio::test]
async fn c169_a_believed_verified_address_links_to_its_verified_owner() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let ada = world.member("ada@work.example").await;
    let mut visitor = world.visitor();
    let way = leave(&mut visitor, &shop, &work).await;
    let claims = json!({"email": "Ada@Work.Example", "email_verified": true});
    let answer = come_as(&mut visitor, &provider, &way, claims).await;
    assert_eq!(subject(&world, &shop, &answer).await, ada.id.to_string());
    assert!(world.audited("identity.linked").await);
    // The password is still hers.
    let answer = world.visitor().sign_in(&shop, "ada@work.example").await;
    subject(&world, &shop, &answer).await;
}

#[tokio::test]
async fn c169_everything_else_asks_and_asks_the_same_whether_there_is_an_account() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    world.member("ada@work.example").await;
    world.member("ada@elsewhere.example").await;
    let mut pages = Vec::new();
    for claims in [
        json!({"sub": "1", "email": "ada@work.example", "email_verified": false}),
        json!({"sub": "2", "email": "ada@work.example", "email_verified": "true"}),
        json!({"sub": "3", "email": "ada@work.example", "email_verified": "false"}),
        json!({"sub": "4", "email": "ada@work.example", "email_verified": 1}),
        json!({"sub": "5", "email": "ada@work.example"}),
        json!({"sub": "6", "email": "ada@elsewhere.example", "email_verified": true}),
        json!({"sub": "7", "email": "eve@elsewhere.example", "email_verified": true}),
        json!({"sub": "8", "email": "eve@sub.work.example", "email_verified": true}),
        json!({"sub": "9"}),
    ] {
        let mut visitor = world.visitor();
        let way = leave(&mut visitor, &shop, &work).await;
        let answer = come_as(&mut visitor, &provider, &way, claims.clone()).await;
        let stranger = stranger(&answer);
        let page = visitor.get(answer.location().as_str()).await;
        assert_eq!(page.status, 200, "{claims}: {}", page.text());
        assert!(!visitor.jar.keys().any(|name| name.ends_with("onward-session")), "{claims}");
        let email = claims["email"].as_str().unwrap_or_default();
        let page = page.body.replace(&stranger, "S").replace(&way.flow, "F");
        pages.push(page.replace(&format!("value=\"{email}\""), "value=\"E\""));
    }
    assert!(pages.iter().all(|page| *page == pages[0]), "the page tells nothing about who has an account");
}

#[tokio::test]
async fn c171_a_password_links_the_one_subject_that_was_verified_and_once() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let ada = world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let way = leave(&mut visitor, &shop, &work).await;
    let first = stranger(&come_as(&mut visitor, &provider, &way, json!({"sub": "first"})).await);
    // In another tab of the same sign-in somebody else comes from the provider: the first proof is gone.
    let second = leave_in(&mut visitor, &way.flow, &work).await;
    let second = stranger(&come_as(&mut visitor, &provider, &second, json!({"sub": "second"})).await);
    let path = format!("/link-account?flow={}", way.flow);
    let form = |stranger: &str, password: &str| {
        [
            ("flow", way.flow.clone()),
            ("stranger", stranger.to_owned()),
            ("identifier", "ada@example.com".to_owned()),
            ("password", password.to_owned()),
        ]
    };
    let old = form(&first, PASSWORD);
    let old: Vec<_> = old.iter().map(|(name, value)| (*name, value.as_str())).collect();
    // In a browser that has nothing to do with it, neither is of use.
    assert_ne!(world.visitor().post(&path, &old).await.status, 200);
    let wrong = form(&second, "not her password");
    let wrong: Vec<_> = wrong.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = visitor.post(&path, &wrong).await;
    assert_eq!(refused.status, 422);
    refused.shows("do not match");
    let right = form(&second, PASSWORD);
    let right: Vec<_> = right.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = visitor.post(&path, &right).await;
    assert_eq!(subject(&world, &shop, &answer).await, ada.id.to_string());
    assert_ne!(visitor.post(&path, &right).await.status, 200, "once");
    for (sub, known) in [("second", true), ("first", false)] {
        let mut later = world.visitor();
        let way = leave(&mut later, &shop, &work).await;
        let answer = come_as(&mut later, &provider, &way, json!({"sub": sub})).await;
        assert_eq!(answer.location().path() == "/cb", known, "{sub}: {}", answer.location());
    }
}

#[tokio::test]
async fn c171_a_replaced_stranger_links_nobody() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let way = leave(&mut visitor, &shop, &work).await;
    let first = stranger(&come_as(&mut visitor, &provider, &way, json!({"sub": "first"})).await);
    let second = leave_in(&mut visitor, &way.flow, &work).await;
    stranger(&come_as(&mut visitor, &provider, &second, json!({"sub": "second"})).await);
    let fields = [
        ("flow", way.flow.as_str()),
        ("stranger", first.as_str()),
        ("identifier", "ada@example.com"),
        ("password", PASSWORD),
    ];
    let answer = visitor.post(&format!("/link-account?flow={}", way.flow), &fields).await;
    assert_eq!(answer.location().path(), "/sign-in", "begun again");
    assert!(!world.audited("identity.linked").await);
}

#[tokio::test]
async fn c170_linking_an_unverified_account_drops_what_its_maker_had() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let victim = squatter(&world, "victim@work.example").await;
    // Somebody made the account beforehand, and is signed in to it.
    let mut squatting = world.visitor();
    let answer = squatting.sign_in(&shop, "victim@work.example").await;
    let tokens = shop.redeem(&world, &answer.parameter("code").unwrap()).await.json();
    // Never by itself, though the provider is believed: the owner of the account has to show that it is theirs.
    let mut visitor = world.visitor();
    let way = leave(&mut visitor, &shop, &work).await;
    let claims = json!({"email": "victim@work.example", "email_verified": true});
    let stranger = stranger(&come_as(&mut visitor, &provider, &way, claims).await);
    let fields = [
        ("flow", way.flow.as_str()),
        ("stranger", stranger.as_str()),
        ("identifier", "victim@work.example"),
        ("password", PASSWORD),
    ];
    let answer = visitor.post(&format!("/link-account?flow={}", way.flow), &fields).await;
    assert_eq!(subject(&world, &shop, &answer).await, victim.id.to_string());
    // The password, the session and the tokens from before are gone; the address is verified now.
    assert_eq!(world.visitor().sign_in(&shop, "victim@work.example").await.status, 422);
    let silent = squatting.get(&shop.authorize(&[("prompt", "none")])).await;
    assert_eq!(silent.parameter("error").as_deref(), Some("login_required"));
    assert_eq!(
        crate::client_app::userinfo(&world, tokens["access_token"].as_str().unwrap()).await.status,
        401
    );
    let user = world.app.reception.store.user(victim.id).await.unwrap().unwrap();
    assert!(user.email_verified);
}

#[tokio::test]
async fn who_has_no_account_makes_one_and_squats_on_no_address() {
    let (world, provider) = (World::new().await, Provider::start().await);
    let (shop, work) = (world.web().await, work(&world, &provider).await);
    let ada = world.member("ada@elsewhere.example").await;
    for (sub, email) in [("eve", "ada@elsewhere.example"), ("bob", "bob@elsewhere.example")] {
        let mut visitor = world.visitor();
        let way = leave(&mut visitor, &shop, &work).await;
        let claims = json!({"sub": sub, "email": email, "email_verified": true, "name": sub});
        let stranger = stranger(&come_as(&mut visitor, &provider, &way, claims).await);
        let fields = [("flow", way.flow.as_str()), ("stranger", stranger.as_str())];
        let answer = visitor.post(&format!("/link-account/new?flow={}", way.flow), &fields).await;
        let made: UserId = subject(&world, &shop, &answer).await.parse().unwrap();
        assert_ne!(made, ada.id);
        let user = world.app.reception.store.user(made).await.unwrap().unwrap();
        assert_eq!(
            (user.name.as_deref(), user.email),
            (Some(sub), None),
            "nobody is believed about that address"
        );
    }
}
