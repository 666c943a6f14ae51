//! A website on another site than the API: CORS, SameSite=None and the guard against forged requests.

use http::Method;
use toolkit::{AntiCsrf, TransportOptions};

use crate::application::{Application, WEBSITE};
use crate::browser::Browser;

const ELSEWHERE: &str = "https://website.test";

#[tokio::test]
async fn c121_across_sites_cookies_need_the_header_that_only_scripts_can_send() {
    let app = Application::with(ELSEWHERE, |builder| builder).await;
    let mut browser = Browser::with_cookies();
    browser.extra.push(("rid", "anti-csrf".into()));
    browser.post(&app, "/sign-in/ann").await;
    assert!(browser.cookie("sAccessToken").unwrap().attributes.contains("SameSite=None"));
    assert_eq!(browser.post(&app, "/me").await.status, 200);
    let mut forged = Browser { extra: Vec::new(), ..browser.clone() };
    assert_eq!(forged.get(&app, "/me").await.status, 200, "a GET changes nothing");
    let told = forged.post(&app, "/me").await;
    assert_eq!((told.status, told.body["message"].as_str()), (401, Some("try refresh token")));
    let told = forged.refresh(&app).await;
    assert_eq!((told.status, told.body["message"].as_str()), (401, Some("unauthorised")));
    assert_eq!(browser.refresh(&app).await.status, 200, "nothing was revoked by it");
}

#[tokio::test]
async fn with_anti_csrf_tokens_the_session_s_own_must_come_back() {
    let app = Application::with(WEBSITE, |builder| {
        builder.transport(TransportOptions {
            anti_csrf: Some(AntiCsrf::ViaToken),
            ..TransportOptions::default()
        })
    })
    .await;
    let mut browser = app.signed_in("ann").await;
    assert!(browser.anti_csrf.is_some());
    assert_eq!(browser.post(&app, "/me").await.status, 200);
    let mut forged = Browser { anti_csrf: None, ..browser.clone() };
    assert_eq!(forged.get(&app, "/me").await.status, 200);
    assert_eq!(forged.post(&app, "/me").await.status, 401);
    app.after(3_600);
    assert_eq!(browser.refresh(&app).await.status, 200);
    assert_eq!(browser.post(&app, "/me").await.status, 200);
}

#[tokio::test]
async fn the_website_s_scripts_may_call_and_nobody_else_s() {
    let app = Application::with(ELSEWHERE, |builder| builder).await;
    let ask = async |origin: &str| {
        let mut browser = Browser::default();
        browser.extra.push(("origin", origin.to_owned()));
        browser.extra.push(("access-control-request-method", "POST".into()));
        browser.send(&app, Method::OPTIONS, "/auth/session/refresh", None).await
    };
    let told = ask(ELSEWHERE).await;
    assert_eq!(told.status, 204);
    assert_eq!(told.header("access-control-allow-origin"), Some(ELSEWHERE));
    assert_eq!(told.header("access-control-allow-credentials"), Some("true"));
    let allowed = told.header("access-control-allow-headers").unwrap();
    for name in ["rid", "anti-csrf", "authorization", "st-auth-mode", "fdi-version", "content-type"] {
        assert!(allowed.contains(name), "{allowed}");
    }
    let stranger = ask("https://mallory.example").await;
    assert_eq!(stranger.header("access-control-allow-origin"), None);
    let mut browser = Browser::with_cookies();
    browser.extra.push(("origin", ELSEWHERE.into()));
    let told = browser.post(&app, "/sign-in/ann").await;
    assert_eq!(told.header("access-control-allow-origin"), Some(ELSEWHERE));
    assert_eq!(told.header("vary"), Some("origin"));
    assert!(told.header("access-control-expose-headers").unwrap().contains("front-token"));
    let refused = Browser { cookies: Vec::new(), ..browser }.get(&app, "/me").await;
    assert_eq!(
        refused.header("access-control-allow-origin"),
        Some(ELSEWHERE),
        "an error is read by scripts too"
    );
}
