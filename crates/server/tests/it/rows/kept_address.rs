//! An address that can be put back is kept for its account: whoever has taken the account over cannot let another one
//! have it (C164).

use accounts::{Registration, RegistrationError};
use model::{SystemEntropy, User};

use super::account::enter;
use super::account_email::{ada, ask, is, letter, move_to, open};
use crate::unhappy::futures_join;
use crate::world::{PASSWORD, World};

const OLD: &str = "ada@example.com";
const NEW: &str = "ada@example.org";
const WEEK: u64 = 7 * 24 * 3_600;

async fn by_operator(world: &World, email: &str) -> Result<User, RegistrationError> {
    let registration = Registration {
        store: &world.app.reception.store,
        pool: &world.app.reception.pool,
        limits: &world.app.reception.limits,
        clock: &*world.clock,
        entropy: &SystemEntropy,
    };
    registration.by_operator(email, &PASSWORD.to_owned().into()).await
}

#[tokio::test]
async fn c164_nobody_else_gets_an_address_that_can_be_put_back_on_both_engines() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        let world = World::with_mail_over(database).await;
        let shop = world.web().await;
        let user = world.member(OLD).await;
        world.member("eve@example.com").await;
        let mut thief = world.visitor();
        enter(&mut thief, "/account/email").await;
        let way_back = move_to(&world, &mut thief, NEW).await;
        // By registration.
        let mut newcomer = world.visitor();
        let sent = newcomer.post("/register/email", &[("identifier", OLD)]).await;
        assert_eq!(sent.location().path(), "/link/sent");
        let [told] = world.letters().await.try_into().unwrap();
        let told = told.replace("=\r\n", "").replace("=3D", "=");
        assert!(told.contains(&format!("To: {OLD}")) && told.contains("is kept for the account"), "{told}");
        assert!(told.contains("Until 2027-01-22 08:00 (UTC)") && !told.contains("?token="), "{told}");
        // By another account.
        let mut eve = world.visitor();
        eve.sign_in(&shop, "eve@example.com").await;
        ask(&mut eve, OLD).await;
        let [told] = world.letters().await.try_into().unwrap();
        assert!(told.replace("=\r\n", "").contains("is kept for the account"), "{told}");
        // By an operator.
        assert!(matches!(by_operator(&world, OLD).await, Err(RegistrationError::Taken)));
        let mut owner = world.visitor();
        open(&mut owner, &way_back).await;
        let done = owner.post("/account/email/restore", &[]).await;
        assert_eq!(done.forward().as_deref(), Some("/forgot-password"), "{}", done.text());
        assert_eq!(ada(&world, &user).await, is(OLD));
        assert!(by_operator(&world, NEW).await.is_ok(), "the thief's address is kept for nobody");
    }
}

#[tokio::test]
async fn an_address_is_free_when_its_week_is_over_and_always_for_its_own_account() {
    let world = World::with_mail().await;
    let user = world.member(OLD).await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/email").await;
    move_to(&world, &mut visitor, NEW).await;
    world.pass(60);
    move_to(&world, &mut visitor, OLD).await;
    assert_eq!(ada(&world, &user).await, is(OLD), "back by the usual way");
    move_to(&world, &mut visitor, "ada@example.net").await;
    world.pass(WEEK + 1);
    let mut newcomer = world.visitor();
    newcomer.post("/register/email", &[("identifier", OLD)]).await;
    let (to, link, _) = letter(&world).await;
    assert_eq!(to, OLD);
    let page = open(&mut newcomer, &link.unwrap()).await;
    let nonce =
        page.body.split("name=\"nonce\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    newcomer.post("/link", &[("nonce", &nonce)]).await;
    newcomer.get("/account").await.shows(OLD);
}

#[tokio::test]
async fn c145_an_address_that_is_kept_gets_the_same_answer_as_any_other() {
    let world = World::with_mail().await;
    world.member(OLD).await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/email").await;
    move_to(&world, &mut visitor, NEW).await;
    let mut answers = Vec::new();
    for address in [OLD, NEW, "eva@example.com"] {
        let before = world.app.operator.store.database().statistics();
        let answer = world.visitor().post("/register/email", &[("identifier", address)]).await;
        let after = world.app.operator.store.database().statistics();
        let length = answer.location().as_str().len();
        let work = (after.queries - before.queries, after.works - before.works);
        answers.push((answer.status, length, answer.body, work));
        assert_eq!(world.letters().await.len(), 1, "{address}");
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[tokio::test]
async fn c164_an_address_is_kept_from_the_moment_it_is_given_up_on_both_engines() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        let world = World::with_mail_over(database).await;
        for n in 0..8 {
            let old = format!("ada{n}@example.com");
            let user = world.member(&old).await;
            let mut visitor = world.visitor();
            let begun = visitor.get("/account/email").await;
            visitor.submit(&begun.parameter("flow").unwrap(), &old, PASSWORD).await;
            ask(&mut visitor, &format!("ada{n}@example.org")).await;
            let (_, link, _) = letter(&world).await;
            open(&mut visitor, &link.unwrap()).await;
            let taking = async {
                for _ in 0..6 {
                    assert!(matches!(by_operator(&world, &old).await, Err(RegistrationError::Taken)));
                }
                None
            };
            let giving = async { Some(visitor.post("/account/email/confirm", &[]).await) };
            let both: Vec<std::pin::Pin<Box<dyn Future<Output = _>>>> =
                vec![Box::pin(taking), Box::pin(giving)];
            futures_join(both).await;
            assert_eq!(ada(&world, &user).await, is(&format!("ada{n}@example.org")));
            world.letters().await;
        }
    }
}
