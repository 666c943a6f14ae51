//! The way back from the provider, well and not so well.

use crate::provider::Provider;
use crate::visitor::{Visitor, answer, options};

#[tokio::test]
async fn somebody_signs_in() {
    let provider = Provider::start().await;
    provider.set(|mood| mood.name = "<b>Ada</b>".into());
    let mut visitor = Visitor::at(&provider);
    visitor.sign_in(&provider).await;
    assert_eq!(visitor.cookies.keys().collect::<Vec<_>>(), ["demo-session"]);
    let page = visitor.get("/").await;
    assert_eq!(page.title(), "Hello, <b>Ada</b>", "what the provider says is text");
    assert!(page.text.contains("ada@example.com"), "the userinfo endpoint was asked");
}

#[tokio::test]
async fn two_tabs_sign_in_at_once() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider);
    let first = visitor.begin(&provider, "/sign-in").await;
    let first_nonce = provider.mood.lock().unwrap().nonce.clone();
    let second = visitor.begin(&provider, "/sign-in").await;
    assert_eq!(visitor.cookies.len(), 2);
    let page = visitor.get(&answer(&provider, "/callback", &second, "code=b")).await;
    assert_eq!(page.status, 303);
    provider.set(|mood| mood.nonce = first_nonce);
    let page = visitor.get(&answer(&provider, "/callback", &first, "code=a")).await;
    assert_eq!(page.status, 303);
    assert_eq!(visitor.cookies.len(), 1, "one session, nothing pending");
}

#[tokio::test]
async fn pending_cookies_do_not_pile_up() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider);
    visitor.cookies.insert("demo-pending-0".into(), "rubbish".into());
    for _ in 0..12 {
        visitor.begin(&provider, "/sign-in").await;
    }
    assert_eq!(visitor.cookies.len(), 6);
    assert!(!visitor.cookies.contains_key("demo-pending-0"), "rubbish goes first");
}

#[tokio::test]
async fn a_lost_answer_starts_again() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider);
    for query in ["code=c&state=never-known-here", "code=c&state=x", "code=c&state=%00%22%3E%3Cb%3E12345678"]
    {
        let page = visitor.get(&format!("/callback?{query}")).await;
        assert_eq!((page.status.as_u16(), page.forward().as_str()), (404, "/sign-in"), "{query}");
    }
    // Of another browser: nobody is signed in by somebody else's answer.
    let state = visitor.begin(&provider, "/sign-in").await;
    let mut stranger = visitor.another();
    let page = stranger.get(&answer(&provider, "/callback", &state, "code=c")).await;
    assert_eq!(page.status, 404);
    assert!(stranger.cookies.is_empty());
    assert_eq!(provider.mood.lock().unwrap().asked, 0, "the code was not sent anywhere");
}

#[tokio::test]
async fn an_answer_that_is_none_starts_again() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider);
    let state = visitor.begin(&provider, "/sign-in").await;
    for path in [
        "/callback".to_owned(),
        "/callback?code=c".to_owned(),
        format!("/callback?code=c&state={state}&state={state}"),
        format!("/callback?code=c&state={state}&iss=https://evil.example"),
    ] {
        let page = visitor.get(&path).await;
        assert_eq!((page.status.as_u16(), page.forward().as_str()), (400, "/sign-in"), "{path}");
    }
}

#[tokio::test]
async fn an_answer_that_comes_twice_is_sent_once() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider);
    let state = visitor.begin(&provider, "/sign-in").await;
    let pending = visitor.cookies.clone();
    let address = answer(&provider, "/callback", &state, "code=c");
    assert_eq!(visitor.get(&address).await.status, 303);
    // The back button; and a double click, which still has the cookie.
    for with_cookie in [false, true] {
        if with_cookie {
            visitor.cookies.extend(pending.clone());
        }
        let page = visitor.get(&address).await;
        assert_eq!((page.status.as_u16(), page.forward().as_str()), (409, "/"));
    }
    assert_eq!(provider.mood.lock().unwrap().asked, 1, "a code is never sent twice");
}

#[tokio::test]
async fn each_refusal_has_its_page() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider);
    for (error, status, title) in [
        ("error=access_denied&error_description=%3Cb%3E", 403, "You were not signed in"),
        ("error=login_required", 200, "Nobody is signed in"),
        ("error=temporarily_unavailable&error_description=authentication_expired", 410, "That took too long"),
        ("error=temporarily_unavailable", 503, "The sign-in service does not answer"),
        ("error=server_error", 503, "The sign-in service does not answer"),
        ("error=invalid_scope", 502, "The sign-in service did not accept our request"),
        ("error=made_up", 502, "The sign-in service did not accept our request"),
    ] {
        let state = visitor.begin(&provider, "/sign-in").await;
        let page = visitor.get(&answer(&provider, "/callback", &state, error)).await;
        assert_eq!((page.status.as_u16(), page.title().as_str()), (status, title), "{error}");
        assert!(visitor.cookies.is_empty(), "this sign-in is over");
        assert!(!page.text.contains("<b>") && !page.text.contains("made_up"), "no words from the address");
        assert!(!page.forward().is_empty());
    }
}

#[tokio::test]
async fn without_a_page_is_asked_without_a_page() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider);
    let page = visitor.get("/unhappy/silent").await;
    assert!(page.location().contains("prompt=none"));
}

#[tokio::test]
async fn a_provider_that_is_down_is_waited_for() {
    let mut visitor = Visitor::of(options("http://127.0.0.1:9/oidc"));
    let page = visitor.get("/sign-in").await;
    assert_eq!((page.status.as_u16(), page.forward().as_str()), (503, "/sign-in"));
    assert_eq!(page.headers["retry-after"], "5");

    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider);
    for (refusal, status) in
        [((503, "x"), 503), ((400, "invalid_grant"), 410), ((401, "invalid_client"), 502)]
    {
        let state = visitor.begin(&provider, "/sign-in").await;
        provider.set(|mood| mood.refusal = Some(refusal));
        let page = visitor.get(&answer(&provider, "/callback", &state, "code=c")).await;
        assert_eq!(page.status, status);
        assert!(visitor.cookies.is_empty());
    }
    provider.set(|mood| mood.refusal = None);
    let state = visitor.begin(&provider, "/sign-in").await;
    provider.set(|mood| mood.nonce = Some("of another request".into()));
    let page = visitor.get(&answer(&provider, "/callback", &state, "code=c")).await;
    assert_eq!(
        (page.status.as_u16(), visitor.cookies.len()),
        (502, 0),
        "a token that is not ours signs nobody in"
    );
}

#[tokio::test]
async fn only_the_provider_may_begin_a_sign_in() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider);
    let page = visitor.get(&format!("/sign-in?iss={}&login_hint=ada%40example.com", provider.issuer)).await;
    assert!(page.location().contains("login_hint=ada%40example.com"));
    for query in ["iss=https://evil.example/oidc", "target_link_uri=https://evil.example/"] {
        let page = visitor.get(&format!("/sign-in?{query}")).await;
        assert_eq!((page.status.as_u16(), page.forward().as_str()), (400, "/sign-in"), "{query}");
        assert!(!page.text.contains("evil"));
    }
}

#[tokio::test]
async fn the_third_party_is_told_apart() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider);
    let state = visitor.begin(&provider, "/third-party/sign-in").await;
    let page = visitor.get(&answer(&provider, "/callback", &state, "code=c")).await;
    assert_eq!(page.status, 404, "its answer is not for the other application");
    let page = visitor.get(&answer(&provider, "/third-party/callback", &state, "code=c")).await;
    assert_eq!((page.status.as_u16(), page.title().as_str()), (200, "You said yes, Ada"));
    assert!(visitor.cookies.is_empty(), "nothing is kept");

    let state = visitor.begin(&provider, "/third-party/sign-in").await;
    let page = visitor.get(&answer(&provider, "/third-party/callback", &state, "error=access_denied")).await;
    assert_eq!((page.status.as_u16(), page.forward().as_str()), (403, "/third-party/sign-in"));

    let mut visitor = Visitor::of(demo_app::DemoOptions { third_party: None, ..options(&provider.issuer) });
    assert_eq!(visitor.get("/third-party/sign-in").await.status, 404);
}
