//! Guessing passwords.

use std::time::Duration;

use accounts::throttle::{Limit, Limits};
use model::Timestamp;

use crate::unhappy::futures_join;
use crate::world::{PASSWORD, World};

#[tokio::test]
async fn c147_tries_are_counted_before_they_are_verified_also_all_at_once() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    let tries = (0..60).map(|n| {
        let (mut tab, flow) = (visitor.clone(), flow.clone());
        async move { tab.submit(&flow, "ada@example.com", &format!("a wrong password {n}")).await }
    });
    let answers = futures_join(tries.collect()).await;
    let verified = answers.iter().filter(|answer| answer.status != 429).count();
    assert!(verified <= 10, "{verified} of 60 were let through");
    let blocked = visitor.submit(&flow, "ada@example.com", PASSWORD).await;
    assert_eq!(blocked.status, 429, "the right one too");
    assert!(blocked.header("retry-after").is_some());
    // c150: another spelling of the same person shares the counter.
    assert_eq!(visitor.submit(&flow, "ADA@example.com", PASSWORD).await.status, 429);
    world.pass(15 * 60);
    assert!(visitor.submit(&flow, "ada@example.com", PASSWORD).await.parameter("code").is_some());
}

#[tokio::test]
async fn c149_the_owner_gets_in_on_a_known_browser_while_somebody_guesses() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut owner = world.visitor();
    owner.sign_in(&shop, "ada@example.com").await;
    let mut attacker = world.visitor();
    let flow = attacker.begin(&shop).await;
    for n in 0..12 {
        attacker.submit(&flow, "ada@example.com", &format!("a wrong password {n}")).await;
    }
    assert_eq!(attacker.submit(&flow, "ada@example.com", PASSWORD).await.status, 429);
    let flow = owner.begin_with(&shop, &[("prompt", "login")]).await;
    assert!(owner.submit(&flow, "ada@example.com", PASSWORD).await.parameter("code").is_some());
}

#[tokio::test]
async fn c149_the_owner_gets_letters_in_a_known_browser_while_strangers_use_them_up() {
    const EMAIL: &str = "ada@example.com";
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member(EMAIL).await;
    let mut owner = world.visitor();
    owner.sign_in(&shop, EMAIL).await;
    for n in 0..30 {
        let mut stranger = world.visitor();
        stranger.address = [198, 51, 100, n / 3].into();
        for path in ["/sign-in/link", "/forgot-password"] {
            stranger.post(path, &[("identifier", EMAIL)]).await;
        }
    }
    world.letters().await;
    let mut elsewhere = world.visitor();
    elsewhere.address = [203, 0, 113, 7].into();
    assert_eq!(elsewhere.post("/sign-in/link", &[("identifier", EMAIL)]).await.status, 429);
    let mut letters = 0;
    for n in 0..6 {
        let path = if n % 2 == 0 { "/sign-in/link" } else { "/forgot-password" };
        let asked = owner.post(path, &[("identifier", EMAIL)]).await;
        assert_eq!(asked.status, if n < 5 { 303 } else { 429 }, "{n}");
        letters += world.letters().await.len();
    }
    assert_eq!(letters, 5, "a small number of its own");
    // It is known for one account only, and to nobody else.
    world.member("bob@example.com").await;
    let mut thief = owner.clone();
    thief.jar.retain(|name, _| name.contains("device"));
    assert_eq!(thief.post("/sign-in/link", &[("identifier", EMAIL)]).await.status, 429, "the same browser");
    for n in 0..25 {
        let mut stranger = world.visitor();
        stranger.address = [198, 51, 100, n / 3].into();
        stranger.post("/sign-in/link", &[("identifier", "bob@example.com")]).await;
    }
    assert_eq!(owner.post("/sign-in/link", &[("identifier", "bob@example.com")]).await.status, 429);
}

#[tokio::test]
async fn c149_the_owner_types_codes_in_a_known_browser_while_strangers_guess() {
    const EMAIL: &str = "ada@example.com";
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member(EMAIL).await;
    let mut owner = world.visitor();
    owner.sign_in(&shop, EMAIL).await;
    // A code dies after five wrong ones; all together they have twenty a day.
    let mut refused = 0;
    for n in 0..6 {
        let mut stranger = world.visitor();
        stranger.address = [198, 51, 100, n].into();
        let sent = stranger.post("/sign-in/link", &[("identifier", EMAIL)]).await;
        let link = sent.parameter("link").unwrap();
        for code in ["000000", "111111", "222222", "333333", "444444"] {
            let tried = stranger.post("/link/sent", &[("link", &link), ("code", code)]).await;
            refused += usize::from(tried.status == 429);
        }
    }
    assert_eq!(refused, 10);
    world.letters().await;
    let code_for = async |visitor: &mut crate::visitor::Visitor<'_>| {
        let sent = visitor.post("/sign-in/link", &[("identifier", EMAIL)]).await;
        let [letter] = world.letters().await.try_into().unwrap();
        let letter: String = letter.replace("=\r\n", "");
        let code = letter.split("asked for it: ").nth(1).unwrap()[..6].to_owned();
        let fields = [("link", sent.parameter("link").unwrap()), ("code", code)];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        visitor.post("/link/sent", &fields).await.status
    };
    let mut elsewhere = world.visitor();
    elsewhere.address = [203, 0, 113, 7].into();
    assert_eq!(code_for(&mut elsewhere).await, 429, "for the others it is enough");
    assert_eq!(code_for(&mut owner).await, 303, "the owner has some left");
}

#[tokio::test]
async fn c149_a_browser_that_is_known_floods_no_mailbox_of_somebody_else() {
    let world = World::with_mail().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    visitor.sign_in(&shop, "ada@example.com").await;
    let victim = [("email", "victim@example.org")];
    let link = visitor.post("/account/email", &victim).await.parameter("link").unwrap();
    let mut letters = world.letters().await.len();
    for _ in 0..6 {
        visitor.post("/account/email", &victim).await;
        letters += world.letters().await.len();
        visitor.post("/link/sent/again", &[("link", &link)]).await;
        letters += world.letters().await.len();
    }
    assert_eq!(letters, 5, "five an hour, whoever asks");
}

#[tokio::test]
async fn c144_an_unknown_user_gets_the_same_answer() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    let known = visitor.submit(&flow, "ada@example.com", "a wrong password indeed").await;
    let unknown = visitor.submit(&flow, "bob@example.com", "a wrong password indeed").await;
    let malformed = visitor.submit(&flow, "not an identifier", "a wrong password indeed").await;
    for other in [&unknown, &malformed] {
        assert_eq!(known.status, other.status);
        let names = |answer: &crate::answer::Answer| answer.headers.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&known), names(other));
    }
    let body = |answer: &crate::answer::Answer, typed: &str| answer.body.replace(typed, "…");
    assert_eq!(body(&known, "ada@example.com"), body(&unknown, "bob@example.com"));
    // The same tries until both are slowed down.
    for n in 0..12 {
        let known = visitor.submit(&flow, "ada@example.com", &format!("wrong password {n}")).await.status;
        let unknown = visitor.submit(&flow, "bob@example.com", &format!("wrong password {n}")).await.status;
        assert_eq!(known, unknown, "try {n}");
    }
}

/// What was done until now: passwords hashed, statements that read, works that write.
fn work_done(world: &World) -> (u64, u64, u64) {
    let statistics = world.app.operator.store.database().statistics();
    (world.app.reception.pool.hashed(), statistics.queries, statistics.works)
}

#[tokio::test]
async fn c144_an_unknown_user_costs_the_same_work() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut costs = Vec::new();
    for identifier in ["ada@example.com", "bob@example.com", "ada@example.com", "carol"] {
        let mut visitor = world.visitor();
        let flow = visitor.begin(&shop).await;
        let before = work_done(&world);
        assert_eq!(visitor.submit(&flow, identifier, "a wrong password indeed").await.status, 422);
        let after = work_done(&world);
        costs.push((after.0 - before.0, after.1 - before.1, after.2 - before.2));
    }
    assert_eq!(costs[0].0, 1, "a password is hashed");
    assert!(costs.iter().all(|cost| *cost == costs[0]), "hashes, reads, writes: {costs:?}");
}

#[tokio::test]
async fn c148_a_locked_account_is_locked_on_every_path() {
    let world = World::new().await;
    let (shop, board) = (world.web().await, world.spa().await);
    world.member("ada@example.com").await;
    let mut guesser = world.visitor();
    let flow = guesser.begin(&shop).await;
    for n in 0..10 {
        assert_eq!(guesser.submit(&flow, "ada@example.com", &format!("a wrong guess {n}")).await.status, 422);
    }
    let before = world.app.reception.pool.hashed();
    // From the same network: another flow, another application, another browser, a script, a forced sign-in.
    let mut script = guesser.clone();
    script.accept = "application/json";
    let mut browsers = [guesser.clone(), world.visitor(), script];
    for browser in &mut browsers {
        for (application, more) in [(&shop, vec![]), (&board, vec![]), (&board, vec![("prompt", "login")])] {
            let authorize = application.authorize(&more);
            let flow = browser.get(&authorize).await.parameter("flow").unwrap();
            for identifier in ["ada@example.com", " ADA@Example.com "] {
                let answer = browser.submit(&flow, identifier, PASSWORD).await;
                assert_eq!(answer.status, 429, "{}", answer.text());
                assert!(answer.header("retry-after").is_some());
            }
        }
    }
    // There is no other way to try a password.
    let grant = [("grant_type", "password"), ("username", "ada@example.com"), ("password", PASSWORD)];
    assert_eq!(board.token(&world, &grant).await.json()["error"], "unsupported_grant_type");
    assert_eq!(world.app.reception.pool.hashed(), before, "nothing was compared");
}

#[tokio::test]
async fn c148_guessing_from_everywhere_locks_the_account_everywhere() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let from = |n: u8| {
        let mut visitor = world.visitor();
        visitor.address = [198, 51, 100, n].into();
        visitor
    };
    for n in 0..100 {
        let mut guesser = from(n);
        let flow = guesser.begin(&shop).await;
        assert_eq!(guesser.submit(&flow, "ada@example.com", "a wrong password indeed").await.status, 422);
    }
    let mut newcomer = from(200);
    let flow = newcomer.begin(&shop).await;
    assert_eq!(newcomer.submit(&flow, "ada@example.com", PASSWORD).await.status, 429);
    world.pass(3_600);
    let flow = newcomer.begin(&shop).await;
    assert!(newcomer.submit(&flow, "ada@example.com", PASSWORD).await.parameter("code").is_some());
}

#[tokio::test]
async fn c148_registering_is_counted_before_anything_is_judged() {
    let world = World::new().await;
    let shop = world.web().await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    let form = |name: &str| {
        [("flow", flow.clone()), ("username", name.to_owned()), ("password", "short".to_owned())]
    };
    for n in 0..101 {
        let fields = form(&format!("grace{n}"));
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let status = visitor.post("/register", &fields).await.status;
        assert_eq!(status, if n < 100 { 422 } else { 429 }, "{n}");
    }
}

#[tokio::test]
async fn a_flood_of_requests_waits_before_it_is_written_and_others_do_not_notice() {
    let (database, _folder) = database::scratch::sqlite().await;
    let limits =
        Limits { requests: Limit { tries: 20, window: Duration::from_secs(60) }, ..Limits::default() };
    let world = World::limited(database, Timestamp::from_seconds(1_800_000_000), limits).await;
    let board = world.spa().await;
    world.member("ada@example.com").await;
    let mut flood = world.visitor();
    for _ in 0..20 {
        assert_eq!(flood.get(&board.authorize(&[])).await.status, 303);
    }
    let before = world.app.operator.store.database().statistics();
    for _ in 0..20 {
        let answer = flood.get(&board.authorize(&[])).await;
        answer.is_failure_page(429);
        assert_eq!(answer.header("retry-after"), Some("60"));
        assert!(answer.body.contains("/oidc/auth?"), "a way to try again: {}", answer.text());
    }
    world.app.flush_incidents().await;
    let after = world.app.operator.store.database().statistics();
    assert_eq!((before.works, before.queries), (after.works, after.queries), "nothing is read or written");
    let mut other = world.visitor();
    other.address = [198, 51, 100, 7].into();
    assert!(other.sign_in(&board, "ada@example.com").await.parameter("code").is_some());
    let mut here = world.visitor();
    here.address = [127, 0, 0, 1].into();
    for _ in 0..25 {
        assert_eq!(here.get("/").await.status, 200, "this machine is nobody in particular");
    }
    world.pass(60);
    assert!(flood.sign_in(&board, "ada@example.com").await.parameter("code").is_some());
}

#[tokio::test]
async fn c184_what_happens_is_audited_without_secrets() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    visitor.submit(&flow, "ada@example.com", "a planted wrong password").await;
    visitor.submit(&flow, "ada@example.com", PASSWORD).await;
    let lines = world.app.operator.store.recent_audit(100).await.unwrap();
    for event in ["application.created", "user.created", "sign_in.failed", "sign_in.succeeded"] {
        assert!(lines.iter().any(|line| line.event == event), "{event}");
    }
    let text = format!("{lines:?}");
    assert!(
        !text.contains("planted")
            && !text.contains(PASSWORD)
            && !text.contains(shop.secret.as_deref().unwrap())
    );
}
