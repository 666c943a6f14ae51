//! Happy days: signing in, calling, refreshing, leaving.

use serde_json::json;
use toolkit::rotation;

use crate::application::{API, Application};
use crate::browser::Browser;

#[tokio::test]
async fn somebody_signs_in_calls_refreshes_and_leaves() {
    let app = Application::new().await;
    let mut browser = app.signed_in("ann").await;
    let (access, refresh) =
        (browser.cookie("sAccessToken").unwrap(), browser.cookie("sRefreshToken").unwrap());
    for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(access.attributes.contains(attribute), "{attribute}: {}", access.attributes);
    }
    assert_eq!(refresh.path, "/auth/session/refresh");
    let before = refresh.value.clone();
    let me = browser.get(&app, "/me").await;
    assert_eq!((me.status, &me.body["user"]), (200, &json!("ann")));
    assert_eq!(me.header("front-token"), None, "nothing new, nothing told");
    app.after(3_600);
    assert_eq!(browser.get(&app, "/me").await.status, 401);
    let refreshed = browser.refresh(&app).await;
    assert_eq!((refreshed.status, &refreshed.body), (200, &json!({})));
    assert!(refreshed.header("front-token").is_some());
    assert_eq!(refreshed.header("cache-control"), Some("no-store"));
    assert_ne!(browser.cookie("sRefreshToken").unwrap().value, before);
    assert_eq!(browser.get(&app, "/me").await.status, 200);
    let left = browser.post(&app, "/auth/signout").await;
    assert_eq!((left.status, &left.body), (200, &json!({"status": "OK"})));
    assert_eq!(left.header("front-token"), Some("remove"));
    assert_eq!(browser.cookies, []);
    assert_eq!(browser.get(&app, "/anybody").await.body, json!({"user": null}));
    assert!(app.sessions.sessions_of("ann").await.unwrap().is_empty());
}

#[tokio::test]
async fn fifty_calls_at_expiry_and_one_refresh_each_keep_one_chain() {
    let app = Application::new().await;
    let browser = app.signed_in("ann").await;
    app.after(3_600);
    let mut tokens = Vec::new();
    for _ in 0..50 {
        let mut tab = browser.clone();
        let told = tab.refresh(&app).await;
        assert_eq!(told.status, 200);
        tokens.push(tab.cookie("sRefreshToken").unwrap().value.clone());
    }
    tokens.dedup();
    assert_eq!(tokens.len(), 1);
    let session = &app.sessions.sessions_of("ann").await.unwrap()[0];
    assert_eq!(session.chain.position(), rotation::Position { generation: 1, sibling: 0 });
}

#[tokio::test]
async fn the_front_token_says_what_a_script_may_know() {
    let app = Application::new().await;
    let mut browser = Browser::with_cookies();
    let told = browser.post(&app, "/sign-in/ann").await;
    let front = session::transport::FrontToken::decode(told.header("front-token").unwrap()).unwrap();
    assert_eq!(front.user, "ann");
    assert_eq!(front.payload["iss"], format!("{API}/auth"));
    assert_eq!(front.payload["exp"].as_i64().unwrap(), front.access_expires_at.as_seconds());
}

#[tokio::test]
async fn a_merge_gives_a_new_access_token_and_other_requests_keep_theirs() {
    let app = Application::new().await;
    let mut browser = app.signed_in("ann").await;
    let mut other_tab = browser.clone();
    let told = browser.post_json(&app, "/merge", &json!({"plan": "pro", "sub": "mallory"})).await;
    assert_eq!((told.status, &told.body["plan"], &told.body["sub"]), (200, &json!("pro"), &json!("ann")));
    assert!(told.header("front-token").is_some());
    assert_eq!(browser.get(&app, "/me").await.body["payload"]["plan"], "pro");
    assert_eq!(other_tab.get(&app, "/me").await.status, 200);
    app.after(3_600);
    other_tab.refresh(&app).await;
    assert_eq!(other_tab.get(&app, "/me").await.body["payload"]["plan"], "pro");
}

#[tokio::test]
async fn anybody_can_check_access_tokens_with_the_published_keys() {
    let app = Application::new().await;
    let mut browser = Browser::with_cookies();
    let configuration = browser.get(&app, "/auth/.well-known/openid-configuration").await;
    assert_eq!(configuration.body["issuer"], format!("{API}/auth"));
    assert_eq!(configuration.body["jwks_uri"], format!("{API}/auth/jwt/jwks.json"));
    let keys = browser.get(&app, "/auth/jwt/jwks.json").await;
    assert_eq!(keys.body["keys"][0]["crv"], "Ed25519");
    assert_eq!(keys.header("access-control-allow-origin"), Some("*"));
    assert_eq!(keys.header("cache-control"), Some("max-age=3600, must-revalidate"));
}

#[tokio::test]
async fn what_an_application_revokes_is_over() {
    let app = Application::new().await;
    let mut browser = app.signed_in("ann").await;
    assert_eq!(app.sessions.revoke_all_of("ann").await.unwrap().len(), 1);
    let refused = browser.refresh(&app).await;
    assert_eq!((refused.status, &refused.body), (401, &json!({"message": "unauthorised"})));
    assert_eq!(browser.cookies, []);
}

#[tokio::test]
async fn options_and_trace_have_no_session_and_no_error() {
    let app = Application::new().await;
    let mut browser = app.signed_in("ann").await;
    app.after(3_600);
    for method in [http::Method::OPTIONS, http::Method::TRACE] {
        let told = browser.send(&app, method, "/any-method", None).await;
        assert_eq!((told.status, told.body), (200, json!({"user": null})));
    }
    assert_eq!(browser.get(&app, "/any-method").await.status, 401, "a GET with the same token is to refresh");
}

#[tokio::test]
async fn no_token_is_printed() {
    let app = Application::new().await;
    let mut browser = app.signed_in("ann").await;
    let told = browser.get(&app, "/printed").await;
    let printed = told.body.as_str().unwrap();
    assert!(printed.contains("RequestInfo"), "{printed}");
    for cookie in &browser.cookies {
        assert!(!printed.contains(&cookie.value[..20]), "{printed}");
    }
}
