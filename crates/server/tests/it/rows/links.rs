//! Links and codes of letters: asked for, found by scanners, followed here and elsewhere, dead.

use http::header::SET_COOKIE;
use serde_json::json;
use store::audit::{AuditEvent, AuditLine};

use crate::answer::Answer;
use crate::client_app::ClientApp;
use crate::unhappy::futures_join;
use crate::visitor::Visitor;
use crate::world::World;

const ADA: &str = "ada@example.com";
const NOBODY: &str = "nobody@example.com";

/// What a letter holds, decoded as mail programs do.
#[derive(Clone, Debug)]
struct Letter {
    text: String,
    link: String,
    code: String,
}

impl Letter {
    fn read(letter: &str) -> Self {
        let text = letter.replace("=\r\n", "").replace("=3D", "=");
        let at = text.find("https://id.example/").expect("a link");
        let link = text[at..].split_whitespace().next().unwrap().to_owned();
        let code = text.split("asked for it: ").nth(1).expect("a code")[..6].to_owned();
        Self { text, link, code }
    }
}

/// The one letter that is there.
async fn letter(world: &World) -> Letter {
    let letters = world.letters().await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    Letter::read(&letters[0])
}

async fn ask(visitor: &mut Visitor<'_>, path: &str, flow: &str, identifier: &str) -> Answer {
    visitor.post(path, &[("flow", flow), ("identifier", identifier)]).await
}

/// Asks for a link to sign in, on the way to an application. Returns the flow and the address of the page that waits.
async fn ask_to_sign_in(visitor: &mut Visitor<'_>, shop: &ClientApp) -> (String, String) {
    let flow = visitor.begin(shop).await;
    let sent = ask(visitor, "/sign-in/link", &flow, ADA).await;
    (flow, sent.location().to_string())
}

/// Follows a link to the page that it leads to.
pub(super) async fn open(visitor: &mut Visitor<'_>, link: &str) -> Answer {
    let answer = visitor.get(link).await;
    visitor.get(answer.location().as_str()).await
}

pub(super) fn field(page: &Answer, name: &str) -> String {
    let field = format!("name=\"{name}\" value=\"");
    page.body.split(&field).nth(1).expect("the field").split('"').next().unwrap().to_owned()
}

/// Presses the button of the page of a link.
pub(super) async fn press(visitor: &mut Visitor<'_>, page: &Answer) -> Answer {
    visitor.post("/link", &[("nonce", &field(page, "nonce"))]).await
}

async fn enter(visitor: &mut Visitor<'_>, waiting: &str, code: &str) -> Answer {
    let link = waiting.split_once("link=").unwrap().1;
    visitor.post("/link/sent", &[("link", link), ("code", code)]).await
}

fn is_signed_in(visitor: &Visitor<'_>) -> bool {
    visitor.jar.contains_key("__Host-onward-session")
}

fn begins_a_session(answer: &Answer) -> bool {
    let cookies = answer.headers.get_all(SET_COOKIE);
    cookies.iter().any(|line| line.to_str().unwrap().starts_with("__Host-onward-session="))
}

#[tokio::test]
async fn a_link_signs_in_and_both_tabs_go_on() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member(ADA).await;
    let mut visitor = world.visitor();
    let (flow, waiting) = ask_to_sign_in(&mut visitor, &shop).await;
    assert_eq!(visitor.get(&waiting).await.status, 200, "it waits");
    let letter = letter(&world).await;
    let page = open(&mut visitor, &letter.link).await;
    page.shows("Sign in as a…@e…").shows("<script>");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'sha256-") && policy.contains("https://shop.example"), "{policy}");
    let followed = press(&mut visitor, &page).await;
    assert_eq!(followed.parameter("flow").as_deref(), Some(flow.as_str()));
    let on = visitor.get(&waiting).await;
    assert_eq!(on.parameter("flow").as_deref(), Some(flow.as_str()), "the waiting tab notices");
    let done = visitor.get(followed.location().as_str()).await;
    assert!(done.parameter("code").is_some(), "{}", done.text());
    assert!(world.audited("sign_in.succeeded").await);
}

#[tokio::test]
async fn c153_the_code_does_the_same_in_the_browser_that_asked_and_dies_after_five_tries() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member(ADA).await;
    let mut visitor = world.visitor();
    let (flow, waiting) = ask_to_sign_in(&mut visitor, &shop).await;
    let first = letter(&world).await;
    enter(&mut world.visitor(), &waiting, &first.code).await.is_failure_page(400);
    let mut other = world.visitor();
    other.begin(&shop).await;
    enter(&mut other, &waiting, &first.code).await.is_failure_page(404);
    let spaced = format!("{} {}", &first.code[..3], &first.code[3..]);
    let entered = enter(&mut visitor, &waiting, &spaced).await;
    assert_eq!(entered.parameter("flow").as_deref(), Some(flow.as_str()));
    assert!(visitor.get(entered.location().as_str()).await.parameter("code").is_some());

    let mut guesser = world.visitor();
    let (_, waiting) = ask_to_sign_in(&mut guesser, &shop).await;
    let letter = letter(&world).await;
    let wrong = if letter.code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let refused = enter(&mut guesser, &waiting, wrong).await;
        assert_eq!(refused.status, 422);
        refused.shows("does not match, or is no longer good");
    }
    assert_eq!(enter(&mut guesser, &waiting, &letter.code).await.status, 422, "the right one is too late");
    open(&mut world.visitor(), &letter.link).await.is_failure_page(410).shows("withdrawn");
    assert!(!is_signed_in(&guesser));
}

#[tokio::test]
async fn c153_a_code_is_good_for_ten_minutes_from_when_its_letter_was_sent() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member(ADA).await;
    let mut visitor = world.visitor();
    let (_, waiting) = ask_to_sign_in(&mut visitor, &shop).await;
    // The mail server is down for half an hour.
    world.pass(1_800);
    let letter = letter(&world).await;
    world.pass(599);
    assert_eq!(open(&mut world.visitor(), &letter.link).await.status, 200);
    world.pass(1);
    assert_eq!(enter(&mut visitor, &waiting, &letter.code).await.status, 422);
    let dead = open(&mut world.visitor(), &letter.link).await;
    dead.is_failure_page(410).shows("too old").shows("action=\"/link/again\"");
}

#[tokio::test]
async fn c148_guessing_codes_is_throttled_and_the_link_is_good_all_the_same() {
    let world = World::with_mail().await;
    world.member(ADA).await;
    for round in 0..5 {
        let mut guesser = world.visitor();
        guesser.address = format!("198.51.100.{round}").parse().unwrap();
        let sent = ask(&mut guesser, "/sign-in/link", "", ADA).await;
        let waiting = sent.location().to_string();
        let wrong = if letter(&world).await.code == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            let status = enter(&mut guesser, &waiting, wrong).await.status;
            assert_eq!(status, if round < 4 { 422 } else { 429 });
        }
    }
    let mut owner = world.visitor();
    let sent = ask(&mut owner, "/sign-in/link", "", ADA).await;
    let letter = letter(&world).await;
    assert_eq!(enter(&mut owner, sent.location().as_str(), &letter.code).await.status, 429);
    let page = open(&mut owner, &letter.link).await;
    assert!(begins_a_session(&press(&mut owner, &page).await));
}

#[tokio::test]
async fn c145_a_taken_address_gets_the_same_answer_and_its_owner_a_letter() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member(ADA).await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    visitor.get(&format!("/register?flow={flow}")).await.shows("/register/email");
    assert_eq!(ask(&mut visitor, "/register/email", &flow, "ada").await.status, 422, "no address");
    let mut answers = Vec::new();
    for address in [NOBODY, ADA] {
        let before = world.faults.commits();
        let sent = ask(&mut visitor, "/register/email", &flow, address).await;
        let waiting = visitor.get(sent.location().as_str()).await;
        let wrong = enter(&mut visitor, sent.location().as_str(), "000000").await;
        let link = sent.location().as_str().rsplit_once('=').unwrap().1.to_owned();
        let text = |page: &Answer| page.text().replace(&link, "");
        answers.push((sent.status, text(&waiting), text(&wrong), world.faults.commits() - before));
    }
    assert_eq!(answers[0], answers[1], "the same answers after the same writes");
    let letters: Vec<_> = world.letters().await.iter().map(|letter| Letter::read(letter)).collect();
    let of = |address: &str| {
        letters.iter().find(|letter| letter.text.contains(&format!("To: {address}"))).unwrap()
    };
    assert!(of(ADA).text.contains("You already have an account"), "{}", of(ADA).text);

    let mut newcomer = visitor.clone();
    let page = open(&mut newcomer, &of(NOBODY).link).await;
    page.shows("Create an account for n…@e…");
    let followed = press(&mut newcomer, &page).await;
    assert!(newcomer.get(followed.location().as_str()).await.parameter("code").is_some());
    let key = store::users::IdentifierKey::Email(NOBODY.to_owned());
    let account = world.app.operator.store.account(&key).await.unwrap().unwrap();
    assert!(account.user.email_verified && account.password_hash.is_none(), "the address was proved first");
    assert!(world.audited("account.registered").await);

    let page = open(&mut visitor, &of(ADA).link).await;
    page.shows("Sign in as a…@e…");
    assert!(begins_a_session(&press(&mut visitor, &page).await), "the owner is signed in");
}

#[tokio::test]
async fn c146_a_link_to_sign_in_is_asked_for_like_any_other() {
    let world = World::with_mail().await;
    world.member(ADA).await;
    let mut visitor = world.visitor();
    let mut answers = Vec::new();
    for identifier in [ADA, NOBODY, "nobody", "not an identifier"] {
        let before = world.faults.commits();
        let sent = ask(&mut visitor, "/sign-in/link", "", identifier).await;
        let link = sent.location().as_str().rsplit_once('=').unwrap().1.to_owned();
        let again = visitor.post("/link/sent/again", &[("link", &link)]).await;
        let wrong = enter(&mut visitor, sent.location().as_str(), "1").await;
        let text = wrong.text().replace(&link, "");
        answers.push((sent.status, again.status, text, world.faults.commits() - before));
    }
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
    let letters = world.letters().await;
    assert_eq!(letters.len(), 1, "one has an account, and its first letter was replaced before it left");
    for _ in 0..5 {
        for identifier in [ADA, NOBODY] {
            ask(&mut visitor, "/sign-in/link", "", identifier).await;
        }
    }
    for identifier in [ADA, NOBODY] {
        let refused = ask(&mut visitor, "/sign-in/link", "", identifier).await;
        assert_eq!(refused.status, 429, "{identifier}");
    }
}

#[tokio::test]
async fn c158_a_link_is_good_for_its_purpose_and_dies_when_a_newer_one_is_asked_for() {
    let world = World::with_mail().await;
    world.member(ADA).await;
    let mut visitor = world.visitor();
    ask(&mut visitor, "/sign-in/link", "", ADA).await;
    let old = letter(&world).await;
    let token = old.link.split_once("token=").unwrap().1;
    open(&mut visitor, &format!("/reset-password?token={token}")).await.is_failure_page(404);
    ask(&mut visitor, "/forgot-password", "", ADA).await;
    let reset = letter(&world).await;
    let token = reset.link.split_once("token=").unwrap().1;
    open(&mut visitor, &format!("/link?token={token}")).await.is_failure_page(404);
    ask(&mut visitor, "/sign-in/link", "", ADA).await;
    let new = letter(&world).await;
    let dead = open(&mut visitor, &old.link).await;
    dead.is_failure_page(410).shows("newer link");
    assert!(!dead.text().contains(ADA), "no address is shown");
    assert_eq!(open(&mut visitor, &new.link).await.status, 200);
    visitor.get(&format!("/link?token={token}x")).await.is_failure_page(404);
}

#[tokio::test]
async fn c159_scanners_burn_nothing_and_only_our_own_form_follows() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member(ADA).await;
    let mut visitor = world.visitor();
    ask_to_sign_in(&mut visitor, &shop).await;
    let letter = letter(&world).await;
    for _ in 0..5 {
        let mut scanner = world.visitor();
        assert_eq!(scanner.head(&letter.link).await.status, 303);
        let page = open(&mut scanner, &letter.link).await;
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("<script"), "nothing happens by itself elsewhere");
    }
    let mut prefetching = visitor.clone();
    prefetching.headers.push(("sec-purpose", "prefetch;prerender"));
    assert!(!open(&mut prefetching, &letter.link).await.body.contains("<script"));
    let mut forger = world.visitor();
    let nonce = field(&open(&mut forger, &letter.link).await, "nonce");
    let page = open(&mut visitor, &letter.link).await;
    for forged in ["", "x", &nonce] {
        let answer = visitor.post("/link", &[("nonce", forged)]).await;
        assert_eq!(answer.location().query(), Some("opened=again"));
        let again = visitor.get(answer.location().as_str()).await;
        assert!(!again.body.contains("<script"), "and not by itself again");
    }
    assert!(begins_a_session(&press(&mut visitor, &page).await));
}

#[tokio::test]
async fn c160_f14_fifty_at_once_begin_one_session_and_a_second_press_goes_on() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member(ADA).await;
    let mut visitor = world.visitor();
    let (flow, _) = ask_to_sign_in(&mut visitor, &shop).await;
    let letter = letter(&world).await;
    let page = open(&mut visitor, &letter.link).await;
    let mut elsewhere = world.visitor();
    let foreign = open(&mut elsewhere, &letter.link).await;
    let all = (0..50).map(|_| {
        let (mut tab, page) = (visitor.clone(), page.clone());
        async move { press(&mut tab, &page).await }
    });
    let all = futures_join(all.collect()).await;
    assert_eq!(all.iter().filter(|answer| begins_a_session(answer)).count(), 1);
    for answer in &all {
        assert_eq!(answer.parameter("flow").as_deref(), Some(flow.as_str()), "{}", answer.text());
    }
    press(&mut elsewhere, &foreign).await.is_failure_page(410).shows("has been used");
    assert!(!is_signed_in(&elsewhere));
}

#[tokio::test]
async fn c161_another_browser_signs_in_itself_and_never_the_one_that_asked() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member(ADA).await;
    let mut asking = world.visitor();
    let (flow, waiting) = ask_to_sign_in(&mut asking, &shop).await;
    let letter = letter(&world).await;
    let mut other = world.visitor();
    let page = open(&mut other, &letter.link).await;
    page.shows("in another browser").shows("Sign in here as a…@e…");
    let followed = press(&mut other, &page).await;
    assert_eq!(followed.location().path(), "/", "nothing is known of where the application begins");
    other.get("/").await.shows("You are signed in");
    assert_eq!(asking.get(&waiting).await.status, 200, "it goes on waiting");
    assert_eq!(asking.get(&format!("/sign-in?flow={flow}")).await.status, 200, "nobody is signed in there");
    assert_eq!(enter(&mut asking, &waiting, &letter.code).await.status, 422, "once is once");

    world.change(&shop, json!({"initiateLoginUri": "https://shop.example/login"})).await;
    ask_to_sign_in(&mut asking, &shop).await;
    let letter = self::letter(&world).await;
    let mut third = world.visitor();
    let page = open(&mut third, &letter.link).await;
    let followed = press(&mut third, &page).await.location();
    assert_eq!((followed.host_str(), followed.path()), (Some("shop.example"), "/login"));
    assert!(!followed.as_str().contains("login_hint"), "{followed}");
}

#[tokio::test]
async fn whoever_is_signed_in_as_somebody_else_is_asked() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member(ADA).await;
    world.member("bob@example.com").await;
    let mut visitor = world.visitor();
    visitor.sign_in(&shop, "bob@example.com").await;
    ask(&mut visitor, "/sign-in/link", "", ADA).await;
    let letter = letter(&world).await;
    let page = open(&mut visitor, &letter.link).await;
    page.is_failure_page(403).shows("somebody else").shows("id=\"stay\"");
    press(&mut visitor, &page).await.is_failure_page(403);
    visitor.get("/").await.shows("bob@example.com");
    let switched = visitor.post("/link", &[("nonce", &field(&page, "nonce")), ("switch", "yes")]).await;
    assert!(begins_a_session(&switched));
    visitor.get("/").await.shows(ADA);
}

#[tokio::test]
async fn a_suspended_account_has_no_links() {
    let world = World::with_mail().await;
    let user = world.member(ADA).await;
    let mut visitor = world.visitor();
    let sent = ask(&mut visitor, "/sign-in/link", "", ADA).await;
    let letter = letter(&world).await;
    let page = open(&mut visitor, &letter.link).await;
    let now = model::Clock::now(&*world.clock);
    let line = || AuditLine::new(AuditEvent::UserSuspended, &*world.clock, &model::SystemEntropy);
    let store = &world.app.operator.store;
    assert!(store.suspend_user(user.id, Some(now), now, line()).await.unwrap());
    press(&mut visitor, &page).await.is_failure_page(403).shows("suspended");
    assert_eq!(enter(&mut visitor, sent.location().as_str(), &letter.code).await.status, 422);
    visitor.post("/link/again", &[]).await.is_failure_page(403);
    ask(&mut visitor, "/sign-in/link", "", ADA).await;
    assert!(world.letters().await.is_empty());
    assert!(store.suspend_user(user.id, None, now, line()).await.unwrap());
    let revoked = open(&mut visitor, &letter.link).await;
    revoked.is_failure_page(410).shows("withdrawn");
    assert!(!revoked.body.contains("/link/again"), "no new link from here");
    assert!(!is_signed_in(&visitor));
}

#[tokio::test]
async fn r24_a_dead_link_leads_to_a_new_one_that_goes_on_where_it_is_opened() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member(ADA).await;
    let mut visitor = world.visitor();
    let (flow, _) = ask_to_sign_in(&mut visitor, &shop).await;
    let old = letter(&world).await;
    world.pass(700);
    open(&mut visitor, &old.link).await.is_failure_page(410);
    let sent = visitor.post("/link/again", &[]).await;
    assert_eq!(sent.location().path(), "/link/sent");
    let new = letter(&world).await;
    assert_ne!(new.link, old.link);
    let page = open(&mut visitor, &new.link).await;
    let followed = press(&mut visitor, &page).await;
    assert_eq!(followed.parameter("flow").as_deref(), Some(flow.as_str()));
    for _ in 0..5 {
        assert_eq!(visitor.post("/link/again", &[]).await.status, 303);
    }
    let refused = visitor.post("/link/again", &[]).await;
    refused.is_failure_page(429).shows("Please wait");
    assert_eq!(refused.header("retry-after"), Some("3600"), "five letters an hour, where one has signed in");
    let back = refused.forward().expect("a way on");
    visitor.get(&back).await.is_failure_page(410).shows("has been used");
    world.visitor().post("/link/again", &[]).await.is_failure_page(404);
}

#[tokio::test]
async fn f48_a_second_copy_of_a_letter_says_the_same() {
    let world = World::with_mail().await;
    world.member(ADA).await;
    ask(&mut world.visitor(), "/sign-in/link", "", ADA).await;
    // It is taken, its time begins, it leaves; and the process dies before that is written down.
    world.faults.fail_before_commit(3);
    assert!(server::deliver_due(&world.app).await.is_err());
    world.pass(300);
    let copies: Vec<_> = world.letters().await.iter().map(|letter| Letter::read(letter)).collect();
    assert_eq!(copies.len(), 2);
    assert_eq!((&copies[0].link, &copies[0].code), (&copies[1].link, &copies[1].code));
}

#[tokio::test]
async fn c122_of_several_binding_cookies_the_one_that_asked_counts() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member(ADA).await;
    let mut visitor = world.visitor();
    let (flow, _) = ask_to_sign_in(&mut visitor, &shop).await;
    let letter = letter(&world).await;
    // Sent before the one of the jar.
    visitor.headers.push(("cookie", "__Host-onward-browser=stale"));
    let page = open(&mut visitor, &letter.link).await;
    let followed = press(&mut visitor, &page).await;
    assert_eq!(followed.parameter("flow").as_deref(), Some(flow.as_str()));
    visitor.headers.clear();
    assert!(visitor.get(followed.location().as_str()).await.parameter("code").is_some());
}
