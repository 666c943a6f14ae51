//! The address that an account had lately, put back by whoever chooses a password by telephone.

use model::User;

use super::account::enter;
use super::phones::{EMAIL, NUMBER, code, enter_code, give_number, link_in, number_of, with_number};
use crate::answer::Answer;
use crate::visitor::Visitor;
use crate::world::{PASSWORD, World};

const THIEF: &str = "mallory@example.org";

/// Somebody chooses a new password by a code to the number, and has the page before them that takes it.
async fn forgotten_by_phone(world: &World) -> (Visitor<'_>, Answer) {
    let mut visitor = world.visitor();
    let waiting = visitor.post("/forgot-password", &[("identifier", NUMBER)]).await;
    let sent = code(world, NUMBER).await;
    let entered = enter_code(&mut visitor, &waiting, &sent).await;
    let page = visitor.get(entered.location().as_str()).await;
    (visitor, page)
}

/// A thief who is in the account gives it an address of their own. Returns the way back that the owner is sent.
async fn steal_address(world: &World, thief: &mut Visitor<'_>) -> String {
    enter(thief, "/account/email").await;
    thief.post("/account/email", &[("email", THIEF)]).await;
    let opened = thief.get(&link_in(&world.letters().await)).await;
    thief.get(opened.location().as_str()).await;
    thief.post("/account/email/confirm", &[]).await;
    let letters = world.letters().await;
    assert!(letters.concat().contains(EMAIL), "{letters:?}");
    link_in(&letters)
}

async fn address_of(world: &World, user: &User) -> (String, bool) {
    let user = world.app.reception.store.user(user.id).await.unwrap().unwrap();
    (user.email.unwrap().as_str().to_owned(), user.email_verified)
}

#[tokio::test]
async fn c164_whoever_chooses_a_password_by_telephone_may_put_the_former_address_back() {
    let world = World::with_messages().await;
    let user = with_number(&world).await;
    let mut thief = world.visitor();
    let way_back = steal_address(&world, &mut thief).await;
    world.pass(2 * 24 * 3_600);
    let (mut owner, page) = forgotten_by_phone(&world).await;
    page.shows("a…@e…").shows("name=\"restore\"");
    assert!(!page.body.contains(EMAIL) && !page.body.contains(THIEF), "a hint is enough for its owner");
    let weak = owner.post("/reset-password", &[("password", "password"), ("restore", "yes")]).await;
    assert_eq!(weak.status, 422);
    weak.shows("checked");
    assert_eq!(address_of(&world, &user).await, (THIEF.to_owned(), true), "nothing changes by a try");
    let new = "seven quiet lanterns 4";
    let done = owner.post("/reset-password", &[("password", new), ("restore", "yes")]).await;
    done.shows("id=\"restored\"").shows("a…@e…");
    assert_eq!(address_of(&world, &user).await, (EMAIL.to_owned(), true));
    assert!(world.audited("email.restored").await);
    let letters = world.letters().await.concat();
    assert!(letters.contains(EMAIL) && !letters.contains(THIEF), "{letters}");
    assert!(!thief.get("/").await.body.contains("sign-out"), "signed out");
    thief.post("/forgot-password", &[("identifier", THIEF)]).await;
    assert!(world.letters().await.is_empty(), "and no way in is left by the address");
    let opened = owner.get(&way_back).await;
    owner.get(opened.location().as_str()).await.is_failure_page(410);
    let shop = world.web().await;
    let flow = owner.begin(&shop).await;
    assert!(owner.submit(&flow, EMAIL, new).await.parameter("code").is_some());
    assert_eq!(number_of(&world, &user).await.as_deref(), Some(NUMBER));
}

#[tokio::test]
async fn an_address_that_its_owner_changed_stays_and_its_way_back_is_open() {
    let world = World::with_messages().await;
    let user = with_number(&world).await;
    let way_back = steal_address(&world, &mut world.visitor()).await;
    let (mut owner, page) = forgotten_by_phone(&world).await;
    page.shows("name=\"restore\"");
    let done = owner.post("/reset-password", &[("password", "seven quiet lanterns 4")]).await;
    assert!(!done.body.contains("id=\"restored\""));
    assert_eq!(address_of(&world, &user).await, (THIEF.to_owned(), true));
    world.letters().await;
    let opened = owner.get(&way_back).await;
    owner.get(opened.location().as_str()).await.shows("action=\"/account/email/restore\"");
}

#[tokio::test]
async fn c164_nobody_else_is_offered_a_former_address() {
    let world = World::with_messages().await;
    let user = with_number(&world).await;
    let (mut owner, page) = forgotten_by_phone(&world).await;
    assert!(!page.body.contains("restore"), "there is none");
    owner.post("/reset-password", &[("password", PASSWORD), ("restore", "yes")]).await.shows("password");
    assert_eq!(address_of(&world, &user).await, (EMAIL.to_owned(), true));
    world.letters().await;
    // Whoever reads the letters of the address may be the one who changed it.
    let mut thief = world.visitor();
    steal_address(&world, &mut thief).await;
    thief.post("/forgot-password", &[("identifier", THIEF)]).await;
    let opened = thief.get(&link_in(&world.letters().await)).await;
    let page = thief.get(opened.location().as_str()).await;
    assert!(!page.body.contains("restore"), "{}", page.text());
    thief.post("/reset-password", &[("password", "seven quiet lanterns 4"), ("restore", "yes")]).await;
    assert_eq!(address_of(&world, &user).await, (THIEF.to_owned(), true));
    // A week later the way back is over, and so is the offer.
    give_number(&world, &user, NUMBER).await;
    world.pass(8 * 24 * 3_600);
    let (_, page) = forgotten_by_phone(&world).await;
    assert!(!page.body.contains("restore"));
}
