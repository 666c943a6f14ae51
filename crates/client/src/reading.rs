//! Asking a provider with an access token, and asking it whether it knows us.

use std::time::SystemTime;

use model::Entropy;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::Url;

use crate::http::Http;
use crate::{Client, Code, ErrorCode, HttpError, OAuthClient, RequestOptions, TokenError};

/// Why a provider does not tell.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The address is not one that may be asked.
    #[error("the address is not one that may be asked")]
    UnusableAddress,
    /// The access token is not good for it (RFC 6750 §3.1).
    #[error("the provider refused the access token")]
    Refused,
    /// The provider gave no usable answer.
    #[error(transparent)]
    Http(#[from] HttpError),
}

pub(crate) async fn read(http: &Http, address: &Url, token: &SecretString) -> Result<Value, ReadError> {
    let (address, token) = (address.clone(), token.expose_secret());
    let answer = http.send(|client| client.get(address).bearer_auth(token)).await?;
    match answer.status {
        200 => Ok(answer.value()?),
        401 | 403 => Err(ReadError::Refused),
        other => Err(HttpError::Status(other).into()),
    }
}

/// Whether a provider knows us: it is asked to exchange a code that nobody was given.
#[derive(Debug)]
pub enum Trial {
    /// It refuses the code, as it must; so it knows who asks.
    Known,
    /// It refuses us.
    Unknown(ErrorCode),
    /// It gave no usable answer.
    Failed(TokenError),
}

impl Trial {
    fn of(error: TokenError) -> Self {
        match error {
            TokenError::Refused {
                code: code @ (ErrorCode::InvalidClient | ErrorCode::UnauthorizedClient),
                ..
            } => Self::Unknown(code),
            TokenError::Refused { .. } => Self::Known,
            other @ (TokenError::Unusable(_) | TokenError::IdToken(_) | TokenError::Http(_)) => {
                Self::Failed(other)
            }
        }
    }
}

impl Client {
    /// How many usable keys the provider publishes, and what it takes the time to be.
    pub async fn published_keys(&self) -> Result<(usize, Option<SystemTime>), HttpError> {
        let address = self.provider.metadata.jwks_uri.clone();
        let answer = self.provider.http.send(|client| client.get(address)).await?;
        if answer.status != 200 {
            return Err(HttpError::Status(answer.status));
        }
        let document = answer.object()?;
        let listed = document.get("keys").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        Ok((listed.iter().filter_map(crate::jwk::Jwk::read).count(), answer.date))
    }

    /// Asks whether the provider knows us.
    pub async fn try_credential(&self, entropy: &dyn Entropy) -> Trial {
        let request = self.authorization_request(&RequestOptions::default(), entropy);
        let pending = request.expect("the default options are in order").pending;
        match self.exchange(Code::made_up(pending)).await {
            Ok(_) => Trial::Known,
            Err(error) => Trial::of(error),
        }
    }
}

impl OAuthClient {
    /// Asks whether the provider knows us.
    pub async fn try_credential(&self, entropy: &dyn Entropy) -> Trial {
        let request = self.authorization_request(&RequestOptions::default(), entropy);
        let pending = request.expect("the default options are in order").pending;
        match self.exchange(Code::made_up(pending)).await {
            Ok(_) => Trial::Known,
            Err(error) => Trial::of(error),
        }
    }
}
