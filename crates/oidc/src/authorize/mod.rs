//! The authorization endpoint, in the order of its checks.
//!
//! | # | step | on failure, who sees it |
//! |---|---|---|
//! | 1 | `client::identify`: one `client_id`, of an application that exists | the person |
//! | 2 | `redirect_uri::verify`: one `redirect_uri`, registered character by character | the person |
//! | 3 | `response_mode::choose`: a mode that exists | the person |
//! | 4 | `shape::check`: nothing repeated, nothing too long | the client |
//! | 5 | `shape::refuse_unsupported`: no request objects | the client |
//! | 6 | `shape::response_type`: `code` | the client |
//! | 7 | `shape::grant`: the application may use the grant | the client |
//! | 8 | `scope::check`: scopes and resources that exist | the client |
//! | 9 | `pkce::check`: S256, needed of public clients | the client |
//! | 10 | `prompt::check`: `prompt`, `max_age`, hints | the client |
//!
//! From step 3 on every refusal is carried by a [`Respondent`], which only a verified redirect URI can make.
//! Then [`interaction`] says which page is needed, and [`answer`] ends the request.

pub mod answer;
mod client;
pub mod interaction;
mod pkce;
mod prompt;
mod redirect_uri;
mod request;
mod response;
mod response_mode;
mod scope;
mod shape;

use std::sync::Arc;

use admin::KnownApplication;

pub use prompt::Prompts;
pub use redirect_uri::VerifiedRedirectUri;
pub use request::AuthorizationRequest;
pub use response::{AuthorizationResponse, Respondent};
pub use response_mode::ResponseMode;

use crate::{OAuthError, Parameters, Provider};

/// A request of which every parameter has been checked.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The application that asks.
    pub application: Arc<KnownApplication>,
    /// Where its answer goes.
    pub respondent: Respondent,
    /// What it asks for.
    pub request: AuthorizationRequest,
}

/// Why a request is not answered as asked.
#[derive(Debug)]
pub enum Refusal {
    /// Client or redirect URI are not verified: only the person learns of it.
    Person(PersonRefusal),
    /// The client learns of it.
    Client {
        /// Where the answer goes.
        respondent: Respondent,
        /// The application.
        application: Arc<KnownApplication>,
        /// What is wrong.
        error: OAuthError,
    },
    /// The store could not answer before the client was known.
    Store(store::Error),
}

/// What only the person learns of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonRefusal {
    /// No such client, or `client_id` missing or repeated.
    ClientUnknown,
    /// Not one of the registered redirect URIs, or missing or repeated.
    RedirectUriMismatch {
        /// The application.
        application: model::ApplicationId,
        /// What was presented.
        presented: Option<String>,
        /// What is registered, for the operator.
        registered: Vec<String>,
    },
    /// A response mode that does not exist (Core §3.1.2.6 asks for a plain 400).
    ResponseModeUnknown {
        /// The application.
        application: model::ApplicationId,
    },
    /// The parameters cannot be decoded.
    Undecodable,
}

impl PersonRefusal {
    /// Its place in the catalogue.
    pub const fn code(&self) -> fault::Code {
        match self {
            Self::ClientUnknown => fault::Code::ClientUnknown,
            Self::RedirectUriMismatch { .. } => fault::Code::RedirectUriMismatch,
            Self::ResponseModeUnknown { .. } | Self::Undecodable => fault::Code::RequestMalformed,
        }
    }

    /// The application, when the request names one that exists.
    pub const fn application(&self) -> Option<model::ApplicationId> {
        match self {
            Self::RedirectUriMismatch { application, .. } | Self::ResponseModeUnknown { application } => {
                Some(*application)
            }
            Self::ClientUnknown | Self::Undecodable => None,
        }
    }
}

impl Provider {
    /// Checks a request: the table above, row by row.
    pub async fn verify_authorization(&self, parameters: &Parameters) -> Result<Verified, Refusal> {
        let application = client::identify(parameters, &self.directory).await?;
        let redirect_uri = redirect_uri::verify(parameters, &application)?;
        let mode = response_mode::choose(parameters, &application)?;
        let respondent = Respondent::new(redirect_uri, mode, parameters, self.endpoint.issuer());
        match self.verify_for_client(parameters, &application, &respondent) {
            Ok(request) => Ok(Verified { application, respondent, request }),
            Err(error) => Err(Refusal::Client { respondent, application, error }),
        }
    }

    fn verify_for_client(
        &self,
        parameters: &Parameters,
        application: &KnownApplication,
        respondent: &Respondent,
    ) -> Result<AuthorizationRequest, OAuthError> {
        let application = &application.application;
        shape::check(parameters)?;
        shape::refuse_unsupported(parameters)?;
        shape::response_type(parameters)?;
        shape::grant(application)?;
        let (scope, resources) = scope::check(parameters, application, &self.endpoint)?;
        let challenge = pkce::check(parameters, application)?;
        let wishes = prompt::check(parameters)?;
        let hinted_subject = parameters.first("id_token_hint").map(|hint| {
            // A hint that is not ours names nobody: then nobody who is signed in can be meant (C023).
            self.read_hint(hint).map_or_else(String::new, |claims| claims.sub)
        });
        Ok(AuthorizationRequest {
            client_id: application.id,
            redirect_uri: respondent.redirect_uri().as_str().to_owned(),
            response_mode: respondent.mode(),
            state: parameters.first("state").map(str::to_owned),
            scope: scope.to_string(),
            resources,
            nonce: parameters.first("nonce").map(str::to_owned),
            challenge,
            prompts: wishes.prompts,
            max_age: wishes.max_age,
            login_hint: wishes.login_hint,
            ui_locales: wishes.ui_locales,
            hinted_subject,
            register_first: wishes.register_first,
            direct_sign_in: wishes.direct_sign_in,
        })
    }

    /// Checks again that a stored request may still be answered: the application exists and the redirect URI is
    /// registered today.
    pub async fn reverify(&self, request: AuthorizationRequest) -> Result<Verified, Refusal> {
        let application = client::find(request.client_id, &self.directory).await?;
        let redirect_uri = redirect_uri::match_registered(&request.redirect_uri, &application)?;
        let respondent = Respondent::stored(redirect_uri, &request, self.endpoint.issuer());
        Ok(Verified { application, respondent, request })
    }
}
