//! Telephone numbers: proved by the code of a text message, signed in by, and removed.

use std::sync::Arc;

use deliver::{Sending, Sms, SmsProvider, SmsSettings};
use model::{Address, Clock as _, LinkId, LinkPurpose, MailId, PhoneNumber, SystemEntropy, User, UserId};
use serde_json::json;
use store::audit::{AuditEvent, AuditLine};
use store::identities::Identity;
use store::links::{Link, MOST_TRIES, Use};
use store::outbox::{Mail, MailKind};
use store::users::NewAccount;
use store::ways_in::Messages;

use super::account::enter;
use crate::answer::Answer;
use crate::client_app::userinfo;
use crate::unhappy::futures_join;
use crate::visitor::Visitor;
use crate::world::{PASSWORD, World};

pub(super) const EMAIL: &str = "ada@example.com";
pub(super) const NUMBER: &str = "+4930901820";
const OTHER: &str = "+4930901821";

/// The code in the one text message that is there, which went to this number.
pub(super) async fn code(world: &World, to: &str) -> String {
    let texts = world.texts().await;
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(texts[0].starts_with(&format!("To: {to}\n")), "{}", texts[0]);
    let (words, bound) = texts[0].trim_end().rsplit_once("\n\n").unwrap();
    let code = bound.strip_prefix("@id.example #").unwrap().to_owned();
    assert!(words.contains(&code));
    code
}

async fn ask(visitor: &mut Visitor<'_>, number: &str) -> Answer {
    visitor.post("/account/phone", &[("phone", number)]).await
}

pub(super) async fn enter_code(visitor: &mut Visitor<'_>, waiting: &Answer, code: &str) -> Answer {
    let link = waiting.parameter("link").unwrap();
    visitor.post("/link/sent", &[("link", &link), ("code", code)]).await
}

pub(super) async fn number_of(world: &World, user: &User) -> Option<String> {
    let phone = world.app.reception.store.phone(user.id).await.unwrap();
    phone.map(|phone| phone.number.as_str().to_owned())
}

/// The first link in letters.
pub(super) fn link_in(letters: &[String]) -> String {
    let text = letters.concat().replace("=\r\n", "").replace("=3D", "=");
    let link = text.split_whitespace().find(|word| word.contains("?token=")).map(str::to_owned);
    link.expect("a link")
}

/// A link for a number, as one that was asked for.
fn link(world: &World, user: &User, number: &str) -> Link {
    let now = world.clock.now();
    Link {
        id: LinkId::new(&*world.clock, &SystemEntropy),
        purpose: LinkPurpose::VerifyPhone,
        asked: number.to_owned(),
        user: Some(user.id),
        address: Address::parse(number),
        texted: true,
        flow: None,
        application: None,
        browser: [7; 32],
        locale: "en".to_owned(),
        rehearsal: false,
        tries: 0,
        created_at: now,
        expires_at: now.plus(LinkPurpose::VerifyPhone.lifetime()),
        used_at: None,
        used_in: None,
        replaced_at: None,
        revoked_at: None,
    }
}

/// Somebody with an account that has the number.
pub(super) async fn with_number(world: &World) -> User {
    let user = world.member(EMAIL).await;
    give_number(world, &user, NUMBER).await;
    user
}

pub(super) async fn give_number(world: &World, user: &User, number: &str) {
    let store = &world.app.reception.store;
    let link = link(world, user, number);
    store.stage_link(&link).await.unwrap();
    let used = Use { link: &link, browser: [7; 32], tries: MOST_TRIES, at: world.clock.now() };
    let notice = Mail {
        id: MailId::new(&*world.clock, &SystemEntropy),
        kind: MailKind::PhoneAdded,
        user: None,
        link: None,
        locale: "en".to_owned(),
        about: None,
    };
    let line = AuditLine::new(AuditEvent::PhoneAdded, &*world.clock, &SystemEntropy);
    let number = PhoneNumber::parse(number).unwrap();
    assert!(store.set_phone(used, user.id, &number, &[notice], line).await.unwrap());
}

#[tokio::test]
async fn a_number_proves_itself_and_is_a_way_in_from_then_on() {
    let world = World::with_messages().await;
    let shop = world.web().await;
    let user = world.member(EMAIL).await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/phone").await.shows("action=\"/account/phone\"");
    ask(&mut visitor, "030 901820").await.shows("code of its country");
    let waiting = ask(&mut visitor, "+49 (30) 90 18-20").await;
    visitor
        .get(waiting.location().as_str())
        .await
        .shows("nothing changes")
        .shows("Code from the text message");
    assert_eq!(number_of(&world, &user).await, None);
    let sent = code(&world, NUMBER).await;
    let wrong = if sent == "000000" { "000001" } else { "000000" };
    assert_eq!(enter_code(&mut visitor, &waiting, wrong).await.status, 422);
    let done = enter_code(&mut visitor, &waiting, &sent).await;
    visitor.get(done.location().as_str()).await.shows(NUMBER).shows("is added");
    let twice = enter_code(&mut visitor, &waiting, &sent).await;
    assert_eq!(twice.location(), done.location(), "a double click is no failure (F14)");
    assert!(world.audited("phone.added").await);
    let letters = world.letters().await;
    assert_eq!(letters.len(), 1, "the owner is told");
    assert!(letters[0].contains("Subject: A telephone number was added"), "{}", letters[0]);

    let mut elsewhere = world.visitor();
    let flow = elsewhere.begin_with(&shop, &[("scope", "openid phone")]).await;
    elsewhere.get(&format!("/sign-in/link?flow={flow}")).await.shows("telephone number");
    let waiting = elsewhere.post("/sign-in/link", &[("flow", &flow), ("identifier", "+49 30 901820")]).await;
    elsewhere.get(waiting.location().as_str()).await.shows("If there is an account with that number");
    let sent = code(&world, NUMBER).await;
    let entered = enter_code(&mut elsewhere, &waiting, &sent).await;
    let arrived = elsewhere.get(entered.location().as_str()).await;
    let tokens = shop.redeem(&world, &arrived.parameter("code").unwrap()).await.json();
    let claims = userinfo(&world, tokens["access_token"].as_str().unwrap()).await.json();
    assert_eq!((&claims["phone_number"], &claims["phone_number_verified"]), (&NUMBER.into(), &true.into()));

    let mut by_password = world.visitor();
    let flow = by_password.begin(&shop).await;
    assert!(by_password.submit(&flow, NUMBER, PASSWORD).await.parameter("code").is_some());
}

#[tokio::test]
async fn c145_whose_number_it_is_shows_nowhere() {
    let world = World::with_messages().await;
    with_number(&world).await;
    let shop = world.web().await;
    let mut pages = Vec::new();
    for number in [NUMBER, OTHER] {
        let mut visitor = world.visitor();
        let flow = visitor.begin(&shop).await;
        let waiting = visitor.post("/sign-in/link", &[("flow", &flow), ("identifier", number)]).await;
        assert_eq!(waiting.status, 303);
        let page = visitor.get(waiting.location().as_str()).await;
        let link = waiting.parameter("link").unwrap();
        pages.push((page.status, page.body.replace(&link, "")));
        let texts = world.texts().await;
        assert_eq!(texts.len(), usize::from(number == NUMBER), "{number}");
    }
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn a_number_of_another_account_stays_there_and_only_its_owner_is_told() {
    let world = World::with_messages().await;
    let grace = world.member("grace@example.com").await;
    give_number(&world, &grace, NUMBER).await;
    let ada = world.member(EMAIL).await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/phone").await;
    let waiting = ask(&mut visitor, NUMBER).await;
    visitor.get(waiting.location().as_str()).await.shows("A code is on its way");
    let sent = code(&world, NUMBER).await;
    let done = enter_code(&mut visitor, &waiting, &sent).await;
    visitor.get(done.location().as_str()).await.shows("stands at another account");
    assert_eq!(number_of(&world, &ada).await, None);
    assert_eq!(number_of(&world, &grace).await.as_deref(), Some(NUMBER));
}

#[tokio::test]
async fn c118_a_number_is_changed_by_who_signed_in_just_now() {
    let world = World::with_messages().await;
    let user = with_number(&world).await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/phone").await;
    let waiting = ask(&mut visitor, OTHER).await;
    let sent = code(&world, OTHER).await;
    world.pass(601);
    assert_eq!(ask(&mut visitor, OTHER).await.location().path(), "/sign-in");
    assert_eq!(visitor.post("/account/phone/remove", &[]).await.location().path(), "/sign-in");
    let late = enter_code(&mut visitor, &waiting, &sent).await;
    assert_eq!(late.location().path(), "/sign-in", "the code alone does not do");
    assert_eq!(number_of(&world, &user).await.as_deref(), Some(NUMBER));
}

#[tokio::test]
async fn c158_a_code_for_a_number_is_good_for_nothing_else() {
    let world = World::with_messages().await;
    let shop = world.web().await;
    let ada = with_number(&world).await;
    world.member("grace@example.com").await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/phone").await;
    let waiting = ask(&mut visitor, OTHER).await;
    let sent = code(&world, OTHER).await;
    // Somebody else signs in here, and types the code that was asked for before.
    visitor.get("/oidc/session/end").await;
    visitor.jar.remove("__Host-onward-session");
    let flow = visitor.begin(&shop).await;
    visitor.submit(&flow, "grace@example.com", PASSWORD).await;
    assert_eq!(enter_code(&mut visitor, &waiting, &sent).await.status, 422);
    assert_eq!(number_of(&world, &ada).await.as_deref(), Some(NUMBER));
}

#[tokio::test]
async fn c153_the_code_of_a_text_message_dies_after_five_tries_and_after_ten_minutes() {
    let world = World::with_messages().await;
    with_number(&world).await;
    let mut visitor = world.visitor();
    for late in [false, true] {
        let waiting = visitor.post("/sign-in/link", &[("identifier", NUMBER)]).await;
        let sent = code(&world, NUMBER).await;
        let wrong = if sent == "000000" { "000001" } else { "000000" };
        if late {
            world.pass(601);
        } else {
            for _ in 0..5 {
                assert_eq!(enter_code(&mut visitor, &waiting, wrong).await.status, 422);
            }
        }
        enter_code(&mut visitor, &waiting, &sent).await.shows("does not match, or is no longer good");
        assert!(!visitor.jar.contains_key("__Host-onward-session"));
    }
}

#[tokio::test]
async fn f14_parallel_posts_of_one_code_make_one_session() {
    let world = World::with_messages().await;
    let user = with_number(&world).await;
    let mut visitor = world.visitor();
    let waiting = visitor.post("/sign-in/link", &[("identifier", NUMBER)]).await;
    let sent = code(&world, NUMBER).await;
    let mut copies: Vec<_> = (0..4).map(|_| visitor.clone()).collect();
    futures_join(copies.iter_mut().map(|copy| enter_code(copy, &waiting, &sent)).collect()).await;
    let sessions = world.app.reception.store.sessions_of(user.id, world.clock.now()).await.unwrap();
    assert_eq!(sessions.len(), 1);
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_by_a_code_and_the_owner_is_told_there() {
    let world = World::with_messages().await;
    let mut visitor = world.visitor();
    let begun = visitor.get("/account/phone").await;
    let flow = begun.parameter("flow").unwrap();
    visitor.post("/register", &[("flow", &flow), ("username", "grace"), ("password", PASSWORD)]).await;
    let waiting = ask(&mut visitor, NUMBER).await;
    let sent = code(&world, NUMBER).await;
    enter_code(&mut visitor, &waiting, &sent).await;

    let mut forgetful = world.visitor();
    let waiting = forgetful.post("/forgot-password", &[("identifier", NUMBER)]).await;
    let sent = code(&world, NUMBER).await;
    let entered = enter_code(&mut forgetful, &waiting, &sent).await;
    forgetful.get(entered.location().as_str()).await.shows("action=\"/reset-password\"");
    let new = "seven quiet lanterns 4";
    forgetful.post("/reset-password", &[("password", new)]).await.shows("password");
    assert!(!visitor.get("/").await.body.contains("sign-out"), "signed out elsewhere");
    let texts = world.texts().await;
    assert_eq!(texts.len(), 1, "who has no address is told by text message");
    assert!(texts[0].contains("https://id.example/forgot-password"), "{}", texts[0]);
    let shop = world.web().await;
    let flow = forgetful.begin(&shop).await;
    assert!(forgetful.submit(&flow, "grace", new).await.parameter("code").is_some());
}

#[tokio::test]
async fn a_new_password_by_letter_takes_away_a_number_that_came_lately() {
    let world = World::with_messages().await;
    let user = with_number(&world).await;
    for (age, number) in [(3, None), (31, Some(NUMBER))] {
        give_number(&world, &user, NUMBER).await;
        world.pass(age * 24 * 3_600);
        let mut owner = world.visitor();
        owner.post("/forgot-password", &[("identifier", EMAIL)]).await;
        let opened = owner.get(&link_in(&world.letters().await)).await;
        owner.get(opened.location().as_str()).await;
        let done = owner.post("/reset-password", &[("password", "seven quiet lanterns 4")]).await;
        done.shows(NUMBER);
        assert_eq!(done.body.contains("id=\"removed\""), number.is_none(), "it is said which");
        assert_eq!(world.letters().await.concat().contains(NUMBER), number.is_none(), "and written");
        assert_eq!(number_of(&world, &user).await.as_deref(), number);
    }
}

#[tokio::test]
async fn whoever_loses_a_number_hears_of_it_there_and_a_password_changed_by_one_is_told_so() {
    let world = World::with_messages().await;
    let user = with_number(&world).await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/phone").await;
    let waiting = ask(&mut visitor, OTHER).await;
    let sent = code(&world, OTHER).await;
    enter_code(&mut visitor, &waiting, &sent).await;
    let texts = world.texts().await;
    assert_eq!(texts.len(), 1);
    assert!(texts[0].starts_with(&format!("To: {NUMBER}\n")), "{}", texts[0]);
    assert!(texts[0].contains("no longer signs in at id.example"), "{}", texts[0]);
    assert_eq!(number_of(&world, &user).await.as_deref(), Some(OTHER));
    world.letters().await;

    let mut thief = world.visitor();
    let waiting = thief.post("/forgot-password", &[("identifier", OTHER)]).await;
    let sent = code(&world, OTHER).await;
    let entered = enter_code(&mut thief, &waiting, &sent).await;
    thief.get(entered.location().as_str()).await;
    let done = thief.post("/reset-password", &[("password", "seven quiet lanterns 4")]).await;
    done.shows(OTHER);
    let letters = world.letters().await.concat().replace("=\r\n", "");
    assert!(letters.contains("somebody else has that telephone"), "{letters}");
    assert!(!letters.contains("can read your mail"), "{letters}");
}

#[tokio::test]
async fn c149_known_browsers_have_one_budget_together() {
    let world = World::with_messages().await;
    let shop = world.web().await;
    with_number(&world).await;
    // Whoever has the password makes known browsers at will.
    let mut asked = 0;
    for _ in 0..5 {
        let mut visitor = world.visitor();
        visitor.sign_in(&shop, EMAIL).await;
        for _ in 0..5 {
            let waiting = visitor.post("/sign-in/link", &[("identifier", NUMBER)]).await;
            asked += usize::from(waiting.status == 303);
        }
    }
    assert_eq!(asked, 20, "as many as strangers have together");
}

#[tokio::test]
async fn who_has_only_a_number_is_asked_to_sign_in_again_by_it() {
    let world = World::with_messages().await;
    let store = &world.app.reception.store;
    let address = model::EmailAddress::parse(EMAIL).unwrap();
    let mut account = accounts::account_by_email(&address, &*world.clock, &SystemEntropy);
    (account.user.email, account.email_key) = (None, None);
    account.user.name = Some("Ada Lovelace".to_owned());
    let line = AuditLine::new(AuditEvent::UserCreated, &*world.clock, &SystemEntropy);
    store.create_user(&account, line).await.unwrap();
    give_number(&world, &account.user, NUMBER).await;
    let mut visitor = world.visitor();
    let waiting = visitor.post("/sign-in/link", &[("identifier", NUMBER)]).await;
    let sent = code(&world, NUMBER).await;
    enter_code(&mut visitor, &waiting, &sent).await;
    world.pass(601);
    let asked = visitor.get("/account/phone").await;
    visitor.get(asked.location().as_str()).await.shows(&format!("value=\"{NUMBER}\""));
}

#[tokio::test]
async fn c149_text_messages_cost_money_and_are_few() {
    let world = World::with_messages().await;
    world.member(EMAIL).await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/phone").await;
    for last in 0..5 {
        assert_eq!(ask(&mut visitor, &format!("+493090182{last}")).await.status, 303);
    }
    let refused = ask(&mut visitor, "+4930901829").await;
    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").is_some());
    refused.shows("too many tries");
    assert_eq!(world.texts().await.len(), 1, "the newest: each takes the place of the one before");
}

#[tokio::test]
async fn a_number_that_is_removed_is_no_way_in_and_the_last_way_in_stays() {
    let world = World::with_messages().await;
    let user = with_number(&world).await;
    let mut visitor = world.visitor();
    enter(&mut visitor, "/account/phone").await.shows("id=\"remove\"");
    let mut pending = world.visitor();
    let waiting = pending.post("/sign-in/link", &[("identifier", NUMBER)]).await;
    let sent = code(&world, NUMBER).await;
    let done = visitor.post("/account/phone/remove", &[]).await;
    visitor.get(done.location().as_str()).await.shows("is removed");
    assert_eq!(number_of(&world, &user).await, None);
    assert!(world.audited("phone.removed").await);
    assert!(world.letters().await.iter().any(|letter| letter.contains("Your telephone number was removed")));
    let texts = world.texts().await;
    assert_eq!(texts.len(), 1);
    assert!(texts[0].contains(NUMBER) && texts[0].contains("no longer signs in"), "and there: {}", texts[0]);
    assert_eq!(enter_code(&mut pending, &waiting, &sent).await.status, 422, "what was on the way dies");
    let again = visitor.post("/account/phone/remove", &[]).await;
    assert_eq!(again.location(), done.location());

    // Nobody can write to the address of this one, and it has no password.
    let lonely = World::texting(None, SmsSettings::by(Arc::new(Nobody))).await;
    let store = &lonely.app.reception.store;
    let now = lonely.clock.now();
    let address = model::EmailAddress::parse(EMAIL).unwrap();
    let account = accounts::account_by_email(&address, &*lonely.clock, &SystemEntropy);
    let line = || AuditLine::new(AuditEvent::PhoneRemoved, &*lonely.clock, &SystemEntropy);
    store.create_user(&account, line()).await.unwrap();
    give_number(&lonely, &account.user, NUMBER).await;
    assert!(!store.remove_phone(account.user.id, Messages::default(), &[], line(), now).await.unwrap());
    assert_eq!(number_of(&lonely, &account.user).await.as_deref(), Some(NUMBER));
}

/// A provider of one's own.
#[derive(Debug)]
struct Nobody;

impl SmsProvider for Nobody {
    fn send<'a>(&'a self, _: &'a Sms) -> Sending<'a> {
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn c164_the_former_address_takes_away_a_number_that_came_later() {
    let world = World::with_messages().await;
    let user = world.member(EMAIL).await;
    let mut thief = world.visitor();
    enter(&mut thief, "/account/phone").await;
    let waiting = ask(&mut thief, OTHER).await;
    let sent = code(&world, OTHER).await;
    enter_code(&mut thief, &waiting, &sent).await;
    world.letters().await;
    thief.post("/account/email", &[("email", "ada@example.org")]).await;
    let confirm = link_in(&world.letters().await);
    let opened = thief.get(&confirm).await;
    thief.get(opened.location().as_str()).await;
    thief.post("/account/email/confirm", &[]).await;
    let restore = link_in(&world.letters().await);
    let mut owner = world.visitor();
    let opened = owner.get(&restore).await;
    owner.get(opened.location().as_str()).await;
    owner.post("/account/email/restore", &[]).await;
    assert_eq!(number_of(&world, &user).await, None, "the thief's telephone opens nothing");
}

#[tokio::test]
async fn without_text_messages_nothing_of_it_is_shown_and_a_number_can_still_be_removed() {
    let world = World::with_mail().await;
    let mut visitor = world.visitor();
    let shop = world.web().await;
    let flow = visitor.begin(&shop).await;
    let page = visitor.get(&format!("/sign-in?flow={flow}")).await;
    assert!(!page.body.contains("telephone"), "{}", page.body);
    let refused = visitor.post("/sign-in/link", &[("flow", &flow), ("identifier", NUMBER)]).await;
    assert_eq!(refused.status, 422, "it says at once that nothing would arrive");
    with_number(&world).await;
    let page = enter(&mut visitor, "/account/phone").await;
    assert!(page.shows("id=\"remove\"").body.matches("<form").count() == 1, "{}", page.body);
    assert_eq!(ask(&mut visitor, OTHER).await.status, 422);
    let done = visitor.post("/account/phone/remove", &[]).await;
    assert_eq!(done.location().path(), "/account");
}

#[tokio::test]
async fn a_number_is_a_way_in_while_text_messages_can_be_sent_on_both_engines() {
    let (sqlite, _folder) = database::scratch::sqlite().await;
    for database in [sqlite, database::scratch::postgres().await] {
        let world = World::over(database).await;
        let patch =
            json!({"connectorId": "google-universal", "config": {"clientId": "c", "clientSecret": "s"}});
        let patch = serde_json::from_value(patch).unwrap();
        let connector = world.app.operator.create_connector(patch).await.unwrap().id;
        let (store, now) = (&world.app.reception.store, world.clock.now());
        let user = User {
            id: UserId::new(&*world.clock, &SystemEntropy),
            username: None,
            email: None,
            email_verified: false,
            name: None,
            suspended_at: None,
            created_at: now,
            updated_at: now,
        };
        let account =
            NewAccount { user: user.clone(), username_key: None, email_key: None, password_hash: None };
        let identity = Identity { connector, issuer: "i".to_owned(), subject: "s".to_owned() };
        let line = || AuditLine::new(AuditEvent::AccountRegistered, &*world.clock, &SystemEntropy);
        store.register_identity(&account, &identity, None, line()).await.unwrap();
        let (with, without) =
            (Messages { letters: false, texts: true }, Messages { letters: false, texts: false });
        assert_eq!(store.connector_usage(connector, with).await.unwrap().only_way_in, 1);
        give_number(&world, &user, NUMBER).await;
        for (messages, only) in [(with, 0), (without, 1)] {
            assert_eq!(store.connector_usage(connector, messages).await.unwrap().only_way_in, only);
        }
        for (messages, removed) in [(without, false), (with, true)] {
            let done = store.remove_identity(&identity, user.id, messages, None, now, line()).await.unwrap();
            assert_eq!(done, removed, "{messages:?}");
        }
    }
}
