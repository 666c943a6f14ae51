//! The way back from the provider. How it may go wrong is told in the toolkit's own stories; here stand what this
//! application makes of it, and the application of somebody else.

use crate::provider::Provider;
use crate::visitor::{Visitor, answer, options};

#[tokio::test]
async fn somebody_signs_in() {
    let provider = Provider::start().await;
    provider.set(|mood| mood.name = "<b>Ada</b>".into());
    let mut visitor = Visitor::at(&provider).await;
    visitor.sign_in(&provider).await;
    assert_eq!(visitor.names(), ["sAccessToken", "sRefreshToken"]);
    let page = visitor.get("/").await;
    assert_eq!(page.title(), "Hello, <b>Ada</b>", "what the provider says is text");
    assert!(page.text.contains("ada@example.com"), "the userinfo endpoint was asked");
}

#[tokio::test]
async fn two_tabs_sign_in_at_once() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider).await;
    let first = visitor.begin(&provider, "/auth/sign-in").await;
    let first_nonce = provider.mood.lock().unwrap().nonce.clone();
    let second = visitor.begin(&provider, "/auth/sign-in").await;
    assert_eq!(visitor.cookies.len(), 2);
    let page = visitor.get(&answer(&provider, "/auth/callback", &second, "code=b")).await;
    assert_eq!(page.status, 303);
    provider.set(|mood| mood.nonce = first_nonce);
    let page = visitor.get(&answer(&provider, "/auth/callback", &first, "code=a")).await;
    assert_eq!(page.status, 303);
    assert_eq!(visitor.names(), ["sAccessToken", "sRefreshToken"], "one session, nothing pending");
}

#[tokio::test]
async fn a_lost_answer_begins_again_and_ends_on_a_page_of_ours() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider).await;
    let lost = "/auth/callback?code=lost&state=lost-and-never-known";
    assert_eq!(visitor.get(lost).await.location(), "/auth/sign-in?again=1");
    let page = visitor.get(lost).await;
    assert_eq!((page.status.as_u16(), page.forward().as_str()), (404, "/auth/sign-in"));
    assert_eq!(page.title(), "This sign-in is not known here");
    assert!(page.text.contains("Fieldnotes"), "in our own style");
}

#[tokio::test]
async fn an_answer_that_comes_twice_leads_on() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider).await;
    let state = visitor.begin(&provider, "/auth/sign-in").await;
    let address = answer(&provider, "/auth/callback", &state, "code=c");
    assert_eq!(visitor.get(&address).await.status, 303);
    assert_eq!(visitor.get(&address).await.location(), "/", "whoever is signed in just goes on");
    assert_eq!(provider.mood.lock().unwrap().asked, 1, "a code is never sent twice");
}

#[tokio::test]
async fn each_refusal_has_its_page() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider).await;
    for (error, status, title) in [
        ("error=access_denied&error_description=%3Cb%3E", 403, "You were not signed in"),
        ("error=login_required", 200, "Nobody is signed in"),
        ("error=server_error", 503, "The sign-in service does not answer"),
        ("error=made_up", 502, "The sign-in service did not accept our request"),
    ] {
        let state = visitor.begin(&provider, "/auth/sign-in").await;
        let page = visitor.get(&answer(&provider, "/auth/callback", &state, error)).await;
        assert_eq!((page.status.as_u16(), page.title().as_str()), (status, title), "{error}");
        assert!(!page.text.contains("<b>") && !page.text.contains("made_up"), "no words from the address");
        assert!(!page.forward().is_empty());
    }
}

#[tokio::test]
async fn without_a_page_is_asked_without_a_page() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider).await;
    let page = visitor.get(demo_app::path::SILENT).await;
    assert!(page.location().contains("prompt=none"));
}

#[tokio::test]
async fn a_provider_that_is_down_is_waited_for() {
    let mut visitor = Visitor::of(options("http://127.0.0.1:9/oidc")).await;
    let page = visitor.get("/auth/sign-in").await;
    assert_eq!((page.status.as_u16(), page.forward().as_str()), (503, "/auth/sign-in"));
    assert_eq!(page.headers["retry-after"], "5");
}

#[tokio::test]
async fn the_third_party_is_told_apart() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider).await;
    let state = visitor.begin(&provider, "/third-party/sign-in").await;
    let page = visitor.get(&answer(&provider, "/auth/callback", &state, "code=c")).await;
    assert_eq!(page.location(), "/auth/sign-in?again=1", "its answer is not for the other application");
    let page = visitor.get(&answer(&provider, "/third-party/callback", &state, "code=c")).await;
    assert_eq!((page.status.as_u16(), page.title().as_str()), (200, "You said yes, Ada"));
    assert!(!visitor.names().contains(&"sAccessToken"), "nothing is kept");

    let state = visitor.begin(&provider, "/third-party/sign-in").await;
    let page = visitor.get(&answer(&provider, "/third-party/callback", &state, "error=access_denied")).await;
    assert_eq!((page.status.as_u16(), page.forward().as_str()), (403, "/third-party/sign-in"));

    let without = demo_app::DemoOptions { third_party: None, ..options(&provider.issuer) };
    assert_eq!(Visitor::of(without).await.get("/third-party/sign-in").await.status, 404);
}
