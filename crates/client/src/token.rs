//! The token endpoint (OpenID Connect Core §3.1.3 and §12, RFC 6749 §5).

use std::time::Duration;

use form_urlencoded::byte_serialize;
use reqwest::RequestBuilder;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::http::{Answer, Http};
use crate::id_token::Expected;
use crate::metadata::Metadata;
use crate::{
    Client, Code, Credential, ErrorCode, HttpError, IdToken, IdTokenError, ProviderText, Registration,
};

/// What a code is exchanged for.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Opens the provider's userinfo endpoint, or a resource.
    pub access_token: SecretString,
    /// Renews the others, when the provider gives one.
    pub refresh_token: Option<SecretString>,
    /// Who the person is.
    pub id_token: IdToken,
    /// How long the access token is good.
    pub expires_in: Option<Duration>,
    /// What was granted.
    pub scope: String,
}

/// What a refresh token is exchanged for.
#[derive(Clone, Debug)]
pub struct Refreshed {
    /// The new access token.
    pub access_token: SecretString,
    /// Replaces the refresh token that was used. `None`: that one stays good.
    pub refresh_token: Option<SecretString>,
    /// A new id token, when the provider gives one.
    pub id_token: Option<IdToken>,
    /// How long the access token is good.
    pub expires_in: Option<Duration>,
    /// What was granted, when it differs from before.
    pub scope: Option<String>,
}

/// Why there are no tokens.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The provider refused. [`ErrorCode::InvalidGrant`] means: start again.
    #[error("the provider refused: {code}")]
    Refused {
        /// The code of the RFC.
        code: ErrorCode,
        /// Words for developers.
        description: Option<ProviderText>,
    },
    /// The tokens are not of a kind that can be used: no bearer token, or no id token.
    #[error("the provider gave tokens that cannot be used: {0}")]
    Unusable(&'static str),
    /// The id token is not good.
    #[error(transparent)]
    IdToken(#[from] IdTokenError),
    /// The provider gave no usable answer.
    #[error(transparent)]
    Http(#[from] HttpError),
}

impl TokenError {
    /// Whether the provider is down rather than unwilling. Nobody is signed out for that.
    pub const fn is_unavailable(&self) -> bool {
        match self {
            Self::Refused { code: ErrorCode::ServerError | ErrorCode::TemporarilyUnavailable, .. } => true,
            Self::Refused { .. } | Self::Unusable(_) => false,
            Self::IdToken(error) => error.is_unavailable(),
            Self::Http(error) => error.is_unavailable(),
        }
    }
}

/// What a token endpoint gave.
#[derive(Deserialize)]
pub(crate) struct Granted {
    pub(crate) access_token: String,
    pub(crate) token_type: Option<String>,
    expires_in: Option<u64>,
    refresh_token: Option<String>,
    id_token: Option<String>,
    scope: Option<String>,
}

impl Client {
    /// Exchanges a code. The request is sent once: a code that was sent twice is taken for stolen.
    pub async fn exchange(&self, code: Code) -> Result<Tokens, TokenError> {
        let pending = &code.pending;
        let granted = self
            .grant(&[
                ("grant_type", "authorization_code"),
                ("code", code.code.expose_secret()),
                ("redirect_uri", &self.registration.redirect_uri),
                ("code_verifier", &pending.verifier),
            ])
            .await?;
        let text = granted.id_token.ok_or(TokenError::Unusable("there is no id token"))?;
        let expected = Expected {
            client_id: &self.registration.client_id,
            access_token: &granted.access_token,
            nonce: Some(&pending.nonce),
            subject: None,
            max_age: pending.max_age,
        };
        let id_token = self.provider.verify_id_token(&text, expected).await?;
        Ok(Tokens {
            access_token: granted.access_token.into(),
            refresh_token: granted.refresh_token.map(Into::into),
            id_token,
            expires_in: granted.expires_in.map(Duration::from_secs),
            // Left out when it is what was asked for (RFC 6749 §5.1).
            scope: granted.scope.unwrap_or_else(|| pending.scope.clone()),
        })
    }

    /// Exchanges a refresh token. A new id token must be about the same person (Core §12.2).
    pub async fn refresh(&self, refresh_token: &str, subject: &str) -> Result<Refreshed, TokenError> {
        let granted =
            self.grant(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await?;
        let id_token = match &granted.id_token {
            None => None,
            Some(text) => {
                let expected = Expected {
                    client_id: &self.registration.client_id,
                    access_token: &granted.access_token,
                    nonce: None,
                    subject: Some(subject),
                    max_age: None,
                };
                Some(self.provider.verify_id_token(text, expected).await?)
            }
        };
        Ok(Refreshed {
            access_token: granted.access_token.into(),
            refresh_token: granted.refresh_token.map(Into::into),
            id_token,
            expires_in: granted.expires_in.map(Duration::from_secs),
            scope: granted.scope,
        })
    }

    async fn grant(&self, form: &[(&str, &str)]) -> Result<Granted, TokenError> {
        let Metadata { token_endpoint, basic, .. } = &self.provider.metadata;
        let granted = grant(&self.provider.http, token_endpoint, *basic, &self.registration, form).await?;
        if granted.token_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("Bearer")) {
            Ok(granted)
        } else {
            Err(TokenError::Unusable("the access token is no bearer token"))
        }
    }
}

/// Asks a token endpoint. `basic`: it takes a secret by HTTP Basic.
pub(crate) async fn grant(
    http: &Http,
    endpoint: &Url,
    basic: bool,
    registration: &Registration,
    form: &[(&str, &str)],
) -> Result<Granted, TokenError> {
    let endpoint = endpoint.clone();
    let answer = http.send(|client| authenticate(client.post(endpoint), basic, registration, form)).await?;
    if answer.status != 200 {
        return Err(refusal(&answer));
    }
    let members = answer.object()?;
    // Some refuse with the status of a success.
    if !members.contains_key("access_token") && members.contains_key("error") {
        return Err(refusal(&answer));
    }
    Ok(serde_json::from_value(Value::Object(members)).map_err(HttpError::Malformed)?)
}

/// Adds the form and the proof that it comes from us (RFC 6749 §2.3.1).
fn authenticate(
    request: RequestBuilder,
    basic: bool,
    registration: &Registration,
    form: &[(&str, &str)],
) -> RequestBuilder {
    let client_id = registration.client_id.as_str();
    let mut form = form.to_vec();
    let request = match &registration.credential {
        Credential::Public => {
            form.push(("client_id", client_id));
            request
        }
        Credential::Secret(secret) if basic => {
            let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
            request.basic_auth(encode(client_id), Some(encode(secret.expose_secret())))
        }
        Credential::Secret(secret) => {
            form.extend([("client_id", client_id), ("client_secret", secret.expose_secret())]);
            request
        }
    };
    request.form(&form)
}

/// A refusal by the rules (RFC 6749 §5.2), or whatever else the status says.
fn refusal(answer: &Answer) -> TokenError {
    let status = HttpError::Status(answer.status);
    if status.is_unavailable() {
        return status.into();
    }
    let Ok(body) = answer.object() else { return status.into() };
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    match text("error") {
        None => status.into(),
        Some(error) => TokenError::Refused {
            code: ErrorCode::read(error),
            description: text("error_description").map(ProviderText::new),
        },
    }
}
