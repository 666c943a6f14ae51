//! Pages that are loaded while tokens end, and signing out at the provider too.

use serde_json::json;

use crate::application::API;
use crate::browser::Cookie;
use crate::provider::Provider;
use crate::sign_in::{at, browser, location, sign_in, website};

#[tokio::test]
async fn a_page_whose_access_token_is_over_is_refreshed_on_the_way() {
    let provider = Provider::start().await;
    let app = website(at(&provider)).await;
    let mut browser = browser();
    sign_in(&app, &mut browser, &provider, "/auth/sign-in").await;
    app.after(3_600);
    let renewal = location(&browser.get(&app, "/me?tab=2").await);
    assert_eq!(renewal, "/auth/session/refresh?return_to=%2Fme%3Ftab%3D2&again=1");
    assert_eq!(location(&browser.get(&app, &renewal).await), "/me?tab=2");
    assert_eq!(browser.get(&app, "/me?tab=2").await.body["user"], "user-1");
    app.sessions.revoke_all_of("user-1").await.unwrap();
    app.after(3_600);
    let renewal = location(&browser.get(&app, "/me").await);
    let sent = location(&browser.get(&app, &renewal).await);
    assert_eq!(sent, "/auth/sign-in?return_to=%2Fme", "whoever was signed out signs in and goes on");
    assert_eq!(browser.cookie("sAccessToken"), None);
}

#[tokio::test]
async fn a_browser_that_holds_on_to_an_old_session_ends_on_a_page() {
    let provider = Provider::start().await;
    let app = website(at(&provider)).await;
    let mut browser = browser();
    sign_in(&app, &mut browser, &provider, "/auth/sign-in").await;
    // Left over under another path, where no answer of ours clears it.
    let stray = browser.cookie("sAccessToken").unwrap().clone();
    browser.cookies.push(Cookie { path: "/me".into(), ..stray });
    for _ in 0..2 {
        let renewal = location(&browser.get(&app, "/me").await);
        assert_eq!(location(&browser.get(&app, &renewal).await), "/me");
    }
    let renewal = location(&browser.get(&app, "/me").await);
    let told = browser.get(&app, &renewal).await;
    assert_eq!(told.status, 400);
    assert!(told.body.as_str().unwrap().contains("<a id=\"forward\" href=\"/me\">"), "{told:?}");
    let pressed = renewal.replace("&again=1", "");
    assert_eq!(location(&browser.get(&app, &pressed).await), "/me", "whoever presses a button is no loop");
}

#[tokio::test]
async fn a_form_whose_access_token_is_over_comes_back_to_its_own_page() {
    let provider = Provider::start().await;
    let app = website(at(&provider)).await;
    let mut browser = app.signed_in("ann").await;
    app.after(3_600);
    for (referer, back) in [
        ("https://api.example.com/notes?page=2", "%2Fnotes%3Fpage%3D2"),
        ("https://api.example.com.evil.example/notes", "%2F"),
        ("https://evil.example/api.example.com/", "%2F"),
        ("https://api.example.com//evil.example", "%2F"),
    ] {
        let mut tab = browser.clone();
        tab.extra.extend([("accept", "text/html".to_owned()), ("host", "api.example.com".to_owned())]);
        tab.extra.push(("referer", referer.to_owned()));
        let sent = location(&tab.post(&app, "/me").await);
        assert_eq!(sent, format!("/auth/session/refresh?return_to={back}&again=1"), "{referer}");
    }
    assert_eq!(browser.post(&app, "/me").await.status, 401, "a script is told, and calls again by itself");
}

#[tokio::test]
async fn scripts_are_answered_as_scripts() {
    let provider = Provider::start().await;
    let app = website(at(&provider)).await;
    let mut script = browser();
    script.extra.push(("sec-fetch-mode", "cors".into()));
    assert_eq!(script.get(&app, "/me").await.body, json!({"message": "unauthorised"}));
}

#[tokio::test]
async fn a_picture_refreshes_nothing() {
    let provider = Provider::start().await;
    let app = website(at(&provider)).await;
    let mut browser = app.signed_in("ann").await;
    browser.extra.push(("sec-fetch-dest", "image".into()));
    assert_eq!(browser.get(&app, "/auth/session/refresh?return_to=/me").await.status, 404);
}

#[tokio::test]
async fn signing_out_ends_the_session_here_and_there() {
    let provider = Provider::start().await;
    let app = website(at(&provider).signed_out("/bye")).await;
    let mut browser = browser();
    sign_in(&app, &mut browser, &provider, "/auth/sign-in").await;
    let asked = browser.get(&app, "/auth/sign-out").await;
    assert!(asked.body.as_str().unwrap().contains("<form method=\"post\" action=\"/auth/sign-out\">"));
    assert_eq!(browser.get(&app, "/me").await.status, 200, "a link signs nobody out");
    app.after(3_600);
    let renewal = location(&browser.post(&app, "/auth/sign-out").await);
    assert_eq!(location(&browser.get(&app, &renewal).await), "/auth/sign-out", "refreshed, and asked again");
    let to = location(&browser.post(&app, "/auth/sign-out").await);
    assert!(to.starts_with(&format!("{}/session/end?client_id=app&", provider.issuer)), "{to}");
    let back: String = form_urlencoded::byte_serialize(format!("{API}/bye").as_bytes()).collect();
    assert!(
        to.contains(&format!("post_logout_redirect_uri={back}")) && to.contains("id_token_hint="),
        "{to}"
    );
    let cookies = ["sAccessToken", "sRefreshToken"].map(|name| browser.cookie(name));
    assert_eq!(cookies, [None, None]);
    assert!(app.sessions.sessions_of("user-1").await.unwrap().is_empty());
    assert_eq!(location(&browser.post(&app, "/auth/sign-out").await), "/bye");
}

#[tokio::test]
async fn c120_no_other_site_signs_anybody_out() {
    let provider = Provider::start().await;
    let app = website(at(&provider)).await;
    let mut browser = browser();
    sign_in(&app, &mut browser, &provider, "/auth/sign-in").await;
    for field in [("sec-fetch-site", "same-site"), ("origin", "https://evil.example")] {
        let mut forged = browser.clone();
        forged.extra.push((field.0, field.1.into()));
        assert_eq!(forged.post(&app, "/auth/sign-out").await.status, 403);
    }
    assert_eq!(browser.get(&app, "/me").await.status, 200);
}

#[tokio::test]
async fn a_provider_that_is_gone_keeps_nobody_signed_in_here() {
    let provider = Provider::start().await;
    let app = website(at(&provider)).await;
    // Signed in otherwise, so that nothing was ever learned about the provider.
    let mut browser = app.signed_in("ann").await;
    provider.set(|mood| mood.html = true);
    assert_eq!(location(&browser.post(&app, "/auth/sign-out").await), "/");
    assert!(browser.cookies.is_empty());
}

#[tokio::test]
async fn the_provider_is_asked_again_only_if_the_application_wants_it() {
    let provider = Provider::start().await;
    let app = website(at(&provider)).await;
    let mut forgetful = browser();
    sign_in(&app, &mut forgetful, &provider, "/auth/sign-in").await;
    let told = forgetful.post(&app, "/provider").await;
    assert_eq!(told.body, "no refresh token of the provider is kept");

    let app = website(at(&provider).keep_refresh_token()).await;
    let mut browser = browser();
    sign_in(&app, &mut browser, &provider, "/auth/sign-in").await;
    provider.set(|mood| (mood.nonce, mood.name) = (None, "Ada Byron".into()));
    assert_eq!(browser.post(&app, "/provider").await.body, "Ada Byron");
    provider.set(|mood| mood.refusal = Some((503, "temporarily_unavailable")));
    assert_ne!(browser.post(&app, "/provider").await.body, "the provider has ended its session");
    provider.set(|mood| mood.refusal = Some((400, "invalid_grant")));
    assert_eq!(browser.post(&app, "/provider").await.body, "the provider has ended its session");
    assert_eq!(browser.get(&app, "/me").await.status, 200, "what that means is for the application to say");
}
