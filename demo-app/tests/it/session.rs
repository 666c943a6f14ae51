//! A session, from its renewals to its end.

use crate::provider::Provider;
use crate::visitor::Visitor;

#[tokio::test]
async fn tokens_are_renewed() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider);
    visitor.sign_in(&provider).await;
    for words in ["once", "2 times"] {
        let page = visitor.post("/refresh").await;
        assert_eq!((page.status.as_u16(), page.location().as_str()), (303, "/"));
        let page = visitor.get("/").await;
        assert!(page.text.contains(&format!("<dd id=\"renewals\">{words}</dd>")), "{words}");
    }
}

#[tokio::test]
async fn an_outage_signs_nobody_out() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider);
    visitor.sign_in(&provider).await;
    provider.set(|mood| mood.refusal = Some((503, "temporarily_unavailable")));
    let page = visitor.post("/refresh").await;
    assert_eq!((page.status.as_u16(), page.forward().as_str()), (503, "/"));
    assert_eq!(visitor.get("/").await.title(), "Hello, Ada");
}

#[tokio::test]
async fn a_session_that_the_provider_ended_ends_here_too() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider);
    visitor.sign_in(&provider).await;
    provider.set(|mood| mood.refusal = Some((400, "invalid_grant")));
    let page = visitor.post("/refresh").await;
    assert_eq!((page.status.as_u16(), page.forward().as_str()), (403, "/sign-in"));
    assert!(visitor.cookies.is_empty());
    assert_eq!(visitor.post("/refresh").await.status, 403, "without a session there is nothing to renew");
}

#[tokio::test]
async fn signing_out_ends_the_session_here_and_there() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider);
    visitor.sign_in(&provider).await;
    let cookies = visitor.cookies.clone();
    assert_eq!(visitor.get("/sign-out").await.title(), "Sign out?");
    assert_eq!(visitor.get("/").await.title(), "Hello, Ada", "a link signs nobody out");

    let page = visitor.post("/sign-out").await;
    let location = page.location();
    assert!(location.starts_with(&format!("{}/session/end?client_id=app&", provider.issuer)), "{location}");
    assert!(location.contains("post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fsigned-out"));
    assert!(location.contains("id_token_hint="));
    assert!(visitor.cookies.is_empty());
    visitor.cookies = cookies;
    assert_eq!(
        visitor.get("/").await.title(),
        "A notebook you sign in to",
        "the old cookie is worth nothing"
    );
    assert_eq!(visitor.post("/sign-out").await.location(), "/signed-out");
    assert_eq!(visitor.get("/signed-out").await.title(), "You are signed out");
}

#[tokio::test]
async fn c109_each_sign_in_has_a_new_name() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider);
    visitor.sign_in(&provider).await;
    let mut earlier = visitor.another();
    earlier.cookies = visitor.cookies.clone();
    visitor.sign_in(&provider).await;
    assert_ne!(earlier.cookies, visitor.cookies);
    assert_eq!(earlier.get("/").await.title(), "A notebook you sign in to");
}

#[tokio::test]
async fn c120_no_other_site_signs_anybody_out() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider);
    visitor.sign_in(&provider).await;
    for fields in [[("sec-fetch-site", "same-site")], [("origin", "http://localhost:3001")]] {
        let page = visitor.send("POST", "/sign-out", &fields).await;
        assert_eq!((page.status.as_u16(), page.forward().as_str()), (403, "/"));
    }
    assert_eq!(visitor.get("/").await.title(), "Hello, Ada");
}
