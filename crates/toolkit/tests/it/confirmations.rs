//! What the first sight of an access token tells the store: off the path of the request, and together with others.

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::application::Application;
use crate::browser::Browser;

async fn signed_in(app: &Application, count: usize) -> Vec<Browser> {
    let mut browsers = Vec::new();
    for number in 0..count {
        browsers.push(app.signed_in(&format!("person-{number}")).await);
    }
    browsers
}

/// Calls with all of them at once, and answers how often the store was told.
async fn all_call(app: &Arc<Application>, browsers: &[Browser]) -> usize {
    let mut calls = JoinSet::new();
    for browser in browsers {
        let (app, mut browser) = (Arc::clone(app), browser.clone());
        calls.spawn(async move { assert_eq!(browser.get(&app, "/me").await.status, 200) });
    }
    calls.join_all().await;
    app.confirmations()
}

async fn confirmed(app: &Application, count: usize) -> usize {
    let mut confirmed = 0;
    for number in 0..count {
        let [session] =
            app.sessions.sessions_of(&format!("person-{number}")).await.unwrap().try_into().unwrap();
        confirmed += usize::from(session.chain.confirmed_at.is_some());
    }
    confirmed
}

#[tokio::test]
async fn one_write_tells_of_all_that_were_seen_meanwhile_and_each_is_told_once() {
    let app = Arc::new(Application::new().await);
    let mut browsers = signed_in(&app, 20).await;
    assert_eq!(all_call(&app, &browsers).await, 1);
    assert_eq!(confirmed(&app, 20).await, 20);
    assert_eq!(all_call(&app, &browsers).await, 0, "nothing is left to tell");
    app.after(60);
    for browser in &mut browsers {
        assert_eq!(browser.refresh(&app).await.status, 200);
    }
    assert_eq!(all_call(&app, &browsers).await, 1, "whoever comes later is told likewise");
    assert_eq!(confirmed(&app, 20).await, 20);
}

#[tokio::test]
async fn f05_what_a_store_that_is_down_could_not_be_told_is_told_at_the_next_sight() {
    let app = Arc::new(Application::new().await);
    let browsers = signed_in(&app, 5).await;
    app.set_store_down(true);
    assert_eq!(
        all_call(&app, &browsers).await,
        1,
        "people go on, and the store is not asked for each of them"
    );
    app.set_store_down(false);
    assert_eq!(confirmed(&app, 5).await, 0);
    assert_eq!(all_call(&app, &browsers).await, 1);
    assert_eq!(confirmed(&app, 5).await, 5);
}

#[tokio::test]
async fn what_has_no_room_to_wait_is_told_at_the_next_sight() {
    let app = Arc::new(Application::new().await);
    let browsers = signed_in(&app, 300).await;
    all_call(&app, &browsers).await;
    assert_eq!(confirmed(&app, 300).await, 256);
    all_call(&app, &browsers).await;
    assert_eq!(confirmed(&app, 300).await, 300);
}

#[test]
fn whoever_tells_the_store_may_end_with_its_runtime_and_leaves_nothing_untold() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let first = runtime();
    let (app, browsers) = first.block_on(async {
        let app = Arc::new(Application::new().await);
        let browsers = signed_in(&app, 3).await;
        app.set_store_hanging(true);
        assert_eq!(all_call(&app, &browsers[..2]).await, 1);
        assert_eq!(all_call(&app, &browsers[2..]).await, 0, "it waits for those before");
        (app, browsers)
    });
    drop(first);
    app.set_store_hanging(false);
    runtime().block_on(async {
        assert_eq!(all_call(&app, &browsers).await, 1);
        assert_eq!(confirmed(&app, 3).await, 3);
    });
}
