//! What begins in the very moment in which everything ends: it ends, too, or does not begin.

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
    let [letter] = world.letters().await.try_into().unwrap();
    let letter = letter.replace("=\r\n", "").replace("=3D", "=");
    let link = letter.split_whitespace().find(|word| word.contains("?token=")).unwrap();
    let opened = owner.get(link).await;
    owner.get(opened.location().as_str()).await;
    owner
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

#[tokio::test]
async fn c163_c053_a_new_password_ends_what_is_just_beginning_on_both_engines() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        let world = World::with_mail_over(database).await;
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
            let mut signed_in = world.visitor();
            signed_in.sign_in(&shop, &email).await;
            let mut inside: Vec<_> = (0..8).map(|_| signed_in.clone()).collect();
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
            for thief in &mut thieves {
                let page = thief.get("/account").await;
                assert_eq!(page.status, 303, "a sign-in by the old password has outlived the new one");
            }
            for answer in answers.into_iter().flatten() {
                let code =
                    answer.headers.contains_key("location").then(|| answer.parameter("code")).flatten();
                let tokens = match code {
                    Some(code) => shop.redeem(&world, &code).await,
                    None => answer,
                };
                if let Ok(tokens) = serde_json::from_str::<serde_json::Value>(&tokens.body)
                    && let Some(refresh) = tokens["refresh_token"].as_str()
                {
                    let refreshed = shop.refresh(&world, refresh).await;
                    assert_eq!(refreshed.status, 400, "a grant has outlived the new password");
                }
            }
            world.letters().await;
        }
    }
}
