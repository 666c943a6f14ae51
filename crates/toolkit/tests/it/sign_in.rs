//! Signing in at a provider: the way there, the way back, and every way in which it may go wrong.

use std::time::Duration;

use http::Response;
use serde_json::json;
use toolkit::sign_in::Trouble;
use toolkit::{BrowserPages, SignIn, SignedIn};

use crate::application::{API, Application, Told, WEBSITE};
use crate::browser::Browser;
use crate::provider::Provider;

pub(crate) fn at(provider: &Provider) -> SignIn {
    SignIn::at(&provider.issuer, "app", Some("secret".into()))
}

pub(crate) async fn website(sign_in: SignIn) -> Application {
    Application::with(API, |builder| builder.sign_in(sign_in).handlers(BrowserPages::below("/auth"))).await
}

/// A browser that opens pages. It says nothing about how tokens should travel.
pub(crate) fn browser() -> Browser {
    let mut browser = Browser::with_cookies();
    browser.mode = "";
    browser.extra.push(("accept", "text/html,application/xhtml+xml".to_owned()));
    browser
}

pub(crate) fn location(told: &Told) -> String {
    assert_eq!(told.status, 303, "{told:?}");
    told.header("location").unwrap().to_owned()
}

fn parameter(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?').unwrap();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

/// Begins at a path; yields the state with which the provider answers.
async fn begin(app: &Application, browser: &mut Browser, provider: &Provider, path: &str) -> String {
    let to = location(&browser.get(app, path).await);
    assert!(to.starts_with(&format!("{}/auth?", provider.issuer)), "{to}");
    provider.set(|mood| mood.nonce = parameter(&to, "nonce"));
    parameter(&to, "state").unwrap()
}

fn answer(provider: &Provider, state: &str, more: &str) -> String {
    format!("/auth/callback?{more}&state={state}&iss={}", provider.issuer)
}

pub(crate) async fn sign_in(
    app: &Application,
    browser: &mut Browser,
    provider: &Provider,
    path: &str,
) -> Told {
    let state = begin(app, browser, provider, path).await;
    browser.get(app, &answer(provider, &state, "code=c")).await
}

fn names(browser: &Browser) -> Vec<&str> {
    browser.cookies.iter().map(|cookie| cookie.name.as_str()).collect()
}

fn page(told: &Told) -> (u16, String, String) {
    let html = scraper::Html::parse_document(told.body.as_str().unwrap());
    let text = |selector: &str| {
        let one = html.select(&scraper::Selector::parse(selector).unwrap()).next().unwrap();
        (one.text().collect::<String>(), one.attr("href").unwrap_or_default().to_owned())
    };
    assert!(html.errors.is_empty(), "{:?}", html.errors);
    assert_eq!(told.header("cache-control"), Some("no-store"));
    (told.status, text("h1").0, text("#forward").1)
}

#[tokio::test]
async fn somebody_signs_in_and_lands_where_they_were_going() {
    let provider = Provider::start().await;
    let app = website(at(&provider)).await;
    let mut browser = browser();
    let sent = location(&browser.get(&app, "/me?tab=2").await);
    assert_eq!(
        sent, "/auth/sign-in?return_to=%2Fme%3Ftab%3D2",
        "whoever is signed out is led to the sign-in"
    );
    let state = begin(&app, &mut browser, &provider, &sent).await;
    let pending = &browser.cookies[0];
    assert!(pending.name.starts_with("__Host-sSignIn-"), "{}", pending.name);
    for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(pending.attributes.contains(attribute), "{attribute}: {}", pending.attributes);
    }
    let told = browser.get(&app, &answer(&provider, &state, "code=c")).await;
    assert_eq!(location(&told), "/me?tab=2");
    assert_eq!(names(&browser), ["sAccessToken", "sRefreshToken"], "by cookies, and nothing is left pending");
    assert_eq!(browser.get(&app, "/me").await.body["user"], "user-1");
    let session = &app.sessions.sessions_of("user-1").await.unwrap()[0];
    let kept = session.data["~signIn"].as_str().unwrap();
    assert!(!kept.contains("eyJ") && kept.len() > 100, "sealed: {kept}");
}

#[tokio::test]
async fn the_application_says_who_somebody_is() {
    let provider = Provider::start().await;
    let app = website(at(&provider).landing("/welcome").on_signed_in(async |identity| {
        let email = identity.text("email").unwrap().to_owned();
        let payload = json!({"email": email}).as_object().unwrap().clone();
        Ok(SignedIn::as_user("local-7").tenant("north").payload(payload))
    }))
    .await;
    let mut browser = browser();
    let told = sign_in(&app, &mut browser, &provider, "/auth/sign-in").await;
    assert_eq!(location(&told), "/welcome");
    let me = browser.get(&app, "/me").await.body;
    assert_eq!((&me["user"], &me["payload"]["email"]), (&json!("local-7"), &json!("ada@example.com")));
    assert_eq!(app.sessions.sessions_of("local-7").await.unwrap()[0].tenant, "north");
}

#[tokio::test]
async fn whoever_may_not_come_in_gets_the_applications_answer_and_no_session() {
    let provider = Provider::start().await;
    let app =
        website(at(&provider).on_signed_in(async |_| Err(Response::new("register first".into())))).await;
    let mut browser = browser();
    let told = sign_in(&app, &mut browser, &provider, "/auth/sign-in").await;
    assert_eq!((told.status, &told.body), (200, &json!("register first")));
    assert_eq!(names(&browser), [""; 0]);
}

#[tokio::test]
async fn a_website_on_another_host_gets_its_people_back() {
    let provider = Provider::start().await;
    let app = Application::with(WEBSITE, |builder| builder.sign_in(at(&provider))).await;
    let told = sign_in(&app, &mut browser(), &provider, "/auth/sign-in?return_to=/notes").await;
    assert_eq!(location(&told), format!("{WEBSITE}/notes"));
}

#[tokio::test]
async fn nothing_from_a_link_decides_where_people_land() {
    let provider = Provider::start().await;
    let app = website(at(&provider)).await;
    for elsewhere in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
        let told =
            sign_in(&app, &mut browser(), &provider, &format!("/auth/sign-in?return_to={elsewhere}")).await;
        assert_eq!(location(&told), "/", "{elsewhere}");
        let told = app
            .signed_in("ann")
            .await
            .get(&app, &format!("/auth/session/refresh?return_to={elsewhere}"))
            .await;
        assert_eq!(location(&told), "/", "{elsewhere}");
    }
}

#[tokio::test]
async fn only_the_provider_may_begin_a_sign_in() {
    let provider = Provider::start().await;
    let app = website(at(&provider).prompt("select_account")).await;
    let wish = format!("/auth/sign-in?iss={}&login_hint=ada%40example.com&ui_locales=fr", provider.issuer);
    let to = location(&browser().get(&app, &wish).await);
    assert_eq!(parameter(&to, "login_hint").as_deref(), Some("ada@example.com"));
    assert_eq!(parameter(&to, "ui_locales").as_deref(), Some("fr"));
    assert_eq!(parameter(&to, "prompt").as_deref(), Some("select_account"));
    assert_eq!(parameter(&to, "code_challenge_method").as_deref(), Some("S256"));
    let to = location(&browser().get(&app, "/auth/sign-in?prompt=none").await);
    assert_eq!(parameter(&to, "prompt").as_deref(), Some("none"));
    for query in ["iss=https://evil.example/oidc", "target_link_uri=https://evil.example/"] {
        let told = browser().get(&app, &format!("/auth/sign-in?{query}")).await;
        let (status, _, way) = page(&told);
        assert_eq!((status, way.as_str()), (400, "/auth/sign-in"), "{query}");
        assert!(!told.body.as_str().unwrap().contains("evil"));
    }
}

#[tokio::test]
async fn two_tabs_sign_in_at_once() {
    let provider = Provider::start().await;
    let app = website(at(&provider)).await;
    let mut browser = browser();
    let first = begin(&app, &mut browser, &provider, "/auth/sign-in?return_to=/a").await;
    let first_nonce = provider.mood.lock().unwrap().nonce.clone();
    let second = begin(&app, &mut browser, &provider, "/auth/sign-in?return_to=/b").await;
    assert_eq!(browser.cookies.len(), 2);
    assert_eq!(location(&browser.get(&app, &answer(&provider, &second, "code=b")).await), "/b");
    provider.set(|mood| mood.nonce = first_nonce);
    assert_eq!(location(&browser.get(&app, &answer(&provider, &first, "code=a")).await), "/a");
    assert_eq!(
        app.sessions.sessions_of("user-1").await.unwrap().len(),
        1,
        "the session of this browser, once"
    );
}

#[tokio::test]
async fn pending_cookies_do_not_pile_up() {
    let provider = Provider::start().await;
    let app = website(at(&provider)).await;
    let mut browser = browser();
    for _ in 0..12 {
        begin(&app, &mut browser, &provider, "/auth/sign-in").await;
    }
    assert_eq!(browser.cookies.len(), 4);
}

#[tokio::test]
async fn a_lost_answer_begins_again_once_and_ends_on_a_page() {
    let provider = Provider::start().await;
    let app = website(at(&provider)).await;
    let state = begin(&app, &mut browser(), &provider, "/auth/sign-in").await;
    let lost = answer(&provider, &state, "code=c");
    let mut stranger = browser();
    assert_eq!(location(&stranger.get(&app, &lost).await), "/auth/sign-in?again=1");
    begin(&app, &mut stranger, &provider, "/auth/sign-in?again=1").await;
    let (status, _, way) = page(&stranger.get(&app, &lost).await);
    assert_eq!((status, way.as_str()), (404, "/auth/sign-in"), "the second time is no coincidence");
    app.after(60);
    assert_eq!(stranger.get(&app, &lost).await.status, 303, "a minute later it is one");
    assert_eq!(provider.mood.lock().unwrap().asked, 0, "the code of another browser was not sent anywhere");
}

#[tokio::test]
async fn a_browser_that_keeps_no_cookies_is_told_so() {
    let provider = Provider::start().await;
    let app = website(at(&provider)).await;
    let sent = location(&browser().get(&app, "/auth/callback?code=c&state=never-known-here").await);
    let (status, title, _) = page(&browser().get(&app, &sent).await);
    assert_eq!((status, title.as_str()), (400, Trouble::NoCookies.words().title));
}

#[tokio::test]
async fn whoever_is_signed_in_just_goes_on() {
    let provider = Provider::start().await;
    let app = website(at(&provider).landing("/welcome")).await;
    let mut browser = browser();
    let state = begin(&app, &mut browser, &provider, "/auth/sign-in").await;
    let pending = browser.cookies.clone();
    let address = answer(&provider, &state, "code=c");
    assert_eq!(location(&browser.get(&app, &address).await), "/welcome");
    // The back button; and a double click, which still has the cookie.
    for with_cookie in [false, true] {
        if with_cookie {
            browser.cookies.extend(pending.clone());
        }
        assert_eq!(location(&browser.get(&app, &address).await), "/welcome");
    }
    assert_eq!(provider.mood.lock().unwrap().asked, 1, "a code is never sent twice");
    let sessions = app.sessions.sessions_of("user-1").await.unwrap();
    assert_eq!(sessions.len(), 1);
}

#[tokio::test]
async fn an_answer_that_is_none_is_not_believed() {
    let provider = Provider::start().await;
    let app = website(at(&provider)).await;
    let mut browser = browser();
    let state = begin(&app, &mut browser, &provider, "/auth/sign-in").await;
    for path in [
        "/auth/callback".to_owned(),
        "/auth/callback?code=c".to_owned(),
        format!("/auth/callback?code=c&state={state}&state={state}"),
        format!("/auth/callback?code=c&state={state}&iss=https://evil.example"),
        format!("/auth/callback?code=c&state={state}"),
    ] {
        let mut tab = browser.clone();
        let (status, _, way) = page(&tab.get(&app, &path).await);
        assert_eq!((status, way.as_str()), (400, "/auth/sign-in"), "{path}");
    }
    assert_eq!(provider.mood.lock().unwrap().asked, 0, "no code of a mix-up is sent anywhere");
}

#[tokio::test]
async fn each_refusal_has_its_end() {
    let provider = Provider::start().await;
    let app = website(at(&provider)).await;
    for (error, trouble) in [
        ("error=access_denied&error_description=%3Cb%3E", Trouble::Denied),
        ("error=login_required", Trouble::NobodySignedIn),
        ("error=temporarily_unavailable", Trouble::ProviderDown),
        ("error=server_error", Trouble::ProviderDown),
        ("error=invalid_scope", Trouble::RequestRefused),
        ("error=made_up", Trouble::RequestRefused),
    ] {
        let mut browser = browser();
        let state = begin(&app, &mut browser, &provider, "/auth/sign-in").await;
        let told = browser.get(&app, &answer(&provider, &state, error)).await;
        let (status, title, way) = page(&told);
        assert_eq!((status, title.as_str()), (trouble.status().as_u16(), trouble.words().title), "{error}");
        assert!(!way.is_empty() && browser.cookies.is_empty(), "this sign-in is over");
        let text = told.body.as_str().unwrap();
        assert!(!text.contains("<b>") && !text.contains("made_up"), "no words from the address");
    }
    let mut browser = browser();
    let state = begin(&app, &mut browser, &provider, "/auth/sign-in?return_to=/a").await;
    let late = "error=temporarily_unavailable&error_description=authentication_expired";
    let told = browser.get(&app, &answer(&provider, &state, late)).await;
    assert_eq!(location(&told), "/auth/sign-in?return_to=%2Fa&again=1", "it begins again, for the same page");
}

#[tokio::test]
async fn a_provider_that_is_down_slow_or_a_proxy_is_waited_for() {
    let nowhere = SignIn::at("http://127.0.0.1:9/oidc", "app", None);
    let told = browser().get(&website(nowhere).await, "/auth/sign-in?return_to=/a").await;
    assert_eq!(page(&told).2, "/auth/sign-in?return_to=%2Fa", "the page is not forgotten");
    assert_eq!((told.status, told.header("retry-after")), (503, Some("5")));

    let provider = Provider::start().await;
    let quick = toolkit::sign_in::HttpOptions { timeout: Duration::from_millis(200), ..Default::default() };
    let app = website(at(&provider).http(quick)).await;
    for (slow, html) in [(true, false), (false, true)] {
        provider.set(|mood| (mood.slow, mood.html) = (slow, html));
        assert_eq!(page(&browser().get(&app, "/auth/sign-in").await).0, 503);
    }
    provider.set(|mood| (mood.slow, mood.html) = (false, false));
    let mut browser = browser();
    let state = begin(&app, &mut browser, &provider, "/auth/sign-in").await;
    provider.set(|mood| mood.html = true);
    let (status, title, _) = page(&browser.get(&app, &answer(&provider, &state, "code=c")).await);
    assert_eq!((status, title.as_str()), (502, Trouble::TokensRefused.words().title));
}

#[tokio::test]
async fn tokens_that_are_not_good_sign_nobody_in() {
    let provider = Provider::start().await;
    let app = website(at(&provider)).await;
    for (refusal, status) in
        [((503, "x"), 503), ((400, "invalid_grant"), 303), ((401, "invalid_client"), 502)]
    {
        let mut browser = browser();
        let state = begin(&app, &mut browser, &provider, "/auth/sign-in").await;
        provider.set(|mood| mood.refusal = Some(refusal));
        let told = browser.get(&app, &answer(&provider, &state, "code=c")).await;
        assert_eq!(told.status, status, "{refusal:?}");
        provider.set(|mood| mood.refusal = None);
    }
    let mut browser = browser();
    let state = begin(&app, &mut browser, &provider, "/auth/sign-in").await;
    provider.set(|mood| mood.nonce = Some("of another request".into()));
    assert_eq!(page(&browser.get(&app, &answer(&provider, &state, "code=c")).await).0, 502);
    assert!(app.sessions.sessions_of("user-1").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_store_that_is_down_is_a_page_and_the_person_comes_again() {
    let provider = Provider::start().await;
    let app = website(at(&provider)).await;
    let mut browser = browser();
    let state = begin(&app, &mut browser, &provider, "/auth/sign-in").await;
    app.set_store_down(true);
    let (status, title, way) = page(&browser.get(&app, &answer(&provider, &state, "code=c")).await);
    assert_eq!((status, title.as_str(), way.as_str()), (503, Trouble::NotNow.words().title, "/auth/sign-in"));
    app.set_store_down(false);
    assert_eq!(sign_in(&app, &mut browser, &provider, "/auth/sign-in").await.status, 303);
}

#[tokio::test]
async fn a_website_draws_its_own_pages() {
    let provider = Provider::start().await;
    let app =
        website(at(&provider).pages(|page| Response::new(format!("mine: {}", page.words.title).into())))
            .await;
    let told = browser().get(&app, "/auth/callback").await;
    assert_eq!(told.body, format!("mine: {}", Trouble::AnswerWrong.words().title));
    assert_eq!(told.status, 400, "the status is the toolkit's");
}

#[tokio::test]
async fn a_second_way_to_sign_in_has_answers_of_its_own() {
    let provider = Provider::start().await;
    let guests = SignIn::at(&provider.issuer, "guests", None).below("/guests");
    let app = Application::with(API, |builder| builder.sign_in(at(&provider)).sign_in(guests)).await;
    let mut browser = browser();
    let state = begin(&app, &mut browser, &provider, "/guests/sign-in").await;
    let told = browser.get(&app, &answer(&provider, &state, "code=c")).await;
    assert_eq!(location(&told), "/auth/sign-in?again=1", "an answer for one is lost on the other");
    provider.set(|mood| mood.audience = "guests".into());
    let own = answer(&provider, &state, "code=c").replace("/auth/", "/guests/");
    assert_eq!(location(&browser.get(&app, &own).await), "/");
}

#[tokio::test]
async fn what_cannot_be_served_is_refused_at_start() {
    let build = |sign_ins: Vec<SignIn>| {
        let builder = toolkit::Sessions::builder(toolkit::MemoryStore::new())
            .app(toolkit::AppInfo::new("Test", API, API).unwrap())
            .secret(toolkit::MasterSecret::draw(&model::SeededEntropy::new(1)));
        sign_ins.into_iter().fold(builder, toolkit::SessionsBuilder::sign_in).build()
    };
    let at = || SignIn::at("https://id.example", "app", None);
    let refused = build(vec![at(), at()]).await.unwrap_err();
    assert_eq!(refused.to_string(), "two ways to sign in are below /auth: say `SignIn::below`");
    let refused = build(vec![at().landing("https://evil.example/")]).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "landing: “https://evil.example/” is not a path of the website, such as /notes"
    );
}
