//! The five errors with their defaults, and what is none of the five.

use serde_json::json;

use crate::application::Application;
use crate::browser::Browser;

#[tokio::test]
async fn no_session_is_unauthorised_and_clears_nothing() {
    let app = Application::new().await;
    let told = Browser::with_cookies().get(&app, "/me").await;
    assert_eq!((told.status, told.body), (401, json!({"message": "unauthorised"})));
    assert_eq!(told.headers.get("set-cookie"), None, "a parallel request may just have created a session");
    assert_eq!(told.headers.get("front-token"), None);
}

#[tokio::test]
async fn a_token_that_is_over_asks_for_a_refresh_also_where_a_session_is_optional() {
    let app = Application::new().await;
    let mut browser = app.signed_in("ann").await;
    app.after(3_600);
    for path in ["/me", "/anybody"] {
        let told = browser.get(&app, path).await;
        assert_eq!((told.status, told.body), (401, json!({"message": "try refresh token"})));
        assert_eq!(told.headers.get("set-cookie"), None);
    }
}

#[tokio::test]
async fn c040_a_theft_is_told_after_the_session_is_revoked_and_every_token_is_cleared() {
    let app = Application::new().await;
    let mut owner = app.signed_in("ann").await;
    owner.get(&app, "/me").await;
    let mut thief = owner.clone();
    app.after(60);
    thief.refresh(&app).await;
    thief.get(&app, "/me").await;
    app.after(60);
    let told = owner.refresh(&app).await;
    assert_eq!((told.status, &told.body), (401, &json!({"message": "token theft detected"})));
    assert_eq!(told.header("front-token"), Some("remove"));
    assert_eq!((told.header("st-access-token"), told.header("st-refresh-token")), (Some(""), Some("")));
    assert_eq!(owner.cookies, []);
    assert!(app.sessions.sessions_of("ann").await.unwrap().is_empty());
    let told = thief.refresh(&app).await;
    assert_eq!((told.status, told.body), (401, json!({"message": "unauthorised"})));
}

#[tokio::test]
async fn a_refresh_without_a_token_is_unauthorised_and_clears() {
    let app = Application::new().await;
    let told = Browser::with_cookies().refresh(&app).await;
    assert_eq!((told.status, &told.body), (401, &json!({"message": "unauthorised"})));
    assert_eq!(told.header("front-token"), Some("remove"));
}

#[tokio::test]
async fn what_an_application_throws_is_answered_likewise() {
    let app = Application::new().await;
    let told = app.signed_in("ann").await.get(&app, "/thrown").await;
    assert_eq!((told.status, &told.body), (401, &json!({"message": "unauthorised"})));
    assert_eq!(told.header("front-token"), Some("remove"));
}

#[tokio::test]
async fn f05_a_store_that_is_down_signs_nobody_out() {
    let app = Application::new().await;
    let mut browser = app.signed_in("ann").await;
    app.set_store_down(true);
    assert_eq!(browser.get(&app, "/me").await.status, 200, "verification goes on");
    app.after(3_600);
    let told = browser.refresh(&app).await;
    assert_eq!(told.status, 503);
    assert_eq!(told.header("retry-after"), Some("2"));
    assert_eq!((told.headers.get("set-cookie"), told.headers.get("front-token")), (None, None));
    let told = Browser::with_cookies().post(&app, "/sign-in/bob").await;
    assert_eq!(told.status, 503);
    app.set_store_down(false);
    assert_eq!(browser.refresh(&app).await.status, 200);
    assert_eq!(browser.get(&app, "/me").await.status, 200);
}

#[tokio::test]
async fn not_now_is_503_and_clears_nothing() {
    let app = Application::new().await;
    let mut browser = app.signed_in("ann").await;
    browser.get(&app, "/me").await;
    let mut slow = browser.clone();
    app.after(60);
    // Rotated; the answer is lost, and said again within the window, and again.
    for _ in 0..2 {
        assert_eq!(slow.clone().refresh(&app).await.status, 200);
        app.after(20);
    }
    // Handed out within the window, minted before it, never seen in use: whether it has arrived is not known yet.
    let told = slow.refresh(&app).await;
    assert_eq!((told.status, &told.body), (503, &json!({"message": "not now"})));
    assert!(told.header("retry-after").is_some());
    assert_eq!((told.headers.get("set-cookie"), told.headers.get("front-token")), (None, None));
    app.after(30);
    assert_eq!(slow.refresh(&app).await.status, 200, "later it goes on");
}

#[tokio::test]
async fn c120_another_site_cannot_sign_anybody_out() {
    let app = Application::new().await;
    let mut browser = app.signed_in("ann").await;
    app.after(60);
    let cross = |extra: &[(&'static str, &str)], with: &Browser| {
        let mut forged = with.clone();
        forged.extra.push(("sec-fetch-site", "cross-site".into()));
        forged.extra.extend(extra.iter().map(|(name, value)| (*name, (*value).to_owned())));
        forged
    };
    // A form of another site: Lax cookies stay away, so it would look as if there were no session.
    let bare = Browser::default();
    let told = cross(&[("origin", "https://mallory.example")], &bare).refresh(&app).await;
    assert_eq!((told.status, told.headers.get("set-cookie")), (401, None));
    // Even with the cookies it is not done in the owner's name.
    for origin in ["https://mallory.example", "null"] {
        let told = cross(&[("origin", origin)], &browser).refresh(&app).await;
        assert_eq!((told.status, told.headers.get("set-cookie")), (401, None));
    }
    assert_eq!(browser.refresh(&app).await.status, 200);
}

#[tokio::test]
async fn f53_a_payload_that_no_cookie_holds_is_refused_and_leaves_no_session() {
    let app = Application::new().await;
    let mut browser = app.signed_in("ann").await;
    let told = browser.post_json(&app, "/merge", &json!({"much": "x".repeat(5_000)})).await;
    assert_eq!((told.status, &told.body), (500, &json!({"message": "internal error"})));
    assert_eq!(browser.get(&app, "/me").await.status, 200);
}

#[tokio::test]
async fn hostile_headers_are_answered_and_cost_little() {
    let app = Application::new().await;
    for cookie in [
        "sAccessToken=".to_owned(),
        format!("sAccessToken={}", ".".repeat(60_000)),
        "sAccessToken=a; ".repeat(3_000),
        format!("{}=x; sAccessToken=%ff%fe", "y".repeat(30_000)),
        "sAccessToken=\"eyJ0eXAiOiJzZXNzaW9uK2p3dCJ9.e30.c2ln\"".to_owned(),
    ] {
        let mut browser = Browser::with_cookies();
        browser.extra.push(("cookie", cookie));
        assert_eq!(browser.get(&app, "/me").await.status, 401);
        assert_eq!(browser.refresh(&app).await.status, 401);
    }
    for bearer in ["Bearer", "Bearer  ", "bearer a.b.c", "Basic YTpi"] {
        let mut browser = Browser::with_headers();
        browser.extra.push(("authorization", bearer.to_owned()));
        assert_eq!(browser.get(&app, "/me").await.status, 401);
        assert_eq!(browser.refresh(&app).await.status, 401);
    }
}

#[tokio::test]
async fn f53_a_legacy_cookie_asks_for_a_refresh_which_clears_it() {
    let app = Application::new().await;
    let mut browser = app.signed_in("ann").await;
    browser.cookies.push(crate::browser::Cookie {
        name: "sIdRefreshToken".into(),
        value: "old".into(),
        path: "/".into(),
        domain: None,
        attributes: String::new(),
    });
    assert_eq!(browser.get(&app, "/me").await.body, json!({"message": "try refresh token"}));
    assert_eq!(browser.refresh(&app).await.status, 200);
    assert_eq!(browser.cookie("sIdRefreshToken"), None);
    assert_eq!(browser.get(&app, "/me").await.status, 200);
}

#[tokio::test]
async fn a_bearer_token_of_another_system_does_not_hide_the_cookie() {
    let app = Application::new().await;
    let mut browser = app.signed_in("ann").await;
    browser.extra.push(("authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln".into()));
    assert_eq!(browser.get(&app, "/me").await.status, 200);
}

#[tokio::test]
async fn f05_a_person_who_opens_a_page_meanwhile_reads_one() {
    let app = Application::with(crate::application::WEBSITE, |builder| {
        builder.handlers(toolkit::BrowserPages::below("/auth"))
    })
    .await;
    let mut browser = app.signed_in("ann").await;
    browser.extra.push(("accept", "text/html".into()));
    app.set_store_down(true);
    app.after(3_600);
    let told = browser.refresh(&app).await;
    assert_eq!((told.status, told.header("retry-after")), (503, Some("5")));
    let page = told.body.as_str().unwrap();
    assert!(page.contains("You are not signed out") && page.contains("Try again"), "{page}");
    assert_eq!(told.headers.get("set-cookie"), None);
}
