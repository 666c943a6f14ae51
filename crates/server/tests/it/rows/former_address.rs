//! The address that an account had lately, put back by whoever chooses a password by telephone.

use model::{Clock as _, User};

use super::account::enter;
use super::phones::{EMAIL, NUMBER, code, enter_code, give_number, link_in, number_of, with_number};
use crate::answer::Answer;
use crate::visitor::Visitor;
use crate::world::World;

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

/// What the page offers to put back.
fn offered(page: &Answer) -> Vec<String> {
    let radios = page.body.split("name=\"restore\" type=\"radio\" value=\"").skip(1);
    radios.map(|rest| rest.split('"').next().unwrap().to_owned()).filter(|id| !id.is_empty()).collect()
}

/// Whoever is in the account gives it another address. Returns the way back that the former one is sent.
async fn change_address(world: &World, inside: &mut Visitor<'_>, address: &str) -> String {
    inside.post("/account/email", &[("email", address)]).await;
    let opened = inside.get(&link_in(&world.letters().await)).await;
    inside.get(opened.location().as_str()).await;
    inside.post("/account/email/confirm", &[]).await;
    link_in(&world.letters().await)
}

/// A thief who is in the account gives it an address of their own. Returns the way back that the owner is sent.
async fn steal_address(world: &World, thief: &mut Visitor<'_>) -> String {
    enter(thief, "/account/email").await;
    change_address(world, thief, THIEF).await
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
    page.shows("a…@e…");
    let [back] = offered(&page).try_into().unwrap();
    assert!(!page.body.contains(EMAIL) && !page.body.contains(THIEF), "a hint is enough for its owner");
    let weak = owner.post("/reset-password", &[("password", "password"), ("restore", &back)]).await;
    assert_eq!(weak.status, 422);
    weak.shows(&format!("value=\"{back}\" checked"));
    assert_eq!(address_of(&world, &user).await, (THIEF.to_owned(), true), "nothing changes by a try");
    let new = "seven quiet lanterns 4";
    let done = owner.post("/reset-password", &[("password", new), ("restore", &back)]).await;
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
    assert_eq!(offered(&page).len(), 1);
    let fields = [("password", "seven quiet lanterns 4"), ("restore", "")];
    let done = owner.post("/reset-password", &fields).await;
    assert!(!done.body.contains("id=\"restored\""));
    assert_eq!(address_of(&world, &user).await, (THIEF.to_owned(), true));
    world.letters().await;
    let opened = owner.get(&way_back).await;
    owner.get(opened.location().as_str()).await.shows("action=\"/account/email/restore\"");
}

#[tokio::test]
async fn each_of_several_former_addresses_can_be_put_back() {
    let world = World::with_messages().await;
    let user = with_number(&world).await;
    let mut inside = world.visitor();
    enter(&mut inside, "/account/email").await;
    let own = "ada@lovelace.example";
    let first = change_address(&world, &mut inside, own).await;
    world.pass(60);
    let second = change_address(&world, &mut inside, THIEF).await;
    let (mut owner, page) = forgotten_by_phone(&world).await;
    let [oldest, latest] = offered(&page).try_into().unwrap();
    assert!(page.body.find(&oldest) < page.body.find(&latest));
    page.shows("a…@l…").shows("a…@e…");
    let fields = [("password", "seven quiet lanterns 4"), ("restore", latest.as_str())];
    owner.post("/reset-password", &fields).await.shows("id=\"restored\"");
    assert_eq!(address_of(&world, &user).await, (own.to_owned(), true));
    for (link, path) in [(first, Some("/account/email/restore")), (second, None)] {
        let opened = owner.get(&link).await;
        let page = owner.get(opened.location().as_str()).await;
        match path {
            Some(path) => drop(page.shows(&format!("action=\"{path}\""))),
            None => drop(page.is_failure_page(410)),
        }
    }
}

#[tokio::test]
async fn c164_a_telephone_that_came_after_the_address_puts_nothing_back() {
    let world = World::with_messages().await;
    let user = world.member(EMAIL).await;
    let mut inside = world.visitor();
    enter(&mut inside, "/account/email").await;
    let own = "ada@lovelace.example";
    change_address(&world, &mut inside, own).await;
    let [link] =
        world.app.reception.store.ways_back(user.id, world.clock.now()).await.unwrap().try_into().unwrap();
    world.pass(60);
    give_number(&world, &user, NUMBER).await;
    let (mut thief, page) = forgotten_by_phone(&world).await;
    assert_eq!(offered(&page), Vec::<String>::new());
    let fields = [("password", "seven quiet lanterns 4"), ("restore", &link.id.to_string())];
    let refused = thief.post("/reset-password", &fields).await;
    assert_eq!(refused.status, 422);
    refused.shows("id=\"not-back\"");
    assert_eq!(address_of(&world, &user).await, (own.to_owned(), true));
}

#[tokio::test]
async fn what_cannot_be_put_back_any_more_is_said_and_nothing_is_changed() {
    let world = World::with_messages().await;
    let user = with_number(&world).await;
    steal_address(&world, &mut world.visitor()).await;
    world.pass(7 * 24 * 3_600 - 60);
    let (mut owner, page) = forgotten_by_phone(&world).await;
    let [back] = offered(&page).try_into().unwrap();
    world.pass(120);
    let new = "seven quiet lanterns 4";
    for restore in [&back, "nonsense"] {
        let late = owner.post("/reset-password", &[("password", new), ("restore", restore)]).await;
        assert_eq!(late.status, 422);
        late.shows("id=\"not-back\"");
        assert_eq!(offered(&late), Vec::<String>::new());
    }
    let done = owner.post("/reset-password", &[("password", new)]).await;
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(address_of(&world, &user).await, (THIEF.to_owned(), true));
}

#[tokio::test]
async fn an_address_that_the_account_has_is_not_offered() {
    let world = World::with_messages().await;
    with_number(&world).await;
    let mut inside = world.visitor();
    enter(&mut inside, "/account/email").await;
    change_address(&world, &mut inside, THIEF).await;
    // Back to what it was, as people do who have made a mistake.
    change_address(&world, &mut inside, EMAIL).await;
    let (_, page) = forgotten_by_phone(&world).await;
    page.shows("m…@e…");
    assert_eq!(offered(&page).len(), 1, "{}", page.text());
}

#[tokio::test]
async fn c164_nobody_else_is_offered_a_former_address() {
    let world = World::with_messages().await;
    let user = with_number(&world).await;
    let (_, page) = forgotten_by_phone(&world).await;
    assert!(!page.body.contains("restore"), "there is none");
    // Whoever reads the letters of the address may be the one who changed it.
    let mut thief = world.visitor();
    steal_address(&world, &mut thief).await;
    let [way_back] =
        world.app.reception.store.ways_back(user.id, world.clock.now()).await.unwrap().try_into().unwrap();
    thief.post("/forgot-password", &[("identifier", THIEF)]).await;
    let opened = thief.get(&link_in(&world.letters().await)).await;
    let page = thief.get(opened.location().as_str()).await;
    assert!(!page.body.contains("restore"), "{}", page.text());
    let fields = [("password", "seven quiet lanterns 4"), ("restore", &way_back.id.to_string())];
    assert_eq!(thief.post("/reset-password", &fields).await.status, 422);
    assert_eq!(address_of(&world, &user).await, (THIEF.to_owned(), true));
    // A week later the way back is over, and so is the offer.
    world.pass(8 * 24 * 3_600);
    let (_, page) = forgotten_by_phone(&world).await;
    assert!(!page.body.contains("restore"));
}
