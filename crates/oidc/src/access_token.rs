//! Access tokens: JWTs by RFC 9068, whose `jti` names the grant and the position in its chain.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keys::{Algorithm, TokenType, jwt};
use model::{ApplicationId, ChainId, Timestamp, entropy};
use serde::{Deserialize, Serialize};
use session::rotation::Position;

use crate::token_memory::Remembered;
use crate::{ErrorCode, OAuthError, Provider, Scope};

/// How far clocks may differ (C074, F17).
pub const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

/// The claims of an access token (RFC 9068 §2.2, C076).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessClaims {
    /// Our issuer.
    pub iss: String,
    /// The person, or the client itself.
    pub sub: String,
    /// The resource that the token is for.
    pub aud: String,
    /// The client.
    pub client_id: String,
    /// What it allows.
    pub scope: String,
    /// When it was made.
    pub iat: i64,
    /// When it is over.
    pub exp: i64,
    /// Its name: grant, position and chance; or chance alone when no person is behind it.
    pub jti: String,
}

/// Why an access token is refused. Callers answer `invalid_token` to all; the difference is for logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    /// Not a token of ours.
    #[error(transparent)]
    Jwt(#[from] jwt::JwtError),
    /// For somebody else.
    #[error("the token is for another issuer or audience")]
    WrongAudience,
    /// Over, or not yet begun.
    #[error("the token is over, or not yet valid")]
    Expired,
}

/// What a new access token says.
pub(crate) struct NewAccessToken<'a> {
    pub(crate) subject: String,
    pub(crate) audience: &'a str,
    pub(crate) client: ApplicationId,
    pub(crate) scope: &'a Scope,
    pub(crate) expires_at: Timestamp,
    /// The grant behind it and the refresh token it goes with.
    pub(crate) grant: Option<(ChainId, Position)>,
}

impl Provider {
    /// Signs an access token.
    pub(crate) fn sign_access_token(&self, new: NewAccessToken<'_>) -> Result<String, OAuthError> {
        let chance: [u8; 12] = entropy::draw(&*self.entropy);
        let jti = match new.grant {
            Some((chain, position)) => {
                let generation = position.generation.to_be_bytes();
                let sibling = position.sibling.to_be_bytes();
                URL_SAFE_NO_PAD.encode([chain.as_bytes(), generation.as_slice(), &sibling, &chance].concat())
            }
            None => URL_SAFE_NO_PAD.encode(chance),
        };
        let claims = AccessClaims {
            iss: self.endpoint.issuer().to_owned(),
            sub: new.subject,
            aud: new.audience.to_owned(),
            client_id: new.client.to_string(),
            scope: new.scope.to_string(),
            iat: self.now().as_seconds(),
            exp: new.expires_at.as_seconds(),
            jti,
        };
        let key = self.signing_key(Algorithm::ES256).ok_or_else(key_pending)?;
        Ok(key.sign(TokenType::AccessToken, &claims))
    }

    /// Verifies an access token for an audience. A key that this node does not know may be one that another node has
    /// just made; the store's error is the outer one.
    pub async fn verify_access_token(
        &self,
        token: &str,
        audience: &str,
    ) -> Result<Result<AccessClaims, TokenRefused>, store::Error> {
        match self.verify_with_known_keys(token, audience) {
            Err(TokenRefused::Jwt(jwt::JwtError::UnknownKey)) => {
                self.directory.renew_for_unknown_key(&*self.clock).await?;
                Ok(self.verify_with_known_keys(token, audience))
            }
            verified => Ok(verified),
        }
    }

    fn verify_with_known_keys(&self, token: &str, audience: &str) -> Result<AccessClaims, TokenRefused> {
        let now = self.now();
        let ring = self.directory.ring();
        let recalled = self.seen.recall(token).filter(|known| ring.find(&known.kid, now).is_some());
        let known = if let Some(known) = recalled {
            known
        } else {
            let (kid, claims) = jwt::verify(token, TokenType::AccessToken, &ring, now)?;
            self.seen.remember(token, Remembered { kid, claims })
        };
        let claims = &known.claims;
        // Compared exactly (C077, C078).
        if claims.iss != self.endpoint.issuer() || claims.aud != audience {
            return Err(TokenRefused::WrongAudience);
        }
        if claims.exp <= now.as_seconds() || claims.iat > now.plus(CLOCK_TOLERANCE).as_seconds() {
            return Err(TokenRefused::Expired);
        }
        Ok(claims.clone())
    }
}

impl AccessClaims {
    /// The grant behind the token and the position in its chain, when a person is behind it.
    pub fn grant(&self) -> Option<(ChainId, Position)> {
        let bytes = URL_SAFE_NO_PAD.decode(&self.jti).ok()?;
        let (chain, rest) = bytes.split_first_chunk::<16>()?;
        let (generation, rest) = rest.split_first_chunk::<4>()?;
        let sibling = rest.first_chunk::<4>()?;
        let position =
            Position { generation: u32::from_be_bytes(*generation), sibling: u32::from_be_bytes(*sibling) };
        Some((ChainId::from_bytes(*chain), position))
    }
}

/// No key of the algorithm signs yet: the first one is being made.
pub(crate) fn key_pending() -> OAuthError {
    OAuthError::new(ErrorCode::TemporarilyUnavailable, "the first signing key is being made")
}
