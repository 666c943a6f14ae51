//! A session, from its renewals to its end.

use crate::provider::Provider;
use crate::visitor::Visitor;

#[tokio::test]
async fn the_provider_is_asked_anew() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider).await;
    visitor.sign_in(&provider).await;
    for words in ["once", "2 times"] {
        let page = visitor.post("/refresh").await;
        assert_eq!((page.status.as_u16(), page.location().as_str()), (303, "/"));
        assert_eq!(visitor.get("/").await.text_of("#renewals"), words);
    }
}

#[tokio::test]
async fn an_outage_signs_nobody_out() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider).await;
    visitor.sign_in(&provider).await;
    provider.set(|mood| mood.refusal = Some((503, "temporarily_unavailable")));
    let page = visitor.post("/refresh").await;
    assert_eq!((page.status.as_u16(), page.forward().as_str()), (503, "/"));
    assert_eq!(visitor.get("/").await.title(), "Hello, Ada");
}

#[tokio::test]
async fn a_session_that_the_provider_ended_ends_here_too() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider).await;
    visitor.sign_in(&provider).await;
    provider.set(|mood| mood.refusal = Some((400, "invalid_grant")));
    let page = visitor.post("/refresh").await;
    assert_eq!((page.status.as_u16(), page.forward().as_str()), (403, "/auth/sign-in"));
    assert!(visitor.cookies.is_empty());
    let page = visitor.post("/refresh").await;
    assert_eq!(page.location(), "/auth/sign-in?return_to=%2F", "without a session there is nothing to renew");
}

#[tokio::test]
async fn a_page_is_refreshed_on_the_way() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider).await;
    visitor.sign_in(&provider).await;
    assert_eq!(visitor.get("/").await.text_of("#generation"), "0");
    visitor.after(120);
    let sent = visitor.get("/").await.location();
    assert_eq!(sent, "/auth/session/refresh?return_to=%2F&again=1");
    assert_eq!(visitor.get(&sent).await.location(), "/");
    assert_eq!(visitor.get("/").await.text_of("#generation"), "1");
}

#[tokio::test]
async fn signing_out_ends_the_session_here_and_there() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider).await;
    visitor.sign_in(&provider).await;
    let cookies = visitor.cookies.clone();
    let page = visitor.get("/auth/sign-out").await;
    assert_eq!((page.title().as_str(), page.forms()), ("Sign out?", vec!["/auth/sign-out".to_owned()]));
    assert_eq!(visitor.get("/").await.title(), "Hello, Ada", "a link signs nobody out");

    let page = visitor.post("/auth/sign-out").await;
    let location = page.location();
    assert!(location.starts_with(&format!("{}/session/end?client_id=app&", provider.issuer)), "{location}");
    assert!(location.contains("post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fsigned-out"));
    assert!(location.contains("id_token_hint="));
    assert!(visitor.cookies.is_empty());
    visitor.cookies = cookies;
    let page = visitor.get("/").await;
    assert_eq!(page.title(), "A notebook you sign in to", "the old cookies are worth nothing");
    assert!(visitor.cookies.is_empty(), "and are cleared");
    assert_eq!(visitor.post("/auth/sign-out").await.location(), "/signed-out");
    assert_eq!(visitor.get("/signed-out").await.title(), "You are signed out");
}

#[tokio::test]
async fn the_sessions_of_a_person_are_listed_and_ended() {
    let provider = Provider::start().await;
    let mut laptop = Visitor::at(&provider).await;
    laptop.sign_in(&provider).await;
    let mut phone = laptop.another();
    phone.sign_in(&provider).await;
    let ends: Vec<_> = laptop.get("/").await.forms();
    let ends: Vec<_> = ends.iter().filter(|action| action.ends_with("/end")).collect();
    assert_eq!(ends.len(), 2);
    let own = format!("/sessions/{}/end", laptop.get("/").await.text_of("#session-handle"));
    let other = ends.iter().find(|action| ***action != own).unwrap();
    assert_eq!(laptop.post(other).await.location(), "/");
    assert_eq!(phone.get("/").await.title(), "A notebook you sign in to", "at once");
    assert_eq!(laptop.get("/").await.title(), "Hello, Ada");
    phone.sign_in(&provider).await;
    assert_eq!(laptop.post("/sessions/end-all").await.location(), "/");
    for visitor in [&mut laptop, &mut phone] {
        assert_eq!(visitor.get("/").await.title(), "A notebook you sign in to");
    }
}

#[tokio::test]
async fn nobody_ends_the_sessions_of_somebody_else() {
    let provider = Provider::start().await;
    let mut ada = Visitor::at(&provider).await;
    ada.sign_in(&provider).await;
    let own = format!("/sessions/{}/end", ada.get("/").await.text_of("#session-handle"));
    let mut stranger = ada.another();
    assert_eq!(stranger.post(&own).await.location(), "/auth/sign-in?return_to=%2F");
    provider.set(|mood| mood.subject = "user-2".into());
    stranger.sign_in(&provider).await;
    assert_eq!(stranger.post(&own).await.location(), "/");
    assert_eq!(ada.get("/").await.title(), "Hello, Ada");
}

#[tokio::test]
async fn c109_each_sign_in_has_a_new_name() {
    let provider = Provider::start().await;
    let mut visitor = Visitor::at(&provider).await;
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
    let mut visitor = Visitor::at(&provider).await;
    visitor.sign_in(&provider).await;
    for path in ["/auth/sign-out", "/sessions/end-all", "/session-errors/unauthorised"] {
        for fields in [[("sec-fetch-site", "same-site")], [("origin", "http://localhost:3001")]] {
            let page = visitor.send("POST", path, &fields).await;
            assert_eq!((page.status.as_u16(), page.forward().as_str()), (403, "/"), "{path}");
        }
    }
    assert_eq!(visitor.get("/").await.title(), "Hello, Ada");
}
