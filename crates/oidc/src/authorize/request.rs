//! A verified request, as it is kept with its flow.

use model::ApplicationId;
use serde::{Deserialize, Serialize};

use super::{Prompts, ResponseMode};

/// What an application asks for. It is kept on the server; the browser carries only the id of the flow (C027).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// The client.
    pub client_id: ApplicationId,
    /// Where the answer goes. To be matched again before use.
    pub redirect_uri: String,
    /// How the answer travels.
    pub response_mode: ResponseMode,
    /// The client's own note, returned byte for byte (C007).
    pub state: Option<String>,
    /// The scope.
    pub scope: String,
    /// The resources that access tokens may be for.
    pub resources: Vec<String>,
    /// Bound into the id token.
    pub nonce: Option<String>,
    /// The PKCE challenge.
    pub challenge: Option<String>,
    /// Which pages are wanted.
    pub prompts: Prompts,
    /// How long ago the person may have shown who they are, in seconds.
    pub max_age: Option<u32>,
    /// Who it may be.
    pub login_hint: Option<String>,
    /// The languages of the person, the preferred one first.
    pub ui_locales: Vec<String>,
    /// Whom an `id_token_hint` names; the empty text when the hint was not ours.
    pub hinted_subject: Option<String>,
    /// The registration page is shown first.
    pub register_first: bool,
    /// A way to sign in without the sign-in page, such as `social:google`.
    #[serde(default)]
    pub direct_sign_in: Option<String>,
}

impl AuthorizationRequest {
    /// The target of the provider to which the person is to be sent at once.
    pub fn direct_target(&self) -> Option<&str> {
        self.direct_sign_in.as_deref()?.strip_prefix("social:")
    }

    /// The text kept with the flow.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("a request is a plain structure")
    }

    /// Reads what [`Self::to_text`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}
