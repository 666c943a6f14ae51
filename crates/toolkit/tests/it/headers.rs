//! Tokens in headers: for apps on phones and for scripts that keep no cookies.

use serde_json::json;

use crate::application::Application;
use crate::browser::Browser;

#[tokio::test]
async fn header_tokens_work_like_cookies_and_set_none() {
    let app = Application::new().await;
    let mut client = Browser::with_headers();
    let told = client.post(&app, "/sign-in/ann").await;
    assert_eq!(told.headers.get("set-cookie"), None);
    let exposed = told.header("access-control-expose-headers").unwrap();
    for name in ["front-token", "st-access-token", "st-refresh-token"] {
        assert!(exposed.contains(name), "{exposed}");
    }
    assert_eq!(client.get(&app, "/me").await.status, 200);
    app.after(3_600);
    assert_eq!(client.get(&app, "/me").await.body, json!({"message": "try refresh token"}));
    let before = client.refresh.clone();
    assert_eq!(client.refresh(&app).await.status, 200);
    assert_ne!(client.refresh, before);
    assert_eq!(client.get(&app, "/me").await.status, 200);
    let told = client.post(&app, "/auth/signout").await;
    assert_eq!(told.status, 200);
    assert_eq!((client.access, client.refresh), (None, None));
}

#[tokio::test]
async fn a_client_that_does_not_say_gets_headers() {
    let app = Application::new().await;
    let told = Browser::default().post(&app, "/sign-in/ann").await;
    assert!(told.header("st-access-token").is_some());
    assert_eq!(told.headers.get("set-cookie"), None);
}

#[tokio::test]
async fn a_client_that_changes_its_method_keeps_one_set_of_tokens() {
    let app = Application::new().await;
    let mut browser = app.signed_in("ann").await;
    let mut changed = Browser { cookies: browser.cookies.clone(), ..Browser::with_headers() };
    let told = changed.post(&app, "/sign-in/ann").await;
    assert!(told.header("st-access-token").is_some_and(|token| !token.is_empty()));
    assert_eq!(changed.cookies, [], "the cookies make way");
    assert_ne!(told.header("front-token"), Some("remove"), "there is a session");
    assert_eq!(browser.get(&app, "/me").await.status, 200);
}

#[tokio::test]
async fn with_both_the_header_counts_and_a_refresh_clears_the_cookies() {
    let app = Application::new().await;
    let mut both = app.signed_in("ann").await;
    let mut client = Browser::with_headers();
    client.post(&app, "/sign-in/bob").await;
    (both.access, both.refresh) = (client.access, client.refresh);
    assert_eq!(both.get(&app, "/me").await.body["user"], "bob");
    app.after(3_600);
    let told = both.refresh(&app).await;
    assert_eq!(told.status, 200);
    assert_eq!(both.cookies, []);
    assert_ne!(told.header("front-token"), Some("remove"));
    assert_eq!(both.get(&app, "/me").await.body["user"], "bob");
}
