//! Every page in every state that looks different: for the snapshots and for the gallery.

use fault::{Code, Reference};
use model::LinkPurpose;
use pages::{
    AccountEmailPage, AccountNotice, AccountPage, AccountPasswordPage, AccountPhonePage, AskLinkError,
    AskLinkPage, Button, Channels, ConfirmEmailPage, ConsentPage, DeparturePage, Device, FailurePage,
    FollowLinkPage, FormPostPage, FormerAddress, Frame, HomePage, IdentitiesNotice, IdentitiesPage,
    InvitationPage, InvitationStep, InvitedBy, JoinedPage, LinkAccountPage, LinkSentError, LinkSentPage,
    LinkedProvider, Locale, OneTimeTokenPage, OwnIdentity, OwnSession, PasswordChangedPage, ProviderChoice,
    RegisterError, RegisterPage, ResetPasswordPage, RestoreEmailPage, ScopeText, SessionsPage, SignInError,
    SignInNotice, SignInPage, SignOutEverywherePage, SignOutPage, SignedOutPage, Support,
};

/// An id as flows have them.
const FLOW: &str = "0199d2c4f7a07c3e8b52aa0c64b1e6f0";

/// Without text messages.
const LETTERS: Channels = Channels { letters: true, texts: false };
/// With them.
const BOTH: Channels = Channels { letters: true, texts: true };

/// Providers that people may choose.
const PROVIDERS: [ProviderChoice<'static>; 2] =
    [ProviderChoice { id: FLOW, name: "Google" }, ProviderChoice { id: "b", name: "Work" }];

/// A page under its name.
pub(crate) type Sample = (String, String);

/// The name of the sample application in a language.
fn application(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "Harbour Notes",
        Locale::ZhCn => "港湾笔记",
    }
}

/// An organization that people are invited to.
fn organization(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "Harbour Sailing Club",
        Locale::ZhCn => "港湾帆船俱乐部",
    }
}

/// The frame of a page on the way to an application, with everything known.
pub(crate) fn frame(locale: Locale) -> Frame<'static> {
    Frame {
        locale,
        application: Some(application(locale)),
        support: Support { email: Some("help@example.com"), website_url: Some("https://example.com/help") },
        rehearsal: false,
    }
}

/// The frame of a page that knows nothing.
pub(crate) fn bare(locale: Locale) -> Frame<'static> {
    Frame { locale, application: None, support: Support::default(), rehearsal: false }
}

/// A failure page that leads on by this button.
pub(crate) fn failure<'a>(frame: Frame<'a>, code: Code, button: Option<Button<'a>>) -> FailurePage<'a> {
    FailurePage {
        frame,
        code,
        reference: Reference::from_random([0x8d, 0x9d, 0x60, 0x52, 0x3d]),
        button,
        retry_after_minutes: None,
        endpoint_host: "id.example.com",
        host_differs: false,
        invitation: None,
    }
}

/// Every sample in a language.
pub(crate) fn all(locale: Locale) -> Vec<Sample> {
    let mut samples: Vec<Sample> = Vec::new();
    let mut add = |name: &str, html: String| samples.push((name.to_owned(), html));

    let sign_in = SignInPage {
        frame: frame(locale),
        flow: FLOW,
        identifier: "",
        notice: None,
        providers: &[],
        error: None,
        register: true,
        channels: LETTERS,
    };
    add("sign_in", sign_in.render());
    add(
        "sign_in_bare",
        SignInPage { frame: bare(locale), register: false, channels: Channels::default(), ..sign_in }
            .render(),
    );
    for (name, notice) in [
        ("cancelled", SignInNotice::Cancelled),
        ("sign_in_again", SignInNotice::SignInAgain),
        ("started_again", SignInNotice::StartedAgain),
    ] {
        let page = SignInPage { notice: Some(notice), identifier: "ada", ..sign_in };
        add(&format!("sign_in_notice_{name}"), page.render());
    }
    for (name, identifier, error) in [
        ("missing_identifier", "", SignInError::MissingIdentifier),
        ("missing_password", "ada", SignInError::MissingPassword),
        ("wrong", "ada", SignInError::Wrong),
        ("throttled", "ada", SignInError::Throttled { minutes: 5 }),
        ("busy", "ada", SignInError::Busy),
    ] {
        add(
            &format!("sign_in_error_{name}"),
            SignInPage { identifier, error: Some(error), ..sign_in }.render(),
        );
    }

    let register = RegisterPage {
        frame: frame(locale),
        letters: true,
        flow: FLOW,
        username: "",
        providers: &[],
        error: None,
    };
    add("register", register.render());
    add("register_providers", RegisterPage { providers: &PROVIDERS, ..register }.render());
    add("sign_in_providers", SignInPage { providers: &PROVIDERS, ..sign_in }.render());
    let url = "https://provider.example/authorize?client_id=c&state=s";
    add("departure", DeparturePage { frame: frame(locale), provider: "Provider", url }.render());
    let link = LinkAccountPage {
        frame: frame(locale),
        flow: FLOW,
        stranger: FLOW,
        provider: "Provider",
        channels: LETTERS,
        identifier: "ada@example.com",
        error: None,
    };
    add("link_account", link.render());
    add("link_account_error_wrong", LinkAccountPage { error: Some(SignInError::Wrong), ..link }.render());
    for (name, error) in [
        ("username_malformed", RegisterError::UsernameMalformed),
        ("username_taken", RegisterError::UsernameTaken),
        ("password_too_short", RegisterError::PasswordTooShort { min: 15 }),
        ("password_too_long", RegisterError::PasswordTooLong),
        ("password_common", RegisterError::PasswordCommon),
        ("password_guessable", RegisterError::PasswordGuessable),
        ("throttled", RegisterError::Throttled { minutes: 1 }),
        ("busy", RegisterError::Busy),
    ] {
        let page = RegisterPage { username: "ada", error: Some(error), ..register };
        add(&format!("register_error_{name}"), page.render());
    }

    for purpose in [LinkPurpose::Register, LinkPurpose::ResetPassword, LinkPurpose::SignIn] {
        let name = purpose.as_str().replace('-', "_");
        let ask = AskLinkPage {
            channels: LETTERS,
            frame: frame(locale),
            purpose,
            flow: FLOW,
            identifier: "ada",
            error: None,
        };
        add(&format!("ask_link_{name}"), ask.render());
        let sent = LinkSentPage { frame: frame(locale), purpose, texted: false, link: FLOW, error: None };
        add(&format!("link_sent_{name}"), sent.render());
    }
    let purpose = LinkPurpose::VerifyEmail;
    let sent = LinkSentPage { frame: frame(locale), purpose, texted: false, link: FLOW, error: None };
    add("link_sent_verify_email", sent.render());
    add("sign_in_texts", SignInPage { channels: BOTH, ..sign_in }.render());
    for purpose in [LinkPurpose::ResetPassword, LinkPurpose::SignIn, LinkPurpose::VerifyPhone] {
        let name = purpose.as_str().replace('-', "_");
        let sent = LinkSentPage { frame: frame(locale), purpose, texted: true, link: FLOW, error: None };
        add(&format!("text_sent_{name}"), sent.render());
    }
    for purpose in [LinkPurpose::ResetPassword, LinkPurpose::SignIn] {
        let name = purpose.as_str().replace('-', "_");
        let ask = AskLinkPage {
            frame: frame(locale),
            channels: BOTH,
            purpose,
            flow: FLOW,
            identifier: "",
            error: Some(AskLinkError::MissingIdentifier),
        };
        add(&format!("ask_link_texts_error_{name}"), ask.render());
    }
    let purpose = LinkPurpose::Register;
    let ask = AskLinkPage {
        channels: LETTERS,
        frame: bare(locale),
        purpose,
        flow: "",
        identifier: "ada",
        error: None,
    };
    add("ask_link_bare", ask.render());
    for (name, error) in [
        ("missing_identifier", AskLinkError::MissingIdentifier),
        ("not_an_address", AskLinkError::NotAnAddress),
        ("throttled", AskLinkError::Throttled { minutes: 5 }),
    ] {
        add(&format!("ask_link_error_{name}"), AskLinkPage { error: Some(error), ..ask }.render());
    }
    for (name, error) in [
        ("code", LinkSentError::Code),
        ("throttled", LinkSentError::Throttled { minutes: 5 }),
        ("too_many", LinkSentError::TooManyMessages { minutes: 5 }),
    ] {
        let sent =
            LinkSentPage { frame: frame(locale), purpose, texted: false, link: FLOW, error: Some(error) };
        add(&format!("link_sent_error_{name}"), sent.render());
    }
    let follow = FollowLinkPage {
        frame: frame(locale),
        person: "a…@e…",
        newcomer: false,
        asked_here: true,
        by_itself: false,
        nonce: FLOW,
    };
    add("follow_link", follow.render());
    add("follow_link_by_itself", FollowLinkPage { by_itself: true, ..follow }.render());
    add("follow_link_elsewhere", FollowLinkPage { asked_here: false, ..follow }.render());
    add("follow_link_newcomer", FollowLinkPage { newcomer: true, ..follow }.render());
    let reset = ResetPasswordPage { frame: frame(locale), error: None, former: &[], not_back: false };
    add("reset_password", reset.render());
    let refused = Some(RegisterError::PasswordGuessable);
    add("reset_password_error_guessable", ResetPasswordPage { error: refused, ..reset }.render());
    let former = |hint: &'static str, at: &str, chosen| FormerAddress {
        id: FLOW.to_owned(),
        hint: hint.into(),
        changed_at: at.to_owned(),
        chosen,
    };
    let one = [former("a…@e…", "2026-11-19 08:02", false)];
    add("reset_password_former", ResetPasswordPage { former: &one, ..reset }.render());
    let two = [former("a…@e…", "2026-11-19 08:02", false), former("l…@h…", "2026-11-20 23:59", true)];
    let (error, not_back) = (Some(RegisterError::PasswordGuessable), true);
    add("reset_password_error_former", ResetPasswordPage { former: &two, error, ..reset }.render());
    add("reset_password_not_back", ResetPasswordPage { not_back, ..reset }.render());
    let changed = PasswordChangedPage {
        frame: frame(locale),
        flow: Some(FLOW),
        button: None,
        removed: &[],
        kept: &[],
        restored: None,
    };
    add("password_changed_restored", PasswordChangedPage { restored: Some("a…@e…"), ..changed }.render());
    add("password_changed", changed.render());
    let button = Some((application(locale), "https://notes.example.org/"));
    let linked = |name, since: &str| LinkedProvider { name, since: since.to_owned() };
    let (removed, kept) = ([linked("Work", "2026-11-19 08:02")], [linked("Google", "2025-03-01 17:40")]);
    let with_providers = PasswordChangedPage { removed: &removed, kept: &kept, ..changed };
    add("password_changed_providers", with_providers.render());
    add("password_changed_elsewhere", PasswordChangedPage { flow: None, button, ..changed }.render());
    add("password_changed_bare", PasswordChangedPage { frame: bare(locale), flow: None, ..changed }.render());

    let by = InvitedBy { organization: organization(locale), inviter: Some("grace@example.com") };
    let invitation =
        InvitationPage {
            frame: bare(locale), by, person: "a…@e…", step: InvitationStep::Join, nonce: FLOW
        };
    add("invitation_join", InvitationPage { person: "ada@example.com", ..invitation }.render());
    add("invitation_register", InvitationPage { step: InvitationStep::Register, ..invitation }.render());
    let of_nobody = InvitedBy { inviter: None, ..by };
    let sign_in = InvitationPage { step: InvitationStep::SignIn, by: of_nobody, ..invitation };
    add("invitation_sign_in", sign_in.render());
    let forward = Some("https://notes.example.org/");
    let joined = JoinedPage { frame: frame(locale), organization: by.organization, already: false, forward };
    add("joined", joined.render());
    add("joined_already", JoinedPage { already: true, forward: None, ..joined }.render());

    let token =
        OneTimeTokenPage {
            frame: frame(locale), flow: FLOW, person: "a…@e…", newcomer: false, nonce: FLOW
        };
    add("one_time_token", token.render());
    add("one_time_token_newcomer", OneTimeTokenPage { newcomer: true, ..token }.render());

    let consent = ConsentPage {
        frame: Frame { application: None, ..frame(locale) },
        flow: FLOW,
        application: application(locale),
        host: "notes.example.org",
        person: "ada",
        scopes: vec![
            ScopeText::OpenId,
            ScopeText::Profile,
            ScopeText::Email,
            ScopeText::OfflineAccess,
            ScopeText::Organizations,
            ScopeText::OrganizationRoles,
            ScopeText::Other("notes:read"),
        ],
        vouched: true,
    };
    add("consent", consent.render());
    add("consent_unvouched", ConsentPage { vouched: false, ..consent.clone() }.render());

    add("sign_out", SignOutPage { frame: frame(locale), person: Some("ada"), ticket: FLOW }.render());
    add("sign_out_unknown", SignOutPage { frame: bare(locale), person: None, ticket: FLOW }.render());
    let button = Some((application(locale), "https://notes.example.org/"));
    add("signed_out", SignedOutPage { frame: frame(locale), button }.render());
    add("signed_out_bare", SignedOutPage { frame: bare(locale), button: None }.render());
    add("home", HomePage { frame: bare(locale), person: None }.render());
    add("home_signed_in", HomePage { frame: bare(locale), person: Some("ada") }.render());
    let fields = [("code", "Xq3f"), ("state", "a b&c"), ("iss", "https://id.example.com/oidc")];
    add(
        "form_post",
        FormPostPage { frame: frame(locale), action: "https://notes.example.org/callback", fields: &fields }
            .render(),
    );

    for code in Code::ALL {
        let name = format!("failure_{}", code.as_str().replace('.', "_"));
        add(&format!("{name}_bare"), failure(bare(locale), code, None).render());
        add(&name, usual(locale, code).render());
    }
    let elsewhere =
        FailurePage { host_differs: true, ..failure(frame(locale), Code::BrowserNoCookies, None) };
    add("failure_browser_no_cookies_elsewhere", elsewhere.render());
    for code in
        [Code::LinkExpired, Code::LinkUsed, Code::LinkReplaced, Code::LinkRevoked, Code::LinkOtherAccount]
    {
        let button = (code == Code::LinkOtherAccount).then_some(Button::SwitchAccount {
            action: "/invitation",
            stay: "/",
            nonce: FLOW,
        });
        let invitation = Some(by);
        let page = FailurePage { invitation, ..failure(bare(locale), code, button) };
        add(&format!("failure_invitation_{}", code.as_str().replace('.', "_")), page.render());
    }
    let invitation = Some(of_nobody);
    let unasked = FailurePage { invitation, ..failure(bare(locale), Code::LinkExpired, None) };
    add("failure_invitation_of_nobody", unasked.render());
    let rehearsed = Frame { rehearsal: true, ..frame(locale) };
    let url = "https://notes.example.org/login";
    let page = failure(rehearsed, Code::FlowExpired, Some(Button::StartAgain { url }));
    add("failure_flow_expired_rehearsed", page.render());
    samples.extend(account(locale));
    samples
}

/// The pages of the account.
fn account(locale: Locale) -> Vec<Sample> {
    let mut samples: Vec<Sample> = Vec::new();
    let mut add = |name: &str, html: String| samples.push((name.to_owned(), html));
    let account = AccountPage {
        frame: frame(locale),
        name: Some("Ada Lovelace"),
        username: Some("ada"),
        email: Some(("ada@example.com", true)),
        phone: None,
        channels: LETTERS,
        providers: true,
        has_password: true,
        notice: None,
    };
    add("account", account.render());
    let bare = AccountPage { name: None, username: None, has_password: false, ..account };
    add("account_unverified", AccountPage { email: Some(("ada@example.com", false)), ..bare }.render());
    add(
        "account_bare",
        AccountPage { email: None, channels: Channels::default(), providers: false, ..bare }.render(),
    );
    for notice in AccountNotice::ALL {
        let name = format!("account_notice_{}", notice.as_str().replace('-', "_"));
        add(&name, AccountPage { notice: Some(notice), ..account }.render());
    }
    let password =
        AccountPasswordPage { frame: frame(locale), identifier: "ada", has_password: true, error: None };
    add("account_password", password.render());
    add("account_password_first", AccountPasswordPage { has_password: false, ..password }.render());
    let refused = Some(RegisterError::PasswordGuessable);
    add("account_password_error_guessable", AccountPasswordPage { error: refused, ..password }.render());
    let number = Some("+4930901820");
    add("account_phone_number", AccountPage { phone: number, channels: BOTH, ..account }.render());
    let phone = AccountPhonePage {
        frame: frame(locale),
        phone: None,
        texts: true,
        typed: "",
        error: None,
        last: false,
    };
    add("account_phone", phone.render());
    add("account_phone_last", AccountPhonePage { phone: number, last: true, ..phone }.render());
    add("account_phone_no_texts", AccountPhonePage { phone: number, texts: false, ..phone }.render());
    let error = Some(AskLinkError::NotANumber);
    add("account_phone_error_not_a_number", AccountPhonePage { typed: "030 12", error, ..phone }.render());
    let email = AccountEmailPage { frame: frame(locale), unverified: None, typed: "", error: None };
    add("account_email", email.render());
    let unverified = Some("ada@example.com");
    add("account_email_unverified", AccountEmailPage { unverified, ..email }.render());
    let error = Some(AskLinkError::NotAnAddress);
    add("account_email_error_not_an_address", AccountEmailPage { typed: "ada@", error, ..email }.render());
    let address = "ada@example.org";
    add("confirm_email", ConfirmEmailPage { frame: frame(locale), address, person: "ada" }.render());
    let restore = RestoreEmailPage { frame: frame(locale), address, done: false };
    add("restore_email", restore.render());
    add("restore_email_done", RestoreEmailPage { done: true, ..restore }.render());
    let identity = |id: &str, provider| OwnIdentity {
        id: id.to_owned(),
        provider,
        since: "2026-11-21 17:40".to_owned(),
    };
    let identities = [identity("a", "Google"), identity("b", "Work")];
    let page =
        IdentitiesPage { frame: frame(locale), identities: &identities, providers: &PROVIDERS, notice: None };
    add("account_identities", page.render());
    add("account_identities_none", IdentitiesPage { identities: &[], ..page }.render());
    for notice in IdentitiesNotice::ALL {
        let kind = if notice.is_refusal() { "error" } else { "notice" };
        let name = format!("account_identities_{kind}_{}", notice.as_str());
        add(&name, IdentitiesPage { notice: Some(notice), ..page }.render());
    }
    let session = |id: &str, browser, system| OwnSession {
        id: id.to_owned(),
        device: Device { browser, system },
        address: Some("192.0.2.10".to_owned()),
        since: "2026-11-21 17:40".to_owned(),
        is_this: false,
    };
    let sessions = [
        OwnSession { is_this: true, ..session("a", Some("Firefox"), Some("Linux")) },
        session("b", Some("Safari"), Some("iPhone")),
        OwnSession { address: None, ..session("c", Some("curl"), None) },
        session("d", None, None),
    ];
    let sessions = SessionsPage { frame: frame(locale), sessions: &sessions, ended: false };
    add("account_sessions", sessions.render());
    add("account_sessions_ended", SessionsPage { ended: true, ..sessions }.render());
    add("sign_out_everywhere", SignOutEverywherePage { frame: frame(locale) }.render());
    samples
}

/// A failure as it usually comes: with what is usually known about it.
fn usual(locale: Locale, code: Code) -> FailurePage<'static> {
    let start =
        Button::StartAgain { url: "https://notes.example.org/login?iss=https%3A%2F%2Fid.example.com" };
    let to = Button::ToApplication { name: application(locale), url: "https://notes.example.org/" };
    let again = Button::TryAgain { url: "/oidc/auth?client_id=notes" };
    let (button, retry_after_minutes) = match code {
        Code::FlowMissing | Code::FlowForeign | Code::CallbackLost => (Some(start), None),
        Code::FlowExpired => (Some(Button::Replay { flow: FLOW }), None),
        Code::FlowCompleted | Code::RouteUnknown | Code::RequestMalformed | Code::AccessDenied => {
            (Some(to), None)
        }
        Code::CallbackCancelled | Code::CallbackProviderFailed => {
            (Some(Button::TryProviderAgain { flow: FLOW, connector: FLOW }), None)
        }
        Code::BrowserNoCookies | Code::Internal => (Some(again), None),
        Code::ClientUnknown | Code::RedirectUriMismatch | Code::AccountSuspended => (None, None),
        Code::LinkExpired | Code::LinkReplaced => (Some(Button::NewLink), None),
        Code::LinkOtherAccount => {
            (Some(Button::SwitchAccount { action: "/link", stay: "/", nonce: FLOW }), None)
        }
        Code::LinkUsed | Code::LinkRevoked | Code::LinkUnknown => (Some(to), None),
        Code::Throttled => (Some(again), Some(5)),
        Code::Unavailable => (Some(again), Some(1)),
    };
    FailurePage { retry_after_minutes, ..failure(frame(locale), code, button) }
}
