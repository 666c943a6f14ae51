use model::{ApplicationId, ApplicationKind, Recovery, Timestamp, WebUrl};
use proptest::prelude::*;

use super::*;

const ISSUER: &str = "https://id.example/oidc";

fn url(text: &str) -> WebUrl {
    WebUrl::parse(text).unwrap()
}

fn application() -> Application {
    let id = ApplicationId::from_bytes([1; 16]);
    Application::named(id, "Shop".into(), ApplicationKind::Web, Timestamp::from_seconds(0))
}

fn circumstances<'a>(
    application: Option<&'a Application>,
    tenant: &'a SignInExperience,
) -> Circumstances<'a> {
    Circumstances {
        application,
        named: None,
        tenant,
        issuer: ISSUER,
        standing: Standing::Unverified,
        replay: None,
        login_hint: None,
        tired: false,
        reference: Reference::from_random([0; 5]),
    }
}

fn redirect(text: &str) -> Outcome {
    Outcome::Redirect(Url::parse(text).unwrap())
}

#[test]
fn restart_takes_the_first_address_of_a_to_e() {
    let flow = FlowId::from_bytes([9; 16]);
    let mut tenant = SignInExperience::default();
    let mut shop = application();

    let bare = tenant.clone();
    assert_eq!(decide(Code::FlowMissing, &circumstances(Some(&shop), &bare)), Outcome::Page(None), "e");
    shop.client_uri = Some(url("https://shop.example/"));
    let home =
        Button::ToApplication { name: "Shop".into(), url: Url::parse("https://shop.example/").unwrap() };
    assert_eq!(
        decide(Code::FlowMissing, &circumstances(Some(&shop), &bare)),
        Outcome::Page(Some(home)),
        "e, with a button"
    );

    let with_row = Circumstances { replay: Some(flow), ..circumstances(Some(&shop), &bare) };
    assert_eq!(decide(Code::FlowExpired, &with_row), Outcome::Replay(flow), "d");

    tenant.recovery.unknown_session_redirect_url = Some(url("https://tenant.example/start"));
    let with_row = Circumstances { replay: Some(flow), ..circumstances(Some(&shop), &tenant) };
    assert_eq!(decide(Code::FlowExpired, &with_row), redirect("https://tenant.example/start"), "c");

    shop.recovery.unknown_session_redirect_url = Some(url("https://shop.example/start"));
    assert_eq!(
        decide(Code::FlowMissing, &circumstances(Some(&shop), &tenant)),
        redirect("https://shop.example/start"),
        "b"
    );

    shop.initiate_login_uri = Some(url("https://shop.example/login?from=mail"));
    let hinted = Circumstances { login_hint: Some("ada@example.com"), ..circumstances(Some(&shop), &tenant) };
    assert_eq!(
        decide(Code::FlowMissing, &hinted),
        redirect(
            "https://shop.example/login?from=mail&iss=https%3A%2F%2Fid.example%2Foidc&login_hint=ada%40example.com"
        ),
        "a"
    );
    shop.third_party = true;
    let hinted = Circumstances { login_hint: Some("ada@example.com"), ..circumstances(Some(&shop), &tenant) };
    assert_eq!(
        decide(Code::FlowMissing, &hinted),
        redirect("https://shop.example/login?from=mail&iss=https%3A%2F%2Fid.example%2Foidc"),
        "a third party learns no identifier"
    );
}

#[test]
fn a_rule_of_the_application_wins_over_the_tenant_and_the_default() {
    let mut tenant = SignInExperience::default();
    tenant.recovery.rules.insert(Code::FlowExpired, Rule::Page);
    let mut shop = application();
    let rule = Rule::Redirect { url: url("https://shop.example/late?a=1"), append_reason: true };
    assert_eq!(decide(Code::FlowExpired, &circumstances(Some(&shop), &tenant)), Outcome::Page(None));
    shop.recovery = Recovery { rules: [(Code::FlowExpired, rule)].into(), ..Recovery::default() };
    assert_eq!(
        decide(Code::FlowExpired, &circumstances(Some(&shop), &tenant)),
        redirect("https://shop.example/late?a=1&reason=flow.expired&reference=2222-2222")
    );
}

#[test]
fn the_client_learns_of_an_expired_flow_only_while_its_row_exists() {
    let mut tenant = SignInExperience::default();
    tenant.recovery.rules.insert(Code::FlowExpired, Rule::Client);
    tenant.recovery.unknown_session_redirect_url = Some(url("https://tenant.example/"));
    let gone = circumstances(None, &tenant);
    assert_eq!(decide(Code::FlowExpired, &gone), redirect("https://tenant.example/"));
    let there = Circumstances { standing: Standing::Verified, ..gone };
    assert_eq!(decide(Code::FlowExpired, &there), Outcome::Client);
}

#[test]
fn a_completed_flow_is_never_replayed() {
    let tenant = SignInExperience::default();
    let shop = application();
    let here =
        Circumstances { replay: Some(FlowId::from_bytes([9; 16])), ..circumstances(Some(&shop), &tenant) };
    assert!(matches!(decide(Code::FlowCompleted, &here), Outcome::Page(_)));
}

#[test]
fn prompt_none_never_shows_a_page() {
    let tenant = SignInExperience::default();
    for code in Code::ALL {
        let silent = Circumstances { standing: Standing::Silent, ..circumstances(None, &tenant) };
        assert_eq!(decide(code, &silent), Outcome::Client, "{code}");
    }
}

#[test]
fn the_guard_turns_automatic_outcomes_into_a_page_that_keeps_the_way() {
    let mut tenant = SignInExperience::default();
    tenant.recovery.unknown_session_redirect_url = Some(url("https://tenant.example/"));
    let tired = Circumstances { tired: true, ..circumstances(None, &tenant) };
    let button = Button::StartAgain(Url::parse("https://tenant.example/").unwrap());
    assert_eq!(decide(Code::FlowMissing, &tired), Outcome::Page(Some(button)));
}

#[test]
fn a_third_party_that_nobody_vouches_for_never_gets_an_automatic_redirect() {
    let tenant = SignInExperience::default();
    let mut stranger = application();
    stranger.third_party = true;
    stranger.vouched = false;
    stranger.initiate_login_uri = Some(url("https://stranger.example/login"));
    let outcome = decide(Code::FlowMissing, &circumstances(Some(&stranger), &tenant));
    let Outcome::Page(Some(Button::ToApplication { name, .. })) = outcome else { panic!("{outcome:?}") };
    assert_eq!(name, "Shop");
}

#[test]
fn a_foreign_address_names_an_application_for_a_button_only() {
    let tenant = SignInExperience::default();
    let mut shop = application();
    shop.initiate_login_uri = Some(url("https://shop.example/login"));
    let foreign = Circumstances { named: Some(&shop), ..circumstances(None, &tenant) };
    assert!(matches!(decide(Code::FlowForeign, &foreign), Outcome::Page(Some(Button::StartAgain(_)))));
}

fn any_code() -> impl Strategy<Value = Code> {
    proptest::sample::select(Code::ALL.to_vec())
}

proptest! {
    /// C003: whatever the settings, an unverified client or redirect URI ends on a page.
    #[test]
    fn c003_an_unverified_request_is_never_redirected(configured in any::<bool>(), known in any::<bool>()) {
        let mut tenant = SignInExperience::default();
        let mut shop = application();
        if configured {
            tenant.recovery.unknown_session_redirect_url = Some(url("https://tenant.example/"));
            shop.initiate_login_uri = Some(url("https://shop.example/login"));
        }
        for code in [Code::ClientUnknown, Code::RedirectUriMismatch, Code::RequestMalformed] {
            let outcome = decide(code, &circumstances(known.then_some(&shop), &tenant));
            prop_assert!(matches!(outcome, Outcome::Page(_)), "{} {:?}", code, outcome);
        }
    }

    /// Every target is an address that an operator saved.
    #[test]
    fn nothing_from_the_request_decides_a_target(code in any_code(), hint in "\\PC{0,30}", tired in any::<bool>()) {
        let mut tenant = SignInExperience::default();
        tenant.recovery.unknown_session_redirect_url = Some(url("https://tenant.example/"));
        let mut shop = application();
        shop.initiate_login_uri = Some(url("https://shop.example/login"));
        let here = Circumstances { login_hint: Some(&hint), tired, ..circumstances(Some(&shop), &tenant) };
        let outcome = decide(code, &here);
        prop_assert!(!(tired && outcome.is_automatic()));
        if let Outcome::Redirect(to) = outcome {
            prop_assert!(matches!(to.host_str(), Some("tenant.example" | "shop.example")));
        }
    }
}

#[test]
fn who_comes_back_from_a_provider_is_led_on_as_the_code_says() {
    let (mut application, mut tenant) = (application(), SignInExperience::default());
    // Lost: as an expired flow, from the application's own address on.
    let page = decide(Code::CallbackLost, &circumstances(Some(&application), &tenant));
    assert_eq!(page, Outcome::Page(None));
    application.initiate_login_uri = Some(url("https://shop.example/login"));
    let restarted = decide(Code::CallbackLost, &circumstances(Some(&application), &tenant));
    assert!(
        matches!(restarted, Outcome::Redirect(to) if to.as_str().starts_with("https://shop.example/login?"))
    );
    // Cancelled: the sign-in page with a note, whoever asked; failed: a page that offers to try again.
    let cancelled =
        Circumstances { standing: Standing::Verified, ..circumstances(Some(&application), &tenant) };
    assert_eq!(decide(Code::CallbackCancelled, &cancelled), Outcome::Form);
    let failed = decide(Code::CallbackProviderFailed, &cancelled);
    assert_eq!(failed, Outcome::Page(Some(Button::TryAgain)));
    // A rule may send either to the client, as long as the flow's row is there.
    for code in [Code::CallbackCancelled, Code::CallbackProviderFailed] {
        tenant.recovery.rules.insert(code, Rule::Client);
        let verified =
            Circumstances { standing: Standing::Verified, ..circumstances(Some(&application), &tenant) };
        assert_eq!(decide(code, &verified), Outcome::Client);
    }
}
