//! Forgotten passwords: the letter, its link, and what the link does.

use fault::Code;
use store::audit::{AuditEvent, AuditLine};

use crate::answer::Answer;
use crate::unhappy::futures_join;
use crate::visitor::Visitor;
use crate::world::{PASSWORD, World};

const EMAIL: &str = "ada@example.com";
const NEW: &str = "seven quiet lanterns 4";
const LINK: &str = "__Host-onward-link";

/// The parts of a letter, decoded as mail programs do.
fn decoded(letter: &str) -> String {
    letter.replace("=\r\n", "").replace("=3D", "=")
}

/// The address in the one letter that is there.
async fn link(world: &World) -> String {
    let letters = world.letters().await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    link_in(&letters[0])
}

fn link_in(letter: &str) -> String {
    let letter = decoded(letter);
    let at = letter.find("https://id.example/reset-password?token=").expect("a link");
    letter[at..].split_whitespace().next().unwrap().to_owned()
}

async fn ask(visitor: &mut Visitor<'_>, flow: &str, identifier: &str) -> Answer {
    visitor.post("/forgot-password", &[("flow", flow), ("identifier", identifier)]).await
}

/// Follows a link to the page that it leads to.
async fn open(visitor: &mut Visitor<'_>, link: &str) -> Answer {
    let answer = visitor.get(link).await;
    visitor.get(answer.location().as_str()).await
}

async fn choose(visitor: &mut Visitor<'_>, password: &str) -> Answer {
    visitor.post("/reset-password", &[("password", password)]).await
}

#[tokio::test]
async fn a_forgotten_password_is_changed_and_the_sign_in_goes_on() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member(EMAIL).await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    let sign_in = visitor.get(&format!("/sign-in?flow={flow}")).await;
    sign_in.shows(&format!("/forgot-password?flow={flow}"));
    assert_eq!(visitor.get(&format!("/forgot-password?flow={flow}")).await.status, 200);
    let sent = ask(&mut visitor, &flow, EMAIL).await;
    assert_eq!(visitor.get(sent.location().as_str()).await.status, 200);
    let link = link(&world).await;
    assert_eq!(open(&mut visitor, &link).await.status, 200);
    assert_eq!(choose(&mut visitor, "too short").await.status, 422);
    let done = choose(&mut visitor, NEW).await;
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(done.forward().unwrap(), format!("/sign-in?flow={flow}"));
    assert_eq!(visitor.submit(&flow, EMAIL, PASSWORD).await.status, 422, "the old one is over");
    assert!(visitor.submit(&flow, EMAIL, NEW).await.parameter("code").is_some());
}

#[tokio::test]
async fn c146_whoever_is_asked_for_the_answer_is_the_same_and_letters_are_few() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member(EMAIL).await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    let mut answers = Vec::new();
    for identifier in [EMAIL, "nobody@example.com", "nobody", "not an identifier"] {
        let before = world.faults.commits();
        let answer = ask(&mut visitor, &flow, identifier).await;
        answers.push((
            answer.status,
            answer.location().path().to_owned(),
            answer.location().as_str().len(),
            answer.body,
            world.faults.commits() - before,
        ));
    }
    for answer in &answers {
        assert_eq!(answer, &answers[0], "the same answer after the same writes");
    }
    assert_eq!(world.letters().await.len(), 1, "one of them has an account");
    let mut letters = 0;
    for _ in 0..10 {
        ask(&mut visitor, &flow, EMAIL).await;
        letters += world.letters().await.len();
        ask(&mut visitor, &flow, "nobody@example.com").await;
    }
    for identifier in [EMAIL, "nobody@example.com"] {
        let refused = ask(&mut visitor, &flow, identifier).await;
        assert_eq!(refused.status, 429, "{identifier}");
        assert!(refused.header("retry-after").is_some());
    }
    assert_eq!(letters, 4, "five an hour");
    let mut elsewhere = world.visitor();
    elsewhere.address = "198.51.100.7".parse().unwrap();
    assert_eq!(ask(&mut elsewhere, "", EMAIL).await.status, 303, "nobody is locked out by another network");
}

#[tokio::test]
async fn c158_a_link_is_long_lasts_half_an_hour_and_dies_when_a_newer_one_is_sent() {
    let world = World::with_mail().await;
    world.member(EMAIL).await;
    let mut visitor = world.visitor();
    ask(&mut visitor, "", EMAIL).await;
    let old = link(&world).await;
    let token = old.split_once("token=").unwrap().1;
    assert!(token.len() * 6 >= 128, "{token}");
    ask(&mut visitor, "", EMAIL).await;
    let new = link(&world).await;
    open(&mut visitor, &old).await.is_failure_page(410).shows("newer link");
    world.pass(30 * 60 - 1);
    assert_eq!(open(&mut visitor, &new).await.status, 200);
    world.pass(1);
    let expired = open(&mut visitor, &new).await;
    expired.is_failure_page(410).shows("too old");
    expired.shows("action=\"/link/again\"");
    choose(&mut visitor, NEW).await.is_failure_page(410);
    let flow = visitor.begin(&world.web().await).await;
    assert!(visitor.submit(&flow, EMAIL, PASSWORD).await.parameter("code").is_some(), "nothing was changed");
}

#[tokio::test]
async fn c159_opening_a_link_however_often_consumes_nothing() {
    let world = World::with_mail().await;
    world.member(EMAIL).await;
    let mut visitor = world.visitor();
    ask(&mut visitor, "", EMAIL).await;
    let link = link(&world).await;
    for _ in 0..5 {
        let mut scanner = world.visitor();
        assert_eq!(scanner.head(&link).await.status, 303);
        assert_eq!(open(&mut scanner, &link).await.status, 200);
    }
    open(&mut visitor, &link).await;
    assert_eq!(choose(&mut visitor, NEW).await.status, 200);
}

#[tokio::test]
async fn c160_f14_fifty_at_once_change_it_once_and_a_second_submit_is_told_so() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member(EMAIL).await;
    let mut visitor = world.visitor();
    ask(&mut visitor, "", EMAIL).await;
    let link = link(&world).await;
    open(&mut visitor, &link).await;
    let all = (0..50).map(|n| {
        let mut tab = visitor.clone();
        async move {
            let password = format!("{NEW} and number {n}");
            (choose(&mut tab, &password).await.status, password)
        }
    });
    let all = futures_join(all.collect()).await;
    let won: Vec<_> = all.iter().filter(|(status, _)| *status == 200).collect();
    assert_eq!(won.len(), 1);
    for (status, _) in &all {
        assert!([200, 410, 429].contains(&status.as_u16()), "{status}");
    }
    let again = choose(&mut visitor, NEW).await;
    again.is_failure_page(410).shows("has been used");
    let flow = visitor.begin(&shop).await;
    assert!(visitor.submit(&flow, EMAIL, &won[0].1).await.parameter("code").is_some());
}

#[tokio::test]
async fn c162_the_token_leaves_the_address_and_nothing_is_told_to_others() {
    let world = World::with_mail().await;
    world.member(EMAIL).await;
    let mut visitor = world.visitor();
    ask(&mut visitor, "", EMAIL).await;
    let link = link(&world).await;
    let token = link.split_once("token=").unwrap().1;
    let left = visitor.get(&link).await;
    assert_eq!(left.header("referrer-policy"), Some("no-referrer"));
    assert!(!left.location().as_str().contains(token), "{}", left.location());
    assert_eq!(visitor.jar[LINK], token);
    let page = visitor.get(left.location().as_str()).await;
    assert!(!page.body.contains(token), "the page does not hold it either");
    assert_eq!(page.header("referrer-policy"), Some("same-origin"), "{:?}", page.headers);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    let mut forgetful = world.visitor();
    forgetful.keeps_cookies = false;
    open(&mut forgetful, &link).await.is_failure_page(400);
    for damaged in ["/reset-password", "/reset-password?token=", "/reset-password?token=a%20b"] {
        world.visitor().get(damaged).await.is_failure_page(404);
    }
    world.visitor().get(&format!("{link}x")).await.is_failure_page(404);
}

#[tokio::test]
async fn c163_a_reset_ends_what_the_old_password_began_tells_the_owner_and_signs_nobody_in() {
    let world = World::with_mail().await;
    let board = world.spa().await;
    world.member(EMAIL).await;
    let mut elsewhere = world.visitor();
    let code = elsewhere.sign_in(&board, EMAIL).await.parameter("code").unwrap();
    let tokens = board.redeem(&world, &code).await.json();
    let unredeemed = elsewhere.get(&board.authorize(&[])).await.parameter("code").unwrap();
    let mut visitor = world.visitor();
    ask(&mut visitor, "", EMAIL).await;
    let link = link(&world).await;
    open(&mut visitor, &link).await;
    assert!(elsewhere.get(&board.authorize(&[])).await.parameter("code").is_some(), "good until then");
    assert_eq!(choose(&mut visitor, NEW).await.status, 200);
    assert!(!visitor.jar.keys().any(|name| name.ends_with("onward-session")), "nobody is signed in");
    assert!(elsewhere.get(&board.authorize(&[])).await.parameter("flow").is_some(), "signed out elsewhere");
    world.pass(60);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(board.refresh(&world, refresh).await.json()["error"], "invalid_grant");
    assert_eq!(board.redeem(&world, &unredeemed).await.json()["error"], "invalid_grant");
    let letters = world.letters().await;
    assert_eq!(letters.len(), 1);
    assert!(
        letters[0].contains("To: ada@example.com") && letters[0].contains("was changed"),
        "{}",
        letters[0]
    );
    assert!(!decoded(&letters[0]).contains("token="));
    assert!(world.audited("password.reset").await);
}

#[tokio::test]
async fn a_suspended_account_gets_no_letter_and_its_link_says_why() {
    let world = World::with_mail().await;
    let user = world.member(EMAIL).await;
    let mut visitor = world.visitor();
    ask(&mut visitor, "", EMAIL).await;
    let link = link(&world).await;
    open(&mut visitor, &link).await;
    let now = model::Clock::now(&*world.clock);
    let line = AuditLine::new(AuditEvent::UserSuspended, &*world.clock, &model::SystemEntropy);
    assert!(world.app.operator.store.suspend_user(user.id, Some(now), now, line).await.unwrap());
    choose(&mut visitor, NEW).await.is_failure_page(Code::AccountSuspended.status());
    ask(&mut visitor, "", EMAIL).await;
    assert!(world.letters().await.is_empty());
}

#[tokio::test]
async fn letters_speak_the_language_of_the_page() {
    let world = World::with_mail().await;
    world.member(EMAIL).await;
    let mut visitor = world.visitor();
    visitor.language = "zh-CN";
    ask(&mut visitor, "", EMAIL).await;
    let letters = world.letters().await;
    assert!(letters[0].contains("lang=3D\"zh-CN\"") || letters[0].contains("base64"), "{}", letters[0]);
}

#[tokio::test]
async fn without_mail_nothing_of_it_is_shown() {
    let world = World::new().await;
    let shop = world.web().await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    let page = visitor.get(&format!("/sign-in?flow={flow}")).await;
    assert!(!page.text().contains("forgot"), "{}", page.text());
    for path in
        ["/forgot-password", "/sign-in/link", "/register/email", "/link", "/link/sent", "/reset-password"]
    {
        visitor.get(path).await.is_failure_page(404);
    }
    ask(&mut visitor, &flow, EMAIL).await.is_failure_page(404);
}

#[tokio::test]
async fn c153_the_code_leads_to_the_same_page_and_a_reset_ends_all_other_links() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member(EMAIL).await;
    let mut visitor = world.visitor();
    visitor.post("/sign-in/link", &[("identifier", EMAIL)]).await;
    let letters = world.letters().await;
    let other = decoded(&letters[0]);
    let other = other.split_whitespace().find(|word| word.contains("/link?token=")).unwrap().to_owned();
    let flow = visitor.begin(&shop).await;
    let sent = ask(&mut visitor, &flow, EMAIL).await.location().to_string();
    let letter = decoded(&world.letters().await[0]);
    let code = &letter.split("asked for it: ").nth(1).unwrap()[..6];
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let id = sent.split_once("link=").unwrap().1;
    for _ in 0..4 {
        assert_eq!(visitor.post("/link/sent", &[("link", id), ("code", wrong)]).await.status, 422);
    }
    let entered = visitor.post("/link/sent", &[("link", id), ("code", code)]).await;
    assert_eq!(entered.location().path(), "/reset-password");
    assert_eq!(visitor.get(entered.location().as_str()).await.status, 200);
    assert_eq!(choose(&mut visitor, NEW).await.status, 200);
    assert_eq!(visitor.get(&sent).await.parameter("flow"), Some(flow), "the waiting tab goes on");
    open(&mut visitor, &other).await.is_failure_page(410).shows("withdrawn");
}
