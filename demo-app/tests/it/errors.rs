//! The five session errors, each met for real.

use demo_app::DemoOptions;

use crate::provider::Provider;
use crate::visitor::{Page, Visitor, options};

async fn signed_in() -> (Provider, Visitor) {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider).await;
    visitor.sign_in(&provider).await;
    (provider, visitor)
}

/// What the page of an error says: handler, status, body, tokens, and its own status.
fn handled(page: &Page) -> (String, String, String, String, u16) {
    let text = |selector| page.text_of(selector);
    (text("#handler"), text("#status"), text("#body"), text("#tokens"), page.status.as_u16())
}

fn expected(handler: &str, status: u16, body: &str, tokens: &str) -> (String, String, String, String, u16) {
    (handler.to_owned(), status.to_string(), body.to_owned(), tokens.to_owned(), status)
}

#[tokio::test]
async fn the_overview_asks_strangers_to_sign_in_first() {
    let (_, mut visitor) = signed_in().await;
    assert_eq!(visitor.get("/session-errors").await.forms().len(), 5);
    let page = visitor.another().get("/session-errors").await;
    assert_eq!((page.forward().as_str(), page.forms().len()), ("/auth/sign-in?return_to=/session-errors", 0));
}

#[tokio::test]
async fn unauthorised() {
    let (_, mut visitor) = signed_in().await;
    let page = visitor.post("/session-errors/unauthorised").await;
    assert_eq!(handled(&page), expected("on_unauthorised", 401, r#"{"message":"unauthorised"}"#, "cleared"));
    assert_eq!(page.text_of("#received"), "\nmessagethe session has ended\n");
    assert_eq!(page.forward(), "/auth/sign-in?return_to=%2Fsession-errors");
    assert!(visitor.cookies.is_empty());
}

#[tokio::test]
async fn try_refresh_token() {
    let (_, mut visitor) = signed_in().await;
    let before = visitor.cookies.clone();
    visitor.after(4);
    let page = visitor.post("/session-errors/try-refresh-token").await;
    let body = r#"{"message":"try refresh token"}"#;
    assert_eq!(handled(&page), expected("on_try_refresh_token", 401, body, "left as they are"));
    assert_eq!(visitor.cookies, before);
    assert_eq!(visitor.get(&page.forward()).await.location(), "/session-errors");
    assert_ne!(visitor.cookies, before);
}

#[tokio::test]
async fn invalid_claim() {
    let (_, mut visitor) = signed_in().await;
    let page = visitor.post("/session-errors/invalid-claim").await;
    let (handler, status, body, tokens, _) = handled(&page);
    assert_eq!(
        (handler.as_str(), status.as_str(), tokens.as_str()),
        ("on_invalid_claim", "403", "left as they are")
    );
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["claimValidationErrors"][0]["id"], "supporter");
    assert_eq!(page.forms(), ["/session-errors/support"]);
    assert_eq!(visitor.post("/session-errors/support").await.location(), "/session-errors/supporters");
    assert_eq!(visitor.get("/session-errors/supporters").await.title(), "For supporters only");
    assert_eq!(visitor.post("/session-errors/support").await.location(), "/session-errors");
    assert_eq!(visitor.get("/session-errors/supporters").await.status, 403);
}

#[tokio::test]
async fn token_theft() {
    let (_, mut owner) = signed_in().await;
    owner.after(4);
    let page = owner.post("/auth/session/refresh/stolen").await;
    assert_eq!(page.title(), "The cookies were copied");
    assert!(page.text_of("#thief-refreshed").starts_with("303: generation 1"));
    assert!(page.text_of("#thief-used").starts_with("200"));
    owner.after(4);
    assert_eq!(page.forms(), ["/session-errors/owner"]);
    let sent = owner.post("/session-errors/owner").await.location();
    let page = owner.get(&sent).await;
    let body = r#"{"message":"token theft detected"}"#;
    assert_eq!(handled(&page), expected("on_token_theft_detected", 401, body, "cleared"));
    let received = page.text_of("#received");
    for evidence in
        ["user-1", "reused_after_confirmation", "generation 0", "generation 1", "The second browser"]
    {
        assert!(received.contains(evidence), "{evidence} in {received}");
    }
    assert!(owner.cookies.is_empty());
    assert_eq!(owner.get("/").await.title(), "A notebook you sign in to");
}

#[tokio::test]
async fn duplicate_session_cookies() {
    let provider = Provider::start().await;
    // On localhost there is no other domain that cookies could be left over from.
    for (base_url, tokens) in [
        ("http://localhost:3000", "replaced by new ones"),
        ("https://notes.example.com", "replaced by new ones; older cookies are cleared"),
    ] {
        let options = DemoOptions { base_url: base_url.into(), ..options(&provider.issuer) };
        let mut visitor = Visitor::of(options).await;
        visitor.sign_in(&provider).await;
        visitor.after(4);
        let before = visitor.cookies.clone();
        let page = visitor.post("/auth/session/refresh/duplicates").await;
        let (handler, status, body, told, _) = handled(&page);
        assert_eq!((handler.as_str(), status.as_str()), ("on_clear_duplicate_session_cookies", "200"));
        assert!(body.contains("duplicate session cookies were cleared"), "{body}");
        assert_eq!((told.as_str(), page.forward().as_str()), (tokens, "/session-errors"));
        assert_ne!(visitor.cookies, before);
        assert_eq!(visitor.get("/").await.text_of("#generation"), "1", "the live one went on");
    }
}
