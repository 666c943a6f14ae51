//! Hostile values stay text: the page has the same elements and attributes as with harmless ones.

use fault::Code;
use model::LinkPurpose;
use pages::{
    AskLinkPage, Button, Channels, ConsentPage, DeparturePage, FailurePage, FollowLinkPage, FormPostPage,
    FormerAddress, Frame, HomePage, InvitationPage, InvitationStep, InvitationWords, InvitedBy, JoinedPage,
    Letter, LinkAccountPage, LinkAndCode, LinkSentPage, LinkedProvider, Locale, PasswordChangedPage,
    ProviderChoice, ProviderWords, RegisterPage, ResetPasswordPage, ScopeText, SignInPage, SignOutPage,
    SignedOutPage, Support,
};
use scraper::{Html, Selector};

use crate::samples::failure;

/// What somebody would try, and ten thousand letters.
fn hostile() -> Vec<String> {
    let mut values: Vec<String> = [
        r#""><img src=x onerror=alert(1)>"#,
        "'><svg onload=alert(1)>",
        "</style><script>alert(1)</script>",
        "</title></textarea><h1>x</h1>",
        "</script><script>alert(1)//",
        "<!--",
        "]]><b>",
        r#"x" autofocus onfocus="alert(1)"#,
        "x' onmouseover='alert(1)",
        "` onclick=`alert(1)",
        "&lt;script&gt;&amp;#x3c;",
        "{{ flow }}{% include \"x\" %}{ $application }",
        "a\u{202e}b\u{2066}c\u{200f}\u{0}\u{8}\u{2028}\r\n<br>",
        "\u{ff1c}script\u{ff1e}",
    ]
    .map(str::to_owned)
    .to_vec();
    values.push("<b>x".repeat(2_500));
    values
}

/// The elements of a page with the names of their attributes.
fn skeleton(html: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    page.select(&Selector::parse("*").unwrap())
        .map(|element| {
            let names: Vec<&str> = element.value().attrs().map(|(name, _)| name).collect();
            format!("{} {}", element.value().name(), names.join(" "))
        })
        .collect()
}

/// A page with each hostile value has the bones of the one with a harmless value.
fn check(render: impl Fn(&str) -> String) {
    let expected = skeleton(&render("harmless"));
    for value in hostile() {
        assert_eq!(skeleton(&render(&value)), expected, "{value}");
    }
}

fn frame(value: &str) -> Frame<'_> {
    Frame {
        locale: Locale::En,
        application: Some(value),
        support: Support { email: Some(value), website_url: Some(value) },
        rehearsal: true,
    }
}

/// The value of an attribute, as a browser would have it.
fn value_of(html: &str, selector: &str) -> String {
    let page = Html::parse_document(html);
    let element = page.select(&Selector::parse(selector).unwrap()).next().expect("the element is there");
    element.attr("value").expect("it has a value").to_owned()
}

#[test]
fn c024_login_hint_is_escaped_prefill() {
    let page = |identifier: &str| {
        let page = SignInPage {
            frame: frame("x"),
            flow: "f",
            identifier,
            notice: None,
            providers: &[ProviderChoice { id: "p", name: "P" }],
            error: None,
            register: true,
            channels: Channels::default(),
        };
        page.render()
    };
    check(page);
    assert_eq!(value_of(&page(r#"a"><b>&amp;'"#), "#identifier"), r#"a"><b>&amp;'"#);
}

#[test]
fn c038_form_post_page_escapes_every_field() {
    check(|value| {
        let fields = [("code", value), (value, "x"), ("state", value)];
        FormPostPage { frame: frame(value), action: value, fields: &fields }.render()
    });
    let state = r#""><script>alert(1)</script>&amp;"#;
    let fields = [("state", state)];
    let html = FormPostPage { frame: frame("x"), action: "https://a.example/", fields: &fields }.render();
    assert_eq!(value_of(&html, "[name=state]"), state, "what arrives is what was sent");
}

#[test]
fn c134_failure_pages_escape_everything() {
    let code = Code::FlowExpired;
    check(|value| failure(frame(value), code, Some(Button::StartAgain { url: value })).render());
    check(|value| failure(frame(value), code, Some(Button::Replay { flow: value })).render());
    check(|value| {
        let button = Button::TryProviderAgain { flow: value, connector: value };
        failure(frame(value), code, Some(button)).render()
    });
    check(|value| {
        failure(frame(value), code, Some(Button::SwitchAccount { action: "/link", stay: "/", nonce: value }))
            .render()
    });
    check(|value| failure(frame(value), code, Some(Button::TryAgain { url: value })).render());
    for code in Code::ALL {
        check(|value| {
            failure(frame(value), code, Some(Button::ToApplication { name: value, url: value })).render()
        });
        for host_differs in [false, true] {
            check(|value| {
                let page = failure(frame(value), code, None);
                FailurePage { endpoint_host: value, host_differs, ..page }.render()
            });
        }
    }
}

#[test]
fn all_other_pages_escape_everything() {
    fn by(value: &str) -> InvitedBy<'_> {
        InvitedBy { organization: value, inviter: Some(value) }
    }
    check(|value| {
        let step = InvitationStep::Join;
        InvitationPage { frame: frame(value), by: by(value), person: value, step, nonce: value }.render()
    });
    check(|value| {
        JoinedPage { frame: frame(value), organization: value, already: true, forward: None }.render()
    });
    for code in [Code::LinkExpired, Code::LinkUsed, Code::LinkReplaced, Code::LinkRevoked] {
        check(|value| {
            let invitation = Some(by(value));
            FailurePage { invitation, ..failure(frame(value), code, None) }.render()
        });
    }
    check(|value| {
        SignInPage {
            frame: frame(value),
            flow: value,
            identifier: "",
            notice: None,
            providers: &[ProviderChoice { id: value, name: value }],
            error: None,
            register: true,
            channels: Channels::default(),
        }
        .render()
    });
    check(|value| DeparturePage { frame: frame(value), provider: value, url: value }.render());
    check(|value| {
        LinkAccountPage {
            frame: frame(value),
            flow: value,
            stranger: value,
            provider: value,
            channels: Channels::default(),
            identifier: value,
            error: None,
        }
        .render()
    });
    check(|value| {
        RegisterPage {
            frame: frame(value),
            letters: true,
            flow: value,
            username: value,
            providers: &[],
            error: None,
        }
        .render()
    });
    check(|value| {
        let purpose = LinkPurpose::SignIn;
        let channels = Channels::default();
        AskLinkPage { frame: frame(value), channels, purpose, flow: value, identifier: value, error: None }
            .render()
    });
    check(|value| {
        let purpose = LinkPurpose::SignIn;
        LinkSentPage { frame: frame(value), purpose, texted: true, link: value, error: None }.render()
    });
    check(|value| {
        FollowLinkPage {
            frame: frame(value),
            person: value,
            newcomer: true,
            asked_here: false,
            by_itself: false,
            nonce: value,
        }
        .render()
    });
    check(|value| {
        let linked = [LinkedProvider { name: value, since: value.to_owned() }];
        let (removed, kept) = (linked.as_slice(), linked.as_slice());
        let restored = Some(value);
        PasswordChangedPage { frame: frame(value), flow: Some(value), button: None, removed, kept, restored }
            .render()
    });
    check(|value| {
        let button = Some((value, value));
        let changed = PasswordChangedPage {
            frame: frame(value),
            flow: None,
            button,
            removed: &[],
            kept: &[],
            restored: None,
        };
        changed.render()
    });
    check(|value| {
        let (id, changed_at) = (value.to_owned(), value.to_owned());
        let former = [FormerAddress { id, hint: value.into(), changed_at, chosen: true }];
        ResetPasswordPage { frame: frame(value), error: None, former: &former, not_back: true }.render()
    });
    check(|value| SignOutPage { frame: frame(value), person: Some(value), ticket: value }.render());
    check(|value| SignedOutPage { frame: frame(value), button: Some((value, value)) }.render());
    check(|value| HomePage { frame: frame(value), person: Some(value) }.render());
    check(|value| {
        ConsentPage {
            frame: frame(value),
            flow: value,
            application: value,
            host: value,
            person: value,
            scopes: vec![ScopeText::OpenId, ScopeText::Other(value)],
            vouched: false,
        }
        .render()
    });
}

/// A name must not turn round the sentence that it stands in, nor bury it.
#[test]
fn values_in_sentences_carry_no_direction_controls_and_end() {
    let name = format!("evil\u{202e}\u{2067}{}", "x".repeat(10_000));
    let html = HomePage { frame: frame("x"), person: Some(&name) }.render();
    assert!(!html.contains(['\u{202e}', '\u{2067}', '\u{2068}', '\u{2069}']));
    assert!(html.contains(&format!("as evil{}….", "x".repeat(249))));
}

#[test]
fn c167_letters_escape_names_and_keep_their_subject() {
    let name = "<a href=\"https://evil.example\">\r\nBcc: all@example.com";
    let link = LinkAndCode { address: "https://id.example/x?a=1&b=2", code: "123456" };
    let account = "https://id.example/account/identities";
    let provider = ProviderWords { person: name, provider: name, at: "2026-11-21 17:40", account };
    for locale in Locale::ALL {
        for letter in [
            Letter::password_reset(locale, name, link),
            Letter::sign_in(locale, name, link),
            Letter::register(locale, name, link),
            Letter::already_registered(locale, name, link),
            Letter::invitation(
                locale,
                &InvitationWords { person: name, organization: name, inviter: Some(name), days: 7 },
                "https://id.example/x?a=1&b=2",
            ),
            Letter::password_changed(locale, name, name, "https://id.example/x?a=1&b=2"),
            Letter::provider_linked(locale, &provider, "https://id.example/x?a=1&b=2"),
            Letter::provider_removed(locale, &provider, "https://id.example/x?a=1&b=2"),
        ] {
            assert!(!letter.html.contains("<a href=\"https://evil"), "{}", letter.html);
            assert!(!letter.subject.contains("evil"), "{}", letter.subject);
            assert!(!letter.text.contains("\r\n"), "{}", letter.text);
            let page = Html::parse_document(&letter.html);
            let links: Vec<_> = page.select(&Selector::parse("a").unwrap()).collect();
            assert_eq!(links.len(), 1);
            assert_eq!(links[0].attr("href"), Some("https://id.example/x?a=1&b=2"));
        }
    }
}
