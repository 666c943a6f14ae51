//! Scenario 6: two tabs, the back button, a double submit.

use serde_json::json;

use crate::world::{PASSWORD, World};

#[tokio::test]
async fn two_tabs_both_end_signed_in() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let first = visitor.begin_with(&shop, &[("state", "one")]).await;
    let second = visitor.begin_with(&shop, &[("state", "two")]).await;
    let one = visitor.submit(&first, "ada@example.com", PASSWORD).await;
    assert_eq!(one.parameter("state").as_deref(), Some("one"));
    // The other tab is reloaded: it carries on without asking again.
    let two = visitor.get(&format!("/sign-in?flow={second}")).await;
    assert_eq!(two.parameter("state").as_deref(), Some("two"));
    assert!(two.parameter("code").is_some());
    // Or its form is submitted all the same.
    let third = visitor.begin_with(&shop, &[("state", "three"), ("prompt", "login")]).await;
    let three = visitor.submit(&third, "ada@example.com", PASSWORD).await;
    assert_eq!(three.parameter("state").as_deref(), Some("three"));
}

#[tokio::test]
async fn the_back_button_and_a_second_submit_never_make_a_second_code() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    world.change(&shop, json!({"clientUri": "https://shop.example/"})).await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    assert!(visitor.submit(&flow, "ada@example.com", PASSWORD).await.parameter("code").is_some());
    let back = visitor.get(&format!("/sign-in?flow={flow}")).await;
    back.is_failure_page(409).shows("Shop");
    assert_eq!(back.forward().as_deref(), Some("https://shop.example/"));
    visitor.submit(&flow, "ada@example.com", PASSWORD).await.is_failure_page(409);
    world.change(&shop, json!({"initiateLoginUri": "https://shop.example/login"})).await;
    let led = visitor.get(&format!("/sign-in?flow={flow}")).await;
    assert_eq!(led.location().path(), "/login", "the application begins again, silently");
}

#[tokio::test]
async fn ten_submits_at_once_make_one_code() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    let mut codes = 0;
    let mut answers = Vec::new();
    for _ in 0..10 {
        let mut tab = visitor.clone();
        let flow = flow.clone();
        answers.push(async move { tab.submit(&flow, "ada@example.com", PASSWORD).await });
    }
    for answer in futures_join(answers).await {
        codes += usize::from(answer.status == 303 && answer.parameter("code").is_some());
    }
    assert_eq!(codes, 1);
}

#[tokio::test]
async fn a_second_submit_leaves_the_person_signed_in_whatever_becomes_of_the_flow() {
    let world = World::new().await;
    let shop = world.web().await;
    world.member("ada@example.com").await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    // Both are on their way at once; the browser keeps the answer to the second only.
    let (mut first, mut second) = (visitor.clone(), visitor.clone());
    let (one, two) = tokio::join!(
        first.submit(&flow, "ada@example.com", PASSWORD),
        second.submit(&flow, "ada@example.com", PASSWORD),
    );
    let loser = if one.status == 303 { (two, second) } else { (one, first) };
    loser.0.is_failure_page(409);
    let mut visitor = loser.1;
    assert!(visitor.get(&shop.authorize(&[])).await.parameter("code").is_some(), "signed in all the same");
}

/// Polls all of them together.
pub(crate) async fn futures_join<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut outputs: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, output) in futures.iter_mut().zip(&mut outputs) {
            if output.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *output = Some(value);
            }
        }
        if outputs.iter().all(Option::is_some) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    outputs.into_iter().flatten().collect()
}
