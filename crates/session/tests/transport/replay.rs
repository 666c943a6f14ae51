//! The same requests and settings as the original had, and the same outcome.

use std::time::Duration;

use model::Timestamp;
use session::transport::{
    AccessChoice, AntiCsrfCheck, AppInfo, FrontToken, RefreshChoice, ResponseParts, Tokens, TransferMethod,
    Transport, TransportOptions,
};

use crate::original::{Cases, Create, Parts, Refresh, Sites, Verify, anti_csrf, same_site};

/// What the script calls a token of the form that the original takes for its own.
const OURS: &str = "ours";

fn cases() -> Cases {
    serde_json::from_str(include_str!("cases.json")).expect("the script writes this form")
}

/// Attaches the tokens that the script attaches.
fn attach(
    now: Timestamp,
    transport: &Transport,
    method: TransferMethod,
    anti_csrf: Option<&str>,
    parts: &mut ResponseParts,
) {
    let front = FrontToken::encode("u", now.plus(Duration::from_secs(3_000)), r#"{"sub":"u"}"#);
    let tokens = Tokens {
        access: OURS,
        refresh: Some(("new+refresh", now.plus(Duration::from_secs(1_000_000)))),
        front: &front,
        anti_csrf,
    };
    transport.attach(parts, method, &tokens, now).expect("the tokens are small");
}

const fn name(method: TransferMethod) -> &'static str {
    match method {
        TransferMethod::Cookie => "cookie",
        TransferMethod::Header => "header",
    }
}

#[test]
fn the_access_token_and_its_guard_are_chosen_alike() {
    let cases = cases();
    assert!(cases.verify.len() > 90, "the fixture is whole");
    for case in &cases.verify {
        let Verify { options, request, check, method, token, error } = case;
        let transport = options.transport(&Sites::default());
        let read = request.read(&transport);
        let refresh = (None, None, Some("TRY_REFRESH_TOKEN"));
        let outcome = match transport.choose_access(&read, |token| (token == OURS).then_some(())) {
            AccessChoice::Absent => (Some("none"), None, None),
            AccessChoice::Duplicated | AccessChoice::Legacy => refresh,
            AccessChoice::Found { method, token: () } => {
                match transport.anti_csrf_on_verify(&read, method, *check) {
                    AntiCsrfCheck::Passed => (Some(name(method)), Some(false), None),
                    AntiCsrfCheck::Token(_) => (Some(name(method)), Some(true), None),
                    AntiCsrfCheck::RidMissing => refresh,
                }
            }
        };
        assert_eq!(outcome, (method.as_deref(), *token, error.as_deref()), "{case:?}");
    }
}

#[test]
fn a_refresh_answers_alike() {
    let cases = cases();
    assert!(cases.refresh.len() > 20, "the fixture is whole");
    for case in &cases.refresh {
        let Refresh { options, request, error, parts: expected } = case;
        let transport = options.transport(&Sites::default());
        let read = request.read(&transport);
        let method = match transport.choose_refresh(&read) {
            RefreshChoice::Absent { .. } => None,
            RefreshChoice::Cookie(_) => Some(TransferMethod::Cookie),
            RefreshChoice::Header(_) => Some(TransferMethod::Header),
        };
        let method = method
            .filter(|method| transport.anti_csrf_on_refresh(&read, *method) != AntiCsrfCheck::RidMissing);

        let mut parts = ResponseParts::new();
        match method {
            None => transport.clear(&mut parts),
            Some(method) => {
                if read.carries_refresh(method.other()) {
                    transport.clear_method(&mut parts, method.other());
                }
                attach(cases.now(), &transport, method, None, &mut parts);
            }
        }
        if read.is_legacy() {
            transport.clear_legacy(&mut parts);
        }
        assert_eq!(method.is_none(), error.is_some(), "{case:?}");
        assert_eq!(&Parts::from(&parts), expected, "{case:?}");
    }
}

#[test]
fn a_new_session_is_handed_out_alike() {
    let cases = cases();
    assert!(cases.create.len() > 25, "the fixture is whole");
    for case in &cases.create {
        let Create { sites, options, request, anti_csrf, parts: expected } = case;
        let transport = options.transport(sites);
        let read = request.read(&transport);
        let method = transport.choose_for_create(&read);
        let anti_csrf = anti_csrf.as_deref().filter(|_| transport.makes_anti_csrf_token(method));

        let mut parts = ResponseParts::new();
        if read.carries_access(method.other()) {
            transport.clear_method(&mut parts, method.other());
        }
        attach(cases.now(), &transport, method, anti_csrf, &mut parts);
        assert_eq!(&Parts::from(&parts), expected, "{case:?}");
    }
}

#[test]
fn sites_make_the_same_defaults() {
    let cases = cases();
    assert!(cases.defaults.len() > 10, "the fixture is whole");
    for case in cases.defaults {
        let transport = Transport::new(&case.sites.app_info(), TransportOptions::default()).unwrap();
        let made = (transport.same_site(), transport.is_secure(), transport.anti_csrf());
        assert_eq!(made, (same_site(&case.same_site), case.secure, anti_csrf(&case.anti_csrf)), "{case:?}");
    }
}

#[test]
fn what_an_operator_writes_is_normalised_alike() {
    let cases = cases();
    assert!(cases.addresses.len().min(cases.paths.len()).min(cases.cookie_domains.len()) > 10);
    for (given, expected) in &cases.addresses {
        let app = AppInfo::new("App", given, "example.com");
        assert_eq!(app.as_ref().ok().map(AppInfo::api_domain), expected.as_deref(), "{given}");
    }
    let app = || AppInfo::new("App", "example.com", "example.com").unwrap();
    for (given, expected) in &cases.paths {
        let app = app().with_api_base_path(given);
        assert_eq!(app.as_ref().ok().map(AppInfo::api_base_path), expected.as_deref(), "{given}");
    }
    for (given, expected) in &cases.cookie_domains {
        // An API for which browsers take such cookies.
        let host = expected.as_deref().unwrap_or("example.com").trim_start_matches('.');
        let app = AppInfo::new("App", host, host).unwrap();
        let options = TransportOptions { cookie_domain: Some(given.clone()), ..TransportOptions::default() };
        let made = Transport::new(&app, options);
        assert_eq!(made.ok().as_ref().and_then(Transport::cookie_domain), expected.as_deref(), "{given}");
    }
}

#[test]
fn cors_allows_alike() {
    let ours = Transport::cors_headers();
    for header in cases().cors_headers {
        assert!(ours.contains(&header.as_str()), "{header}");
    }
    assert!(ours.contains(&"fdi-version"), "added by the original outside of its session recipe");
}
