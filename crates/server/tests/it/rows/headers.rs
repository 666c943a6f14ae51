//! The headers of every answer.

use crate::world::World;

#[tokio::test]
async fn c128_c129_c130_every_page_is_hardened() {
    let world = World::new().await;
    let shop = world.web().await;
    let mut visitor = world.visitor();
    let flow = visitor.begin(&shop).await;
    let sign_in = format!("/sign-in?flow={flow}");
    let wrong = shop.authorize(&[("redirect_uri", "https://evil.example/")]);
    for path in [
        sign_in.as_str(),
        "/",
        "/no/such",
        "/sign-in",
        &wrong,
        "/oidc/session/end",
        "/healthz",
        "/oidc/jwks",
        "/api/x",
    ] {
        let answer = visitor.get(path).await;
        let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("{path}"));
        for directive in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(directive), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        // Pages with forms tell us, and only us, where a form came from.
        let referrer = if path == sign_in { "same-origin" } else { "no-referrer" };
        assert_eq!(answer.header("referrer-policy"), Some(referrer), "{path}");
        assert!(answer.header("strict-transport-security").is_some(), "{path}");
        assert!(answer.header("cross-origin-opener-policy").is_some(), "{path}");
        assert!(answer.header("permissions-policy").is_some(), "{path}");
        if path != "/oidc/jwks" {
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        }
    }
    let policy = visitor.get(&sign_in).await.header("content-security-policy").unwrap().to_owned();
    assert!(policy.contains("form-action 'self' https://shop.example;"), "{policy}");
}

#[tokio::test]
async fn c134_failure_pages_reflect_nothing_of_the_request() {
    let world = World::new().await;
    let shop = world.web().await;
    let payload = "%3Cscript%3Ealert(1)%3C/script%3E";
    for path in [
        format!("/no/such/{payload}?error_description={payload}&message={payload}"),
        format!("/sign-in?flow={payload}&error={payload}"),
        format!("/oidc/auth?client_id={payload}&state={payload}"),
        format!("{}&redirect_uri={payload}", shop.authorize(&[("redirect_uri", "")])),
    ] {
        let page = world.visitor().get(&path).await;
        assert!(page.status.is_client_error(), "{path}");
        assert!(!page.text().contains("alert"), "{path}: {}", page.text());
    }
}

#[tokio::test]
async fn pages_speak_the_language_of_the_person() {
    let world = World::new().await;
    let shop = world.web().await;
    let mut visitor = world.visitor();
    visitor.language = "zh-CN,zh;q=0.9,en;q=0.5";
    visitor.get("/no/such").await.is_failure_page(404).shows("lang=\"zh-CN\"");
    let mut english = world.visitor();
    let answer = english.get(&shop.authorize(&[("ui_locales", "fr zh-CN")])).await;
    english.get(answer.location().as_str()).await.shows("lang=\"zh-CN\"");
}

#[tokio::test]
async fn c178_metrics_are_not_for_the_public() {
    let world = World::new().await;
    world.visitor().get("/metrics").await.is_failure_page(404);
    assert!(world.metrics().await.contains("onward_requests_total"));
}
