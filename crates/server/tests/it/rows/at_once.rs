//! What begins in the very moment in which everything ends: it ends, too, or does not begin.

use std::time::Duration;

use model::{Clock as _, SystemEntropy, Timestamp};
use store::audit::{AuditEvent, AuditLine};

use super::links::{field, open, press};
use crate::answer::Answer;
use crate::client_app::ClientApp;
use crate::unhappy::futures_join;
use crate::visitor::Visitor;
use crate::world::{PASSWORD, World};

const NEW: &str = "seven quiet lanterns 4";

type Act<'a> = std::pin::Pin<Box<dyn Future<Output = Option<Answer>> + 'a>>;

/// Asks for a new password, and goes as far as the page that takes it.
async fn forgotten<'a>(world: &'a World, email: &str) -> Visitor<'a> {
    let mut owner = world.visitor();
    owner.post("/forgot-password", &[("identifier", email)]).await;
    open(&mut owner, &link(world).await).await;
    owner
}

/// The link of the one letter that is there.
async fn link(world: &World) -> String {
    let [letter] = world.letters().await.try_into().unwrap();
    let letter = letter.replace("=\r\n", "").replace("=3D", "=");
    letter.split_whitespace().find(|word| word.contains("?token=")).unwrap().to_owned()
}

/// Gets a code without a word, as whoever is signed in does, and has tokens for it.
async fn silently(world: &World, shop: &ClientApp, visitor: &mut Visitor<'_>) -> Option<Answer> {
    let answer =
        visitor.get(&shop.authorize(&[("prompt", "none"), ("scope", "openid offline_access")])).await;
    let Some(code) = answer.parameter("code") else {
        assert_eq!(answer.parameter("error").as_deref(), Some("login_required"), "{}", answer.location());
        return None;
    };
    Some(shop.redeem(world, &code).await)
}

/// Somebody at the page of a link that signs in.
async fn with_link<'a>(world: &'a World, shop: &ClientApp, email: &str) -> (Visitor<'a>, Answer) {
    let mut visitor = world.visitor();
    let flow = visitor.begin(shop).await;
    visitor.post("/sign-in/link", &[("flow", flow.as_str()), ("identifier", email)]).await;
    let page = open(&mut visitor, &link(world).await).await;
    assert!(!field(&page, "nonce").is_empty());
    (visitor, page)
}

/// Browsers that are signed in already, as one.
async fn inside<'a>(world: &'a World, shop: &ClientApp, email: &str) -> Vec<Visitor<'a>> {
    let mut signed_in = world.visitor();
    signed_in.sign_in(shop, email).await;
    (0..8).map(|_| signed_in.clone()).collect()
}

/// Sees that nobody of these is signed in.
async fn all_outside<'v, 'w: 'v>(visitors: impl IntoIterator<Item = &'v mut Visitor<'w>>, why: &str) {
    for visitor in visitors {
        assert_eq!(visitor.get("/account").await.status, 303, "a session has outlived {why}");
    }
}

/// Sees that of what was answered meanwhile no code and no token is good any more.
async fn all_ended(world: &World, shop: &ClientApp, answers: Vec<Option<Answer>>, why: &str) {
    for answer in answers.into_iter().flatten() {
        let code = answer.headers.contains_key("location").then(|| answer.parameter("code")).flatten();
        let tokens = match code {
            Some(code) => shop.redeem(world, &code).await,
            None => answer,
        };
        if let Ok(tokens) = serde_json::from_str::<serde_json::Value>(&tokens.body)
            && let Some(refresh) = tokens["refresh_token"].as_str()
        {
            let refreshed = shop.refresh(world, refresh).await;
            assert_eq!(refreshed.status, 400, "a grant has outlived {why}");
        }
    }
}

/// Worlds over both engines.
async fn worlds() -> (impl Iterator<Item = impl Future<Output = World>>, impl Drop) {
    let (sqlite, folder) = database::scratch::sqlite().await;
    let databases = [sqlite, database::scratch::postgres().await];
    (databases.into_iter().map(World::with_mail_over), folder)
}

#[tokio::test]
async fn c163_c053_a_new_password_ends_what_is_just_beginning_on_both_engines() {
    let why = "the new password";
    let (worlds, _folder) = worlds().await;
    for world in worlds {
        let world = world.await;
        let shop = world.web().await;
        for n in 0..10 {
            let email = format!("ada{n}@example.com");
            world.member(&email).await;
            let mut owner = forgotten(&world, &email).await;
            let mut thieves: Vec<_> = (0..4).map(|_| world.visitor()).collect();
            let mut flows = Vec::new();
            for thief in &mut thieves {
                flows.push(thief.begin(&shop).await);
            }
            let mut inside = inside(&world, &shop, &email).await;
            // Nothing of what follows is of the moment in which the account was made.
            world.pass(1);
            let mut acts: Vec<Act<'_>> = Vec::new();
            for (thief, flow) in thieves.iter_mut().zip(&flows) {
                let email = &email;
                acts.push(Box::pin(async move { Some(thief.submit(flow, email, PASSWORD).await) }));
            }
            acts.push(Box::pin(async {
                let done = owner.post("/reset-password", &[("password", NEW)]).await;
                assert_eq!(done.status, 200, "{}", done.text());
                None
            }));
            for thief in &mut inside {
                acts.push(Box::pin(silently(&world, &shop, thief)));
            }
            let answers = futures_join(acts).await;
            all_outside(thieves.iter_mut().chain(&mut inside), why).await;
            all_ended(&world, &shop, answers, why).await;
            world.letters().await;
        }
    }
}

#[tokio::test]
async fn c053_c115_a_suspension_ends_what_is_just_beginning_on_both_engines() {
    let why = "the suspension";
    let (worlds, _folder) = worlds().await;
    for world in worlds {
        let world = world.await;
        let shop = world.web().await;
        for n in 0..10 {
            let email = format!("ada{n}@example.com");
            let account = world.member(&email).await;
            let (mut linked, page) = with_link(&world, &shop, &email).await;
            let mut knowing: Vec<_> = (0..3).map(|_| world.visitor()).collect();
            let mut flows = Vec::new();
            for visitor in &mut knowing {
                flows.push(visitor.begin(&shop).await);
            }
            let mut inside = inside(&world, &shop, &email).await;
            world.pass(1);
            let suspend = async |at: Option<Timestamp>| {
                let line = AuditLine::new(AuditEvent::UserSuspended, &*world.clock, &SystemEntropy);
                let store = &world.app.operator.store;
                assert!(store.suspend_user(account.id, at, world.clock.now(), line).await.unwrap());
            };
            let mut acts: Vec<Act<'_>> = Vec::new();
            for (visitor, flow) in knowing.iter_mut().zip(&flows) {
                let email = &email;
                acts.push(Box::pin(async move { Some(visitor.submit(flow, email, PASSWORD).await) }));
            }
            acts.push(Box::pin(async { Some(press(&mut linked, &page).await) }));
            acts.push(Box::pin(async {
                // Each time it meets the others a little further on their way.
                tokio::time::sleep(Duration::from_micros(400 * n)).await;
                suspend(Some(world.clock.now())).await;
                None
            }));
            for visitor in &mut inside {
                acts.push(Box::pin(silently(&world, &shop, visitor)));
            }
            let answers = futures_join(acts).await;
            // What is only hidden by the suspension would come back with its end.
            suspend(None).await;
            all_outside(knowing.iter_mut().chain(&mut inside).chain([&mut linked]), why).await;
            all_ended(&world, &shop, answers, why).await;
            let late = press(&mut linked, &page).await;
            assert!(late.status == 410 || late.status == 303, "{}", late.text());
            all_outside([&mut linked], why).await;
        }
    }
}

#[tokio::test]
async fn c053_signing_out_everywhere_ends_what_is_just_beginning_on_both_engines() {
    let why = "signing out everywhere";
    let (worlds, _folder) = worlds().await;
    for world in worlds {
        let world = world.await;
        let shop = world.web().await;
        for n in 0..10 {
            let email = format!("ada{n}@example.com");
            world.member(&email).await;
            let mut inside = inside(&world, &shop, &email).await;
            let mut owner = world.visitor();
            owner.sign_in(&shop, &email).await;
            world.pass(1);
            let mut acts: Vec<Act<'_>> = Vec::new();
            let (before, after) = inside.split_at_mut(4);
            for visitor in before {
                acts.push(Box::pin(silently(&world, &shop, visitor)));
            }
            acts.push(Box::pin(async {
                let done = owner.post("/account/sign-out-everywhere", &[]).await;
                assert_eq!(done.status, 200, "{}", done.text());
                None
            }));
            for visitor in after {
                acts.push(Box::pin(silently(&world, &shop, visitor)));
            }
            let answers = futures_join(acts).await;
            all_outside(inside.iter_mut().chain([&mut owner]), why).await;
            all_ended(&world, &shop, answers, why).await;
        }
    }
}
