//! The way back from the provider (OpenID Connect Core §3.1.2.5, RFC 9207).

use std::fmt;

use keys::opaque;
use secrecy::SecretString;

use crate::{Client, ErrorCode, Pending, ProviderText};

/// The longest query that is looked at, in bytes.
const LONGEST: usize = 16_384;

/// The parameters that are read. Others are ignored (RFC 6749 §4.1.2); none of these may appear twice.
const READ: [&str; 5] = ["code", "error", "error_description", "iss", "state"];

/// Why an answer leads to no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// The provider, or the person, said no.
    #[error("the provider refused: {code}")]
    Refused {
        /// The code of the RFC.
        code: ErrorCode,
        /// Words for developers.
        description: Option<ProviderText>,
    },
    /// The answer has neither a code nor an error, or a parameter appears twice, or it is too long.
    #[error("the answer is not one that a provider may give")]
    Malformed,
    /// The answer belongs to another request, or to another browser.
    #[error("the answer belongs to another request")]
    WrongState,
    /// The answer comes from another provider, or does not say from which (RFC 9207 §2.4).
    #[error("the answer comes from another provider")]
    WrongIssuer,
}

impl CallbackError {
    /// Whether the same request may succeed later.
    pub const fn is_unavailable(&self) -> bool {
        match self {
            Self::Refused { code: ErrorCode::ServerError | ErrorCode::TemporarilyUnavailable, .. } => true,
            Self::Refused { .. } | Self::Malformed | Self::WrongState | Self::WrongIssuer => false,
        }
    }
}

/// An authorization code, with what proves that it is ours. It can be exchanged once, so it cannot be cloned.
pub struct Code {
    pub(crate) code: SecretString,
    pub(crate) pending: Pending,
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// The state that an answer names, to find its [`Pending`]. It is a claim until [`Client::callback`] has compared
/// it.
pub fn state_of(query: &str) -> Option<String> {
    Parameters::read(query)?.take("state")
}

impl Client {
    /// Reads the answer: the query of the redirect, or the body of a form post.
    pub fn callback(&self, query: &str, pending: &Pending) -> Result<Code, CallbackError> {
        let metadata = &self.provider.metadata;
        read(query, pending, |issuer| match issuer {
            Some(issuer) => issuer == metadata.issuer,
            None => !metadata.names_issuer,
        })
    }
}

/// Reads an answer to a request. `from` says whether it may come from this issuer, or from one that it does not name.
pub(crate) fn read(
    query: &str,
    pending: &Pending,
    from: impl FnOnce(Option<&str>) -> bool,
) -> Result<Code, CallbackError> {
    let mut parameters = Parameters::read(query).ok_or(CallbackError::Malformed)?;
    let state = parameters.take("state").unwrap_or_default();
    if !opaque::equal(state.as_bytes(), pending.state.as_bytes()) {
        return Err(CallbackError::WrongState);
    }
    if !from(parameters.take("iss").as_deref()) {
        return Err(CallbackError::WrongIssuer);
    }
    match (parameters.take("error"), parameters.take("code")) {
        (Some(error), None) => {
            let description = parameters.take("error_description");
            let description = description.map(|text| ProviderText::new(&text));
            Err(CallbackError::Refused { code: ErrorCode::read(&error), description })
        }
        (None, Some(code)) => Ok(Code { code: code.into(), pending: pending.clone() }),
        (None, None) | (Some(_), Some(_)) => Err(CallbackError::Malformed),
    }
}

impl Code {
    /// A code that nobody was given: to learn whether a provider knows the client.
    pub(crate) fn made_up(pending: Pending) -> Self {
        Self { code: "onward-asks-whether-it-is-known".into(), pending }
    }
}

/// The parameters of an answer.
struct Parameters([Option<String>; READ.len()]);

impl Parameters {
    fn read(query: &str) -> Option<Self> {
        if query.len() > LONGEST {
            return None;
        }
        let mut values = [const { None }; READ.len()];
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let Some(at) = READ.iter().position(|known| *known == name) else { continue };
            if values[at].replace(value.into_owned()).is_some() {
                return None;
            }
        }
        Some(Self(values))
    }

    /// A parameter; an empty one counts as absent (RFC 6749 §3.1).
    fn take(&mut self, name: &str) -> Option<String> {
        let at = READ.iter().position(|known| *known == name)?;
        self.0[at].take().filter(|value| !value.is_empty())
    }
}
