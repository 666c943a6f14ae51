//! The cookie domain was changed: browsers hold two cookies of one name, and are healed.

use serde_json::json;
use toolkit::TransportOptions;

use crate::application::{Application, WEBSITE};
use crate::browser::{Browser, Cookie};

/// A browser that holds its session's cookies for the API's host, and stale ones for another domain.
async fn with_duplicates(app: &Application, older: Option<&str>) -> Browser {
    let mut old = app.signed_in("ann").await;
    old.get(app, "/me").await;
    app.after(60);
    let mut browser = old.clone();
    browser.refresh(app).await;
    browser.get(app, "/me").await;
    for stale in old.cookies {
        let domain = older.map(str::to_owned);
        browser.cookies.push(Cookie { domain, ..stale });
    }
    app.after(3_600);
    browser
}

#[tokio::test]
async fn f53_duplicates_are_healed_in_one_answer_and_the_session_goes_on() {
    for setting in [None, Some(".example.com")] {
        let app = Application::with(WEBSITE, |builder| {
            let older_cookie_domain = setting.map(str::to_owned);
            builder.transport(TransportOptions { older_cookie_domain, ..TransportOptions::default() })
        })
        .await;
        // As the application clears it: with the leading dot where the setting has one.
        let mut browser = with_duplicates(&app, Some(setting.unwrap_or("example.com"))).await;
        let told = browser.get(&app, "/me").await;
        assert_eq!((told.status, &told.body), (401, &json!({"message": "try refresh token"})));
        let told = browser.refresh(&app).await;
        assert_eq!(told.status, 200, "{told:?}");
        assert!(told.body["message"].as_str().unwrap().contains("duplicate session cookies were cleared"));
        assert!(told.header("front-token").is_some_and(|token| token != "remove"));
        assert_eq!(browser.cookies.len(), 2, "{:?}", browser.cookies);
        assert_eq!(browser.get(&app, "/me").await.status, 200);
        assert!(
            !app.sessions.sessions_of("ann").await.unwrap().is_empty(),
            "and nobody was taken for a thief"
        );
    }
}

#[tokio::test]
async fn a_refresh_token_that_only_the_older_domain_has_moves_to_the_new_one() {
    let app = Application::with(WEBSITE, |builder| {
        let cookie_domain = Some(".example.com".to_owned());
        builder.transport(TransportOptions { cookie_domain, ..TransportOptions::default() })
    })
    .await;
    let mut browser = app.signed_in("ann").await;
    // Signed in before the change; since then one refresh within the window gave a new access token alone.
    let refresh = browser.cookies.iter_mut().find(|cookie| cookie.name == "sRefreshToken").unwrap();
    refresh.domain = None;
    let stale = Cookie { domain: None, ..browser.cookie("sAccessToken").unwrap().clone() };
    browser.cookies.push(stale);
    assert_eq!(browser.get(&app, "/me").await.body, json!({"message": "try refresh token"}));
    assert_eq!(browser.refresh(&app).await.status, 200);
    let domains: Vec<_> = browser.cookies.iter().map(|cookie| cookie.domain.as_deref()).collect();
    assert_eq!(domains, [Some(".example.com"); 2]);
    assert_eq!(browser.get(&app, "/me").await.status, 200);
    app.after(3_600);
    assert_eq!(browser.refresh(&app).await.status, 200);
}

#[tokio::test]
async fn duplicates_of_an_ended_session_are_all_cleared() {
    let app = Application::new().await;
    let mut browser = with_duplicates(&app, Some("example.com")).await;
    app.sessions.revoke_all_of("ann").await.unwrap();
    let told = browser.refresh(&app).await;
    assert_eq!((told.status, &told.body), (401, &json!({"message": "unauthorised"})));
    assert_eq!(browser.cookies, []);
}

#[tokio::test]
async fn an_overridden_handler_keeps_the_new_tokens_unless_it_says_otherwise() {
    for keeps in [false, true] {
        let app = Application::with(WEBSITE, |builder| {
            builder.on_clear_duplicate_session_cookies(move |message, exchange| async move {
                assert!(message.contains("duplicate"));
                let exchange = if keeps { exchange.without_changes() } else { exchange };
                exchange.answer_json(http::StatusCode::OK, &json!({"mine": true}))
            })
        })
        .await;
        let mut browser = with_duplicates(&app, Some("example.com")).await;
        let told = browser.refresh(&app).await;
        assert_eq!((told.status, &told.body), (200, &json!({"mine": true})));
        assert_eq!(told.header("front-token").is_some(), !keeps);
        assert_eq!(browser.cookies.len(), if keeps { 4 } else { 2 });
    }
}
