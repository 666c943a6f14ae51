//! What a handler knows of a failure.

use std::sync::Arc;
use std::time::Duration;

use ::oidc::authorize::{PersonRefusal, Refusal, Respondent};
use ::oidc::{ErrorCode, OAuthError};
use axum::response::{IntoResponse, Response};
use fault::Code;
use http::HeaderValue;
use model::{ApplicationId, ConnectorId};
use serde_json::{Value, json};
use signin::Standing;
use store::flows::Flow;

/// A failure of a human page, on its way to the recovery layer.
#[derive(Clone, Debug)]
pub(crate) struct Failure(Arc<Details>);

/// How surely the application is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// By this browser's own flow, or a verified request.
    Surely(ApplicationId),
    /// By an address that anybody can write: good for a button.
    ByAddress(ApplicationId),
}

#[derive(Clone, Debug)]
pub(crate) struct Details {
    pub(crate) code: Code,
    pub(crate) application: Option<Known>,
    /// This browser's own flow.
    pub(crate) flow: Option<Flow>,
    /// Where “try again” leads, when it is not the same address.
    pub(crate) again: Option<String>,
    /// The provider that “try again” leads to, within the flow.
    pub(crate) connector: Option<ConnectorId>,
    /// The form that says it beside its fields: an address of ours.
    pub(crate) form: Option<String>,
    /// Where the form that follows a link all the same is posted to, and where one goes on who stays.
    pub(crate) follows: (String, String),
    /// What that form carries.
    pub(crate) nonce: String,
    /// Where one goes on when no other link can be asked for here: an address of ours.
    pub(crate) instead: Option<String>,
    /// The invitation that it is about.
    pub(crate) invitation: Option<InvitationNames>,
    /// Cookies that stand whatever the failure leads to.
    pub(crate) cookies: Vec<HeaderValue>,
    /// Where an error to the client may go, with what it says.
    pub(crate) client: Option<(Respondent, OAuthError)>,
    /// The client asked that no page be shown.
    pub(crate) silent: bool,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) ui_locales: Vec<String>,
    /// For the operator.
    pub(crate) detail: Value,
    /// For the log line: the chain of causes.
    pub(crate) cause: Option<String>,
    pub(crate) rehearsal: bool,
}

/// What the failure of an invitation names.
#[derive(Clone, Debug)]
pub(crate) struct InvitationNames {
    pub(crate) organization: String,
    /// Who invites, as others reach them.
    pub(crate) inviter: Option<String>,
}

impl Failure {
    pub(crate) fn new(code: Code) -> Self {
        Self(Arc::new(Details {
            code,
            application: None,
            flow: None,
            again: None,
            connector: None,
            form: None,
            follows: ("/link".to_owned(), "/".to_owned()),
            nonce: String::new(),
            instead: None,
            invitation: None,
            cookies: Vec::new(),
            client: None,
            silent: false,
            retry_after: None,
            ui_locales: Vec::new(),
            detail: json!({}),
            cause: None,
            rehearsal: false,
        }))
    }

    fn with(mut self, change: impl FnOnce(&mut Details)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    pub(crate) fn details(&self) -> &Details {
        &self.0
    }

    pub(crate) fn application(self, known: Known) -> Self {
        self.with(|details| details.application = Some(known))
    }

    /// The failure concerns this browser's own flow.
    pub(crate) fn flow(self, flow: Flow) -> Self {
        self.with(|details| {
            details.application = Some(Known::Surely(flow.application));
            details.rehearsal |= flow.rehearsal;
            details.flow = Some(flow);
        })
    }

    /// Where “try again” leads: an address of ours.
    pub(crate) fn again(self, address: String) -> Self {
        self.with(|details| details.again = Some(address))
    }

    /// The provider that “try again” leads to, within the flow.
    pub(crate) fn connector(self, connector: ConnectorId) -> Self {
        self.with(|details| details.connector = Some(connector))
    }

    /// The form that says it: an address of ours.
    pub(crate) fn form(self, address: String) -> Self {
        self.with(|details| details.form = Some(address))
    }

    /// Where the form that follows a link all the same is posted to, and where one goes on who stays.
    pub(crate) fn follows(self, action: String, stay: String) -> Self {
        self.with(|details| details.follows = (action, stay))
    }

    /// Where one goes on when no other link can be asked for here: an address of ours.
    pub(crate) fn instead(self, address: String) -> Self {
        self.with(|details| details.instead = Some(address))
    }

    /// What the form carries that follows a link all the same.
    pub(crate) fn nonce(self, nonce: String) -> Self {
        self.with(|details| details.nonce = nonce)
    }

    /// The invitation that it is about.
    pub(crate) fn invitation(self, names: InvitationNames) -> Self {
        self.with(|details| {
            "/invitation".clone_into(&mut details.follows.0);
            details.invitation = Some(names);
        })
    }

    /// A cookie that stands whatever the failure leads to.
    pub(crate) fn cookie(self, cookie: HeaderValue) -> Self {
        self.with(|details| details.cookies.push(cookie))
    }

    pub(crate) fn client(self, respondent: Respondent, error: OAuthError) -> Self {
        self.with(|details| details.client = Some((respondent, error)))
    }

    pub(crate) fn silent(self, silent: bool) -> Self {
        self.with(|details| details.silent = silent)
    }

    pub(crate) fn retry_after(self, wait: Duration) -> Self {
        self.with(|details| details.retry_after = Some(wait))
    }

    pub(crate) fn ui_locales(self, locales: Vec<String>) -> Self {
        self.with(|details| details.ui_locales = locales)
    }

    pub(crate) fn detail(self, detail: Value) -> Self {
        self.with(|details| details.detail = detail)
    }

    pub(crate) fn cause(self, error: &(dyn std::error::Error + 'static)) -> Self {
        self.with(|details| details.cause = Some(chain(error)))
    }

    pub(crate) fn rehearsal(self) -> Self {
        self.with(|details| details.rehearsal = true)
    }

    /// What a flow's standing means when a live one was needed.
    pub(crate) fn of_standing(standing: Standing) -> Result<Flow, Self> {
        Err(match standing {
            Standing::Live(flow) => return Ok(flow),
            Standing::Expired(flow) => Self::new(Code::FlowExpired).flow(flow),
            Standing::Completed(flow) => Self::new(Code::FlowCompleted).flow(flow),
            Standing::Foreign(named) => {
                let failure = Self::new(Code::FlowForeign);
                named.map_or(failure.clone(), |id| failure.application(Known::ByAddress(id)))
            }
            Standing::NoCookies(named) => {
                Self::new(Code::BrowserNoCookies).application(Known::ByAddress(named))
            }
            Standing::Missing => Self::new(Code::FlowMissing),
        })
    }
}

/// The whole chain of causes, for the operator.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

impl From<store::Error> for Failure {
    /// 503 when something is down, 500 when something is wrong. Never anything that signs somebody out.
    fn from(error: store::Error) -> Self {
        let code = match &error {
            store::Error::Unavailable { .. } => Code::Unavailable,
            store::Error::Conflict { .. } | store::Error::Corrupt { .. } | store::Error::Bug { .. } => {
                Code::Internal
            }
        };
        let failure = Self::new(code).cause(&error);
        match error.retry_after() {
            Some(wait) => failure.retry_after(wait),
            None => failure,
        }
    }
}

impl From<Refusal> for Failure {
    /// The rows of C.0: to the person while client and redirect URI are unverified, then to the client.
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Store(error) => error.into(),
            Refusal::Person(refused) => {
                let failure = Self::new(refused.code()).detail(explanation(&refused));
                refused.application().map_or(failure.clone(), |id| failure.application(Known::ByAddress(id)))
            }
            Refusal::Client { respondent, application, error } => {
                let detail = json!({"error": error.code.as_str(), "description": error.description});
                Self::new(code_of(error.code))
                    .application(Known::Surely(application.application.id))
                    .detail(detail)
                    .client(respondent, error)
            }
        }
    }
}

/// The place of an OAuth error in the catalogue.
fn code_of(error: ErrorCode) -> Code {
    match error {
        ErrorCode::AccessDenied => Code::AccessDenied,
        ErrorCode::ServerError => Code::Internal,
        ErrorCode::TemporarilyUnavailable => Code::Unavailable,
        ErrorCode::ConsentRequired
        | ErrorCode::InteractionRequired
        | ErrorCode::InvalidClient
        | ErrorCode::InvalidGrant
        | ErrorCode::InvalidRequest
        | ErrorCode::InvalidScope
        | ErrorCode::InvalidTarget
        | ErrorCode::InvalidToken
        | ErrorCode::LoginRequired
        | ErrorCode::RegistrationNotSupported
        | ErrorCode::RequestNotSupported
        | ErrorCode::RequestUriNotSupported
        | ErrorCode::UnauthorizedClient
        | ErrorCode::UnsupportedGrantType
        | ErrorCode::UnsupportedResponseType => Code::RequestMalformed,
    }
}

/// What `onward explain` shows.
fn explanation(refused: &PersonRefusal) -> Value {
    match refused {
        PersonRefusal::ClientUnknown => json!({"cause": "the request names no client that exists"}),
        PersonRefusal::RedirectUriMismatch { presented, registered, .. } => {
            json!({"presented": presented, "registered": registered})
        }
        PersonRefusal::ResponseModeUnknown { .. } => json!({"cause": "the response_mode does not exist"}),
        PersonRefusal::Undecodable => json!({"cause": "the parameters cannot be decoded"}),
    }
}

impl IntoResponse for Failure {
    /// An empty answer that carries the failure to the layer. Were the layer missing, the status would still be
    /// right.
    fn into_response(self) -> Response {
        let status = http::StatusCode::from_u16(self.0.code.status()).expect("codes have valid statuses");
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
