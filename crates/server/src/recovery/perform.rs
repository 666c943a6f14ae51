//! Performing an outcome.

use ::oidc::OAuthError;
use ::oidc::authorize::{AuthorizationRequest, AuthorizationResponse, Refusal, Verified};
use ::recovery::{Button, Outcome};
use axum::response::{Html, IntoResponse as _, Response};
use fault::{Code, OutcomeKind, Problem, Reference};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderName, HeaderValue, StatusCode};
use pages::{FailurePage, FormPostPage, Frame, InvitedBy, Script, Support};
use store::flows::Flow;

use super::failure::Details;
use super::layer::Concerned;
use crate::app::App;
use crate::cookies::attach;
use crate::experience::replay;
use crate::headers::{content_security_policy, scripted_policy};
use crate::visit::Visit;

const REFERENCE: HeaderName = HeaderName::from_static("onward-reference");

/// What was answered in the end: an outcome that turns out to be impossible becomes a page.
pub(super) struct Answered {
    pub(super) response: Response,
    pub(super) kind: OutcomeKind,
}

/// Performs an outcome.
pub(super) async fn perform(
    app: &App,
    visit: &Visit,
    details: &Details,
    concerned: &Concerned,
    outcome: &Outcome,
    reference: Reference,
    rehearsal: bool,
) -> Answered {
    let scene = Scene { app, visit, details, concerned, reference, rehearsal };
    let automatic = match outcome {
        Outcome::Redirect(url) => Some(scene.send_on(url.as_str())),
        Outcome::Replay(_) => match &details.form {
            // The sign-in is still good: it goes on, and needs no other one in its place.
            Some(form) => Some(scene.send_on(form)),
            None => scene.replay().await,
        },
        Outcome::Client => scene.to_client(),
        Outcome::Form => details.form.as_deref().map(|form| scene.send_on(form)),
        Outcome::Page(_) => None,
    };
    let (mut response, kind) = match (automatic, outcome) {
        (Some(response), _) => (response, outcome.kind()),
        (None, Outcome::Page(button)) => (scene.page(button.as_ref()), OutcomeKind::Page),
        // No form is known that could be shown again.
        (None, Outcome::Form | Outcome::Client | Outcome::Redirect(_) | Outcome::Replay(_)) => {
            (scene.page(Some(&Button::TryAgain)), OutcomeKind::Page)
        }
    };
    let text = HeaderValue::try_from(reference.to_string()).expect("a reference is plain text");
    response.headers_mut().insert(REFERENCE, text);
    for cookie in &details.cookies {
        attach(&mut response, cookie.clone());
    }
    if kind != OutcomeKind::Page && outcome.is_automatic() {
        let guard = app.cookies.guard(&visit.headers).counting(app.clock().now());
        attach(&mut response, app.cookies.set_guard(&guard));
    }
    Answered { response, kind }
}

struct Scene<'a> {
    app: &'a App,
    visit: &'a Visit,
    details: &'a Details,
    concerned: &'a Concerned,
    reference: Reference,
    rehearsal: bool,
}

impl Scene<'_> {
    /// 303 for a person; `next` for a script.
    fn send_on(&self, to: &str) -> Response {
        if self.visit.wants_html() { see_other(to) } else { self.problem(Some(to.to_owned())) }
    }

    /// Begins a new flow for the stored request. `None` when that cannot be: then the page says so.
    async fn replay(&self) -> Option<Response> {
        let flow = self.details.flow.as_ref()?;
        let (to, cookies) = replay(self.app, self.visit, flow).await?;
        let mut response = self.send_on(&to);
        for cookie in cookies {
            attach(&mut response, cookie);
        }
        Some(response)
    }

    /// The error, at the client's verified redirect URI.
    fn to_client(&self) -> Option<Response> {
        let (respondent, error) = self.details.client.as_ref()?;
        let answer = respondent.error(&client_error(self.details.code, error));
        Some(authorization_response(answer, &self.frame(&self.details.ui_locales)))
    }

    fn frame(&self, ui_locales: &[String]) -> Frame<'_> {
        let application = self.concerned.any();
        Frame {
            locale: self.visit.locale(ui_locales),
            application: application.map(|application| application.name.as_str()),
            support: Support { email: None, website_url: None },
            rehearsal: self.rehearsal,
        }
    }

    fn page(&self, button: Option<&Button>) -> Response {
        if !self.visit.wants_html() {
            return self.problem(None);
        }
        let settings = self.app.directory().settings();
        let own = self.concerned.any().map(|application| application.support.clone()).unwrap_or_default();
        let support = own.or(&settings.support);
        let mut frame = self.frame(&self.details.ui_locales);
        frame.support = Support {
            email: support.email.as_ref().map(model::EmailAddress::as_str),
            website_url: support.website_url.as_ref().map(model::WebUrl::as_str),
        };
        let endpoint = self.app.endpoint();
        let again = self.try_again_address();
        let flow = self.details.flow.as_ref().map(|flow| flow.id.to_string()).unwrap_or_default();
        let connector = self.details.connector.map(|id| id.to_string());
        let host_differs = self.visit.host().is_some_and(|host| host != endpoint.host());
        // On another host name nothing here can help: the page leads to the right one.
        let lost_host = host_differs && self.details.code == Code::BrowserNoCookies;
        let no_mail = !self.app.sends_mail() && button == Some(&Button::NewLink);
        // Nobody asks for an invitation by themselves: the page names whom to ask.
        let uninvited = self.details.invitation.is_some() && button != Some(&Button::SwitchAccount);
        let button = button.filter(|_| !lost_host && !no_mail && !uninvited);
        let ways = Ways {
            again: &again,
            flow: &flow,
            connector: connector.as_deref(),
            follows: &self.details.follows,
            nonce: &self.details.nonce,
        };
        let page = FailurePage {
            frame,
            code: self.details.code,
            reference: self.reference,
            button: self.instead_of(button).or_else(|| button.map(|button| paint(button, &ways))),
            retry_after_minutes: self.details.retry_after.map(|wait| whole_minutes(wait.as_secs())),
            endpoint_host: endpoint.authority(),
            host_differs,
            invitation: self.details.invitation.as_ref().map(|names| InvitedBy {
                organization: &names.organization,
                inviter: names.inviter.as_deref(),
            }),
        };
        let mut response = (self.status(), Html(page.render())).into_response();
        let targets: Vec<String> = match button {
            Some(Button::Replay(_) | Button::SwitchAccount) => self
                .concerned
                .any()
                .map(|application| form_targets(self.app, application))
                .unwrap_or_default(),
            Some(
                Button::StartAgain(_) | Button::ToApplication { .. } | Button::NewLink | Button::TryAgain,
            )
            | None => Vec::new(),
        };
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, content_security_policy(&targets));
        self.add_retry_after(response)
    }

    /// What takes the place of a new link that nobody here could send, and of no way at all.
    fn instead_of(&self, button: Option<&Button>) -> Option<pages::Button<'_>> {
        let replaced = matches!(button, None | Some(Button::NewLink | Button::Replay(_)));
        let url = self.details.instead.as_deref().filter(|_| replaced)?;
        Some(pages::Button::StartAgain { url })
    }

    /// The same page once more. A form that was posted is asked for again, not posted again.
    fn try_again_address(&self) -> String {
        let path = match self.visit.uri.path() {
            "/restart" => "/sign-in",
            path => path,
        };
        if let Some(again) = &self.details.again {
            return again.clone();
        }
        let named = self.details.flow.as_ref().map(|flow| flow.id).or_else(|| self.visit.named_flow());
        match (self.visit.uri.query(), named) {
            (Some(query), _) if self.visit.method == http::Method::GET => format!("{path}?{query}"),
            (_, Some(flow)) => format!("{path}?flow={flow}"),
            (_, None) => path.to_owned(),
        }
    }

    fn problem(&self, next: Option<String>) -> Response {
        let body = Problem::of_page(self.details.code, self.reference, next);
        let text = serde_json::to_string(&body).expect("a problem is a plain structure");
        let response = (self.status(), [(CONTENT_TYPE, Problem::MEDIA_TYPE)], text).into_response();
        self.add_retry_after(response)
    }

    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.details.code.status()).expect("codes have valid statuses")
    }

    fn add_retry_after(&self, mut response: Response) -> Response {
        let fallback = (self.details.code == Code::Unavailable).then_some(5);
        let wait = self.details.retry_after.map(|wait| wait.as_secs().max(1)).or(fallback);
        if let Some(seconds) = wait {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// What the buttons of a page may lead to.
struct Ways<'a> {
    /// The same request once more.
    again: &'a str,
    /// The flow that is concerned; may be empty.
    flow: &'a str,
    /// The provider that is tried again.
    connector: Option<&'a str>,
    /// Where a form is posted to that follows a link, and where one goes on who stays.
    follows: &'a (String, String),
    /// What it carries.
    nonce: &'a str,
}

fn paint<'a>(button: &'a Button, ways: &Ways<'a>) -> pages::Button<'a> {
    let Ways { again, flow, connector, follows, nonce } = *ways;
    match button {
        Button::StartAgain(url) => pages::Button::StartAgain { url: url.as_str() },
        Button::Replay(_) => pages::Button::Replay { flow },
        Button::ToApplication { name, url } => pages::Button::ToApplication { name, url: url.as_str() },
        Button::NewLink => pages::Button::NewLink,
        Button::SwitchAccount => pages::Button::SwitchAccount { action: &follows.0, stay: &follows.1, nonce },
        Button::TryAgain => match connector {
            Some(connector) => pages::Button::TryProviderAgain { flow, connector },
            None => pages::Button::TryAgain { url: again },
        },
    }
}

/// Minutes, rounded up.
pub(crate) fn whole_minutes(seconds: u64) -> i64 {
    i64::try_from(seconds.div_ceil(60).max(1)).unwrap_or(i64::MAX)
}

/// What the client learns. An expired sign-in is `temporarily_unavailable`, so that it tries again.
fn client_error(code: Code, error: &OAuthError) -> OAuthError {
    use ::oidc::ErrorCode;
    match code {
        Code::FlowExpired => OAuthError::new(ErrorCode::TemporarilyUnavailable, "authentication_expired"),
        Code::CallbackCancelled => OAuthError::new(ErrorCode::AccessDenied, "the person cancelled"),
        Code::CallbackProviderFailed => {
            OAuthError::new(ErrorCode::TemporarilyUnavailable, "the sign-in provider failed")
        }
        Code::FlowMissing
        | Code::FlowForeign
        | Code::FlowCompleted
        | Code::BrowserNoCookies
        | Code::RouteUnknown
        | Code::ClientUnknown
        | Code::RedirectUriMismatch
        | Code::RequestMalformed
        | Code::CallbackLost
        | Code::LinkExpired
        | Code::LinkUsed
        | Code::LinkReplaced
        | Code::LinkRevoked
        | Code::LinkOtherAccount
        | Code::LinkUnknown
        | Code::AccountSuspended
        | Code::AccessDenied
        | Code::Throttled
        | Code::Unavailable
        | Code::Internal => error.clone(),
    }
}

/// 303, never 307: what was posted is not posted again (RFC 9700 §4.12, C013).
pub(crate) fn see_other(to: &str) -> Response {
    match HeaderValue::try_from(to) {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The answer to a client, as it travels.
pub(crate) fn authorization_response(answer: AuthorizationResponse, frame: &Frame<'_>) -> Response {
    match answer {
        AuthorizationResponse::Redirect(to) => see_other(&to),
        AuthorizationResponse::FormPost { action, fields } => form_post(frame, &action, &fields),
    }
}

/// The page that posts an answer (Form Post Response Mode §2, C038).
fn form_post(frame: &Frame<'_>, action: &str, fields: &[(&'static str, String)]) -> Response {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = FormPostPage { frame: *frame, action, fields: &fields };
    let target = policy_source(action, model::ApplicationKind::Native).unwrap_or_default();
    let mut response = Html(page.render()).into_response();
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, scripted_policy(Script::Post, &[target]));
    response
}

/// Everywhere that a form of this application's sign-in may end, as sources of `form-action`: its redirect URIs, its
/// pages, and whatever an operator has configured for failures.
pub(crate) fn form_targets(app: &App, application: &model::Application) -> Vec<String> {
    let settings = app.directory().settings();
    let uris = application.redirect_uris.iter().chain(&application.post_logout_redirect_uris);
    let mut addresses: Vec<&str> = uris.map(model::RedirectUri::as_str).collect();
    let pages = [application.client_uri.as_ref(), application.initiate_login_uri.as_ref()];
    addresses.extend(pages.into_iter().flatten().map(model::WebUrl::as_str));
    for recovery in [&application.recovery, &settings.recovery] {
        addresses.extend(recovery.unknown_session_redirect_url.as_ref().map(model::WebUrl::as_str));
        addresses.extend(recovery.rules.values().filter_map(|rule| match rule {
            model::Rule::Redirect { url, .. } => Some(url.as_str()),
            model::Rule::Client | model::Rule::Page | model::Rule::Restart => None,
        }));
    }
    let mut sources = Vec::new();
    for source in addresses.into_iter().filter_map(|address| policy_source(address, application.kind)) {
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    sources
}

/// An address as a source of a Content-Security-Policy.
fn policy_source(address: &str, kind: model::ApplicationKind) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let Some(host) = url.host() else { return Some(format!("{}:", url.scheme())) };
    Some(match (url.scheme(), host) {
        // A policy can name no IPv6 address.
        ("http", url::Host::Ipv6(_)) => "http:".to_owned(),
        ("https", url::Host::Ipv6(_)) => "https:".to_owned(),
        // A native application may listen on any port (RFC 8252 §7.3).
        ("http", host) if kind == model::ApplicationKind::Native => format!("http://{host}:*"),
        ("http" | "https", _) => url.origin().ascii_serialization(),
        (private_use, _) => format!("{private_use}:"),
    })
}

/// The verified request of a flow, read again.
pub(crate) async fn reverify(app: &App, flow: &Flow) -> Result<Verified, Refusal> {
    let request = AuthorizationRequest::from_text(&flow.request);
    let request = request.ok_or(Refusal::Person(::oidc::authorize::PersonRefusal::Undecodable))?;
    app.provider.reverify(request).await
}
