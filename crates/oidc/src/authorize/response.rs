//! The answer to a client, which only a verified redirect URI can carry.

use url::form_urlencoded::Serializer;

use super::{AuthorizationRequest, ResponseMode, VerifiedRedirectUri};
use crate::{OAuthError, Parameters};

/// Answers a client, with success or error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Respondent {
    redirect_uri: VerifiedRedirectUri,
    mode: ResponseMode,
    state: Option<String>,
    issuer: String,
}

/// An answer on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizationResponse {
    /// 303 to this address.
    Redirect(String),
    /// A page that posts these fields to this address.
    FormPost {
        /// Where to.
        action: String,
        /// The fields.
        fields: Vec<(&'static str, String)>,
    },
}

impl Respondent {
    pub(super) fn new(
        redirect_uri: VerifiedRedirectUri,
        mode: ResponseMode,
        parameters: &Parameters,
        issuer: &str,
    ) -> Self {
        // A repeated state is refused in step 4; the refusal then carries none of them.
        let state = parameters.first("state").filter(|_| !parameters.is_repeated("state"));
        Self { redirect_uri, mode, state: state.map(str::to_owned), issuer: issuer.to_owned() }
    }

    pub(super) fn stored(
        redirect_uri: VerifiedRedirectUri,
        request: &AuthorizationRequest,
        issuer: &str,
    ) -> Self {
        Self {
            redirect_uri,
            mode: request.response_mode,
            state: request.state.clone(),
            issuer: issuer.to_owned(),
        }
    }

    /// Where the answer goes.
    pub const fn redirect_uri(&self) -> &VerifiedRedirectUri {
        &self.redirect_uri
    }

    /// How it travels.
    pub const fn mode(&self) -> ResponseMode {
        self.mode
    }

    /// The answer with a code.
    pub fn code(&self, code: &str) -> AuthorizationResponse {
        self.respond(vec![("code", code.to_owned())])
    }

    /// The answer with an error.
    pub fn error(&self, error: &OAuthError) -> AuthorizationResponse {
        self.respond(vec![
            ("error", error.code.as_str().to_owned()),
            ("error_description", error.description.clone().into_owned()),
        ])
    }

    /// Adds `state` byte for byte (C007) and `iss` (RFC 9207 §2, C008).
    fn respond(&self, mut fields: Vec<(&'static str, String)>) -> AuthorizationResponse {
        if let Some(state) = &self.state {
            fields.push(("state", state.clone()));
        }
        fields.push(("iss", self.issuer.clone()));
        let target = self.redirect_uri.as_str();
        match self.mode {
            ResponseMode::FormPost => AuthorizationResponse::FormPost { action: target.to_owned(), fields },
            ResponseMode::Query => {
                let separator = match target.find('?') {
                    None => "?",
                    Some(at) if at + 1 == target.len() => "",
                    Some(_) => "&",
                };
                AuthorizationResponse::Redirect(format!("{target}{separator}{}", encode(&fields)))
            }
            ResponseMode::Fragment => {
                AuthorizationResponse::Redirect(format!("{target}#{}", encode(&fields)))
            }
        }
    }
}

fn encode(fields: &[(&'static str, String)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn respondent(target: &str, mode: ResponseMode, state: Option<&str>) -> Respondent {
        let redirect_uri = super::super::redirect_uri::trusted_in_tests(target);
        Respondent {
            redirect_uri,
            mode,
            state: state.map(str::to_owned),
            issuer: "https://id.example/oidc".into(),
        }
    }

    #[test]
    fn c008_every_answer_names_the_issuer() {
        let error = OAuthError::invalid_request("x");
        for mode in [ResponseMode::Query, ResponseMode::Fragment] {
            for answer in [
                respondent("https://a.example/", mode, None).code("c"),
                respondent("https://a.example/", mode, None).error(&error),
            ] {
                let AuthorizationResponse::Redirect(to) = answer else { panic!("a redirect") };
                assert!(to.ends_with("iss=https%3A%2F%2Fid.example%2Foidc"), "{to}");
            }
        }
        let posted = respondent("https://a.example/", ResponseMode::FormPost, None).error(&error);
        let AuthorizationResponse::FormPost { action, fields } = posted else { panic!("a form") };
        assert_eq!(action, "https://a.example/");
        assert_eq!(fields.last(), Some(&("iss", "https://id.example/oidc".to_owned())));
    }

    #[test]
    fn a_query_of_the_redirect_uri_is_kept() {
        for (target, expected) in [
            ("https://a.example/cb", "https://a.example/cb?code=c&"),
            ("https://a.example/cb?x=1", "https://a.example/cb?x=1&code=c&"),
            ("https://a.example/cb?", "https://a.example/cb?code=c&"),
        ] {
            let AuthorizationResponse::Redirect(to) = respondent(target, ResponseMode::Query, None).code("c")
            else {
                panic!("a redirect")
            };
            assert!(to.starts_with(expected), "{to}");
        }
    }

    proptest! {
        #[test]
        fn c007_state_is_returned_byte_for_byte(state in ".{1,200}") {
            let answer = respondent("https://a.example/cb", ResponseMode::Query, Some(&state)).code("c");
            let AuthorizationResponse::Redirect(to) = answer else { panic!("a redirect") };
            let url = url::Url::parse(&to).unwrap();
            let returned = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
            prop_assert_eq!(returned, state);
        }
    }
}
