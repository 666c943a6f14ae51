//! Step 3: how the answer travels.

use admin::KnownApplication;
use serde::{Deserialize, Serialize};

use super::{PersonRefusal, Refusal};
use crate::Parameters;

/// How the answer travels (OAuth 2.0 Multiple Response Types §2.1, Form Post §2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the fragment of the redirect URI.
    Fragment,
    /// As a form that the browser posts.
    FormPost,
    /// In the query of the redirect URI: the default for codes.
    #[default]
    Query,
}

impl ResponseMode {
    /// The value of `response_mode`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
            Self::Query => "query",
        }
    }
}

/// A mode that exists. Without one nobody knows how to tell the client, so the person is told (Core §3.1.2.6).
/// A repeated one is no known mode either.
pub(super) fn choose(
    parameters: &Parameters,
    application: &KnownApplication,
) -> Result<ResponseMode, Refusal> {
    let modes = [ResponseMode::Query, ResponseMode::Fragment, ResponseMode::FormPost];
    let chosen = match parameters.first("response_mode") {
        None => Some(ResponseMode::default()),
        Some(_) if parameters.is_repeated("response_mode") => None,
        Some(text) => modes.into_iter().find(|mode| mode.as_str() == text),
    };
    let application = application.application.id;
    chosen.ok_or(Refusal::Person(PersonRefusal::ResponseModeUnknown { application }))
}
