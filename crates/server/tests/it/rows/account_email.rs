//! The e-mail address of an account: another one, the proof of the one that is there, and the former one put back.

use model::User;

use super::account::enter;
use crate::answer::Answer;
use crate::unhappy::futures_join;
use crate::visitor::Visitor;
use crate::world::{PASSWORD, World};

const OLD: &str = "ada@example.com";
const NEW: &str = "ada@example.org";

/// The one letter that is there: to whom, its link, its code.
pub(super) async fn letter(world: &World) -> (String, Option<String>, Option<String>) {
    let letters = world.letters().await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    read(&letters[0])
}

fn read(letter: &str) -> (String, Option<String>, Option<String>) {
    let text = letter.replace("=\r\n", "").replace("=3D", "=");
    let to = text.lines().find_map(|line| line.strip_prefix("To: ")).unwrap().trim().to_owned();
    let link = text.split_whitespace().find(|word| word.starts_with("https://") && word.contains("?token="));
    let code = text.split("asked for it: ").nth(1).map(|rest| rest[..6].to_owned());
    (to, link.map(str::to_owned), code)
}

pub(super) async fn ask(visitor: &mut Visitor<'_>, address: &str) -> Answer {
    visitor.post("/account/email", &[("email", address)]).await
}

/// Follows a link to the page that it leads to.
pub(super) async fn open(visitor: &mut Visitor<'_>, link: &str) -> Answer {
    let answer = visitor.get(link).await;
    visitor.get(answer.location().as_str()).await
}

pub(super) async fn ada(world: &World, user: &User) -> (Option<String>, bool) {
    let user = world.app.reception.store.user(user.id).await.unwrap().unwrap();
    (user.email.map(|email| email.as_str().to_owned()), user.email_verified)
}

pub(super) fn is(address: &str) -> (Option<String>, bool) {
    (Some(address.to_owned()), true)
}

#[tokio::test]
async fn c164_nothing_changes_before_the_new_address_proves_itself_and_the_old_one_is_told() {
    let world = World::with_mail().await;
    let user = world.member(OLD).await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/email").await.shows("action=\"/account/email\"");
    assert_eq!(ask(&mut visitor, "no address").await.status, 422);
    let sent = ask(&mut visitor, NEW).await;
    assert_eq!(sent.location().path(), "/link/sent");
    visitor.get(sent.location().as_str()).await.shows("nothing changes");
    let (to, link, code) = letter(&world).await;
    assert_eq!(to, NEW);
    assert!(code.is_some());
    let link = link.expect("a link");
    for _ in 0..3 {
        world.visitor().get(&link).await;
    }
    open(&mut visitor, &link).await.shows(NEW).shows("action=\"/account/email/confirm\"");
    assert_eq!(ada(&world, &user).await, is(OLD), "to look changes nothing");
    let done = visitor.post("/account/email/confirm", &[]).await;
    visitor.get(done.location().as_str()).await.shows(NEW).shows("id=\"notice\"");
    assert_eq!(ada(&world, &user).await, is(NEW));
    assert!(world.audited("email.changed").await);
    let twice = visitor.post("/account/email/confirm", &[]).await;
    assert_eq!(twice.location().path(), "/account", "a double click is no failure");
    let (to, _, code) = letter(&world).await;
    assert_eq!((to.as_str(), code), (OLD, None), "the former address is told");
}

#[tokio::test]
async fn c164_the_former_address_objects_and_everybody_else_is_out() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    let user = world.member(OLD).await;
    let mut thief = world.visitor();
    enter(&mut thief, "/account/email").await;
    ask(&mut thief, NEW).await;
    let (_, link, _) = letter(&world).await;
    open(&mut thief, &link.unwrap()).await;
    thief.post("/account/email/confirm", &[]).await;
    let (to, link, _) = letter(&world).await;
    assert_eq!(to, OLD);
    let link = link.unwrap();
    world.pass(6 * 24 * 3_600);
    let mut owner = world.visitor();
    open(&mut owner, &link).await.shows(OLD).shows("action=\"/account/email/restore\"");
    assert_eq!(ada(&world, &user).await, is(NEW), "to look changes nothing");
    let done = owner.post("/account/email/restore", &[]).await;
    assert_eq!(done.forward().as_deref(), Some("/forgot-password"));
    assert_eq!(ada(&world, &user).await, is(OLD));
    assert!(world.audited("email.restored").await);
    assert!(!thief.get("/").await.body.contains("sign-out"), "signed out");
    assert!(!owner.get("/").await.body.contains("sign-out"), "and nobody signed in by it");
    let flow = thief.begin(&shop).await;
    assert_eq!(thief.submit(&flow, OLD, PASSWORD).await.status, 422, "the password is gone");
    owner.post("/account/email/restore", &[]).await.is_failure_page(410);
    owner.post("/forgot-password", &[("identifier", OLD)]).await;
    let (to, link, _) = letter(&world).await;
    assert_eq!(to, OLD);
    assert!(link.unwrap().contains("/reset-password"), "a new password is chosen as ever");
}

#[tokio::test]
async fn the_way_to_object_ends_after_a_week_and_is_not_sent_again() {
    let world = World::with_mail().await;
    let user = world.member(OLD).await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/email").await;
    ask(&mut visitor, NEW).await;
    let (_, link, _) = letter(&world).await;
    open(&mut visitor, &link.unwrap()).await;
    visitor.post("/account/email/confirm", &[]).await;
    let (_, link, _) = letter(&world).await;
    let link = link.unwrap();
    world.pass(7 * 24 * 3_600 + 1);
    open(&mut visitor, &link).await.is_failure_page(410);
    visitor.post("/account/email/restore", &[]).await.is_failure_page(410);
    visitor.post("/link/again", &[]).await.is_failure_page(410);
    assert!(world.letters().await.is_empty());
    assert_eq!(ada(&world, &user).await, is(NEW));
}

#[tokio::test]
async fn the_code_does_the_same_in_the_browser_that_asked() {
    let world = World::with_mail().await;
    let user = world.member(OLD).await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/email").await;
    let id = ask(&mut visitor, NEW).await.parameter("link").unwrap();
    let (_, _, code) = letter(&world).await;
    let wrong = visitor.post("/link/sent", &[("link", &id), ("code", "000000")]).await;
    assert_eq!(wrong.status, 422);
    let right = visitor.post("/link/sent", &[("link", &id), ("code", &code.unwrap())]).await;
    assert_eq!(right.location().path(), "/account/email/confirm");
    visitor.get(right.location().as_str()).await.shows(NEW);
    visitor.post("/account/email/confirm", &[]).await;
    assert_eq!(ada(&world, &user).await, is(NEW));
    let waiting = visitor.get(&format!("/link/sent?link={id}")).await;
    assert_eq!(waiting.location().path(), "/account", "the tab that waited goes on");
}

#[tokio::test]
async fn c145_an_address_of_somebody_else_gets_the_same_answer_and_its_owner_a_letter() {
    let world = World::with_mail().await;
    let user = world.member(OLD).await;
    world.member("eve@example.com").await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/email").await;
    let mut answers = Vec::new();
    for address in [NEW, "eve@example.com"] {
        let before = world.faults.commits();
        let answer = ask(&mut visitor, address).await;
        let length = answer.location().as_str().len();
        answers.push((answer.status, length, answer.body, world.faults.commits() - before));
        world.letters().await;
    }
    assert_eq!(answers[0], answers[1]);
    let id = ask(&mut visitor, "Eve@Example.com").await.parameter("link").unwrap();
    let letters = world.letters().await;
    let (to, link, code) = read(&letters[0]);
    assert_eq!((to.as_str(), link, code), ("eve@example.com", None, None), "told, and nothing to press");
    for code in ["000000", "123456"] {
        assert_eq!(visitor.post("/link/sent", &[("link", &id), ("code", code)]).await.status, 422);
    }
    assert_eq!(ada(&world, &user).await, is(OLD));
}

#[tokio::test]
async fn an_address_that_became_somebodys_meanwhile_is_not_taken_from_them() {
    let world = World::with_mail().await;
    let user = world.member(OLD).await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/email").await;
    ask(&mut visitor, NEW).await;
    let (_, link, _) = letter(&world).await;
    world.member(NEW).await;
    open(&mut visitor, &link.unwrap()).await;
    visitor.post("/account/email/confirm", &[]).await.is_failure_page(410);
    assert_eq!(ada(&world, &user).await, is(OLD));
}

#[tokio::test]
async fn c165_only_the_owner_of_account_and_address_makes_it_verified() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    let user = world.member(OLD).await;
    let eve = world.member("eve@example.com").await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/email").await;
    let everything = [("email", NEW), ("email_verified", "1"), ("verified", "true"), ("user", "x")];
    visitor.post("/account/email", &everything).await;
    assert_eq!(ada(&world, &user).await, is(OLD), "no form writes it");
    let (_, link, _) = letter(&world).await;
    let link = link.unwrap();
    let mut other = world.visitor();
    other.sign_in(&shop, "eve@example.com").await;
    let answer = open(&mut other, &link).await;
    assert_eq!(answer.location().path(), "/sign-in", "sign in to the account that it is for");
    assert_eq!(other.post("/account/email/confirm", &[]).await.location().path(), "/sign-in");
    assert_eq!(ada(&world, &eve).await, is("eve@example.com"));
    assert_eq!(ada(&world, &user).await, is(OLD));
    let flow = answer.parameter("flow").unwrap();
    let back = other.submit(&flow, OLD, PASSWORD).await;
    assert_eq!(back.location().path(), "/account/email/confirm");
    other.get(back.location().as_str()).await.shows(NEW);
}

#[tokio::test]
async fn c158_a_link_for_an_address_does_nothing_else_and_dies_in_time() {
    let world = World::with_mail().await;
    world.member(OLD).await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/email").await;
    ask(&mut visitor, NEW).await;
    let (_, old, _) = letter(&world).await;
    ask(&mut visitor, "ada@example.net").await;
    let (_, link, _) = letter(&world).await;
    open(&mut visitor, &old.unwrap()).await.is_failure_page(410);
    let token = link.as_deref().unwrap().split_once("?token=").unwrap().1.to_owned();
    for elsewhere in ["/link", "/reset-password", "/account/email/restore"] {
        open(&mut visitor, &format!("{elsewhere}?token={token}")).await.is_failure_page(404);
    }
    world.pass(1_801);
    open(&mut visitor, &link.unwrap()).await.is_failure_page(410);
}

#[tokio::test]
async fn fifty_confirmations_at_once_change_the_address_once() {
    let world = World::with_mail().await;
    let user = world.member(OLD).await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/email").await;
    ask(&mut visitor, NEW).await;
    let (_, link, _) = letter(&world).await;
    open(&mut visitor, &link.unwrap()).await;
    let mut browsers: Vec<_> = (0..50).map(|_| visitor.clone()).collect();
    let posts = browsers.iter_mut().map(|browser| browser.post("/account/email/confirm", &[])).collect();
    for answer in futures_join(posts).await {
        assert_eq!(answer.status, 303, "{}", answer.text());
    }
    assert_eq!(ada(&world, &user).await, is(NEW));
    assert_eq!(world.letters().await.len(), 1, "the former address is told once");
}

/// Gives the account another address, and answers the links of both letters: that of the new one, and the way back.
pub(crate) async fn move_to(world: &World, visitor: &mut Visitor<'_>, address: &str) -> String {
    ask(visitor, address).await;
    let (_, link, _) = letter(world).await;
    open(visitor, &link.unwrap()).await;
    visitor.post("/account/email/confirm", &[]).await;
    let (_, way_back, _) = letter(world).await;
    way_back.unwrap()
}

/// The link that a waiting page is about.
async fn ask_for_reset(visitor: &mut Visitor<'_>, address: &str) -> String {
    let sent = visitor.post("/forgot-password", &[("identifier", address)]).await;
    sent.parameter("link").unwrap()
}

#[tokio::test]
async fn c164_what_was_asked_for_at_another_address_is_sent_to_it_no_more() {
    let world = World::with_mail().await;
    let user = world.member(OLD).await;
    let mut thief = world.visitor();
    enter(&mut thief, "/account/email").await;
    let way_back = move_to(&world, &mut thief, NEW).await;
    let asked = ask_for_reset(&mut thief, NEW).await;
    let (_, reset, _) = letter(&world).await;
    let mut owner = world.visitor();
    open(&mut owner, &way_back).await;
    owner.post("/account/email/restore", &[]).await;
    assert_eq!(ada(&world, &user).await, is(OLD));
    // The answer is as ever, and no letter leaves; the one that did leads nowhere.
    for _ in 0..2 {
        let again = thief.post("/link/sent/again", &[("link", &asked)]).await;
        assert_eq!(again.location().path(), "/link/sent");
    }
    assert_eq!(world.letters().await.len(), 0);
    open(&mut thief, &reset.unwrap()).await;
    thief.post("/reset-password", &[("password", PASSWORD)]).await.is_failure_page(410);
    // The same for whoever reads the mailbox that an owner has left.
    let mut reader = world.visitor();
    let asked = ask_for_reset(&mut reader, OLD).await;
    letter(&world).await;
    let mut owner = world.visitor();
    let code = ask_for_reset(&mut owner, OLD).await;
    assert_ne!(code, asked);
    let (_, link, _) = letter(&world).await;
    open(&mut owner, &link.unwrap()).await;
    owner.post("/reset-password", &[("password", PASSWORD)]).await;
    world.letters().await;
    enter(&mut owner, "/account/email").await;
    move_to(&world, &mut owner, NEW).await;
    reader.post("/link/sent/again", &[("link", &asked)]).await;
    assert_eq!(world.letters().await.len(), 0);
}

#[tokio::test]
async fn c164_whoever_has_taken_an_account_over_cannot_take_the_way_back_away() {
    const THIRD: &str = "ada@example.net";
    let world = World::with_mail().await;
    let user = world.member(OLD).await;
    let mut thief = world.visitor();
    enter(&mut thief, "/account/email").await;
    let way_back = move_to(&world, &mut thief, NEW).await;
    world.pass(60);
    let of_thief = move_to(&world, &mut thief, THIRD).await;
    thief.post("/account/password", &[("password", "a password of the thief's")]).await;
    world.letters().await;
    // Their own way back leads to their own former address, and the owner's stays good.
    open(&mut thief, &of_thief).await;
    thief.post("/account/email/restore", &[]).await;
    assert_eq!(ada(&world, &user).await, is(NEW));
    world.pass(24 * 3_600);
    let mut owner = world.visitor();
    open(&mut owner, &way_back).await;
    let done = owner.post("/account/email/restore", &[]).await;
    assert_eq!(done.forward().as_deref(), Some("/forgot-password"), "{}", done.body);
    assert_eq!(ada(&world, &user).await, is(OLD));
}

#[tokio::test]
async fn c164_a_way_back_is_not_renewed_by_whoever_has_it() {
    let world = World::with_mail().await;
    let user = world.member(OLD).await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/email").await;
    let way_back = move_to(&world, &mut visitor, NEW).await;
    let mut reader = world.visitor();
    open(&mut reader, &way_back).await;
    for _ in 0..2 {
        let again = reader.post("/link/again", &[]).await;
        assert_eq!(again.location().path(), "/account/email/restore", "it is good, and not renewed");
    }
    world.pass(8 * 24 * 3_600);
    reader.post("/link/again", &[]).await.is_failure_page(410);
    assert_eq!(world.letters().await.len(), 0);
    assert_eq!(ada(&world, &user).await, is(NEW));
}

#[tokio::test]
async fn c164_whoever_changed_the_address_cannot_use_the_way_back_up_where_they_did_so() {
    let world = World::with_mail().await;
    let user = world.member(OLD).await;
    let mut thief = world.visitor();
    enter(&mut thief, "/account/email").await;
    let way_back = move_to(&world, &mut thief, NEW).await;
    // Should they ever learn its id, which is a name and no secret.
    let token = way_back.split_once("?token=").unwrap().1;
    let id = world.app.reception.link_key.open(token).unwrap().to_string();
    let again = thief.post("/link/sent/again", &[("link", &id)]).await;
    assert_ne!(again.location().path(), "/link/sent", "it is nothing that this browser asked for");
    for code in ["000000", "111111", "222222", "333333", "444444", "555555"] {
        thief.post("/link/sent", &[("link", &id), ("code", code)]).await;
    }
    assert_eq!(world.letters().await.len(), 0);
    let mut owner = world.visitor();
    open(&mut owner, &way_back).await;
    let done = owner.post("/account/email/restore", &[]).await;
    assert_eq!(done.forward().as_deref(), Some("/forgot-password"), "{}", done.text());
    assert_eq!(ada(&world, &user).await, is(OLD));
}
