//! Guessing passwords.

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
        async move {
            let password = if n == 59 { PASSWORD.to_owned() } else { format!("a wrong password {n}") };
            tab.submit(&flow, "ada@example.com", &password).await
        }
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
