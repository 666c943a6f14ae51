//! Whether an access token is good.

use std::sync::Arc;

use keys::jwt::JwtError;
use keys::opaque;
use model::Timestamp;

use super::{CsrfToken, Engine};
use crate::SessionHandle;
use crate::access_token::{AccessToken, Remembered, is_ours};
use crate::error::{Error, SessionError};

/// How far clocks may differ, in seconds.
const SKEW: i64 = 60;

/// A good access token.
#[derive(Clone, Debug)]
pub struct Verified {
    known: Arc<Remembered>,
    first_sight: bool,
}

impl Verified {
    /// The token.
    pub fn token(&self) -> &AccessToken {
        &self.known.token
    }

    /// Whether the store should learn that the refresh token of this access token has arrived: call
    /// [`Engine::confirm`], off the path of the request. `true` once for each token in each process.
    pub const fn first_sight(&self) -> bool {
        self.first_sight
    }

    /// The store could not be told; the next sight of the token is a first one again.
    pub fn not_told(&self) {
        self.known.not_told();
    }
}

impl Engine {
    /// Verifies an access token. It costs a look-up when this process made it or verified it before, else a signature; the
    /// store is asked only when the token names a key that is not known, and once a second at most.
    ///
    /// [`SessionError::TryRefreshToken`] when it is not good: the browser should refresh.
    pub async fn verify(&self, token: &str, csrf: CsrfToken<'_>) -> Result<Verified, Error> {
        let now = self.now();
        let known = match self.recall(token, now) {
            Ok(known) => known,
            Err(JwtError::UnknownKey) if self.signing.reload(&*self.store, now).await? => {
                self.recall(token, now).map_err(refused)?
            }
            Err(error) => return Err(refused(error)),
        };
        check(&known.token, csrf, now)?;
        Ok(Verified { first_sight: known.first_sight(), known })
    }

    /// Whether a text has the form of an access token of a session. Whether it is good is another question; this one
    /// tells our tokens from those of other systems that come in the same header.
    pub fn is_ours(&self, token: &str) -> bool {
        self.signing.begins(token, self.now()) || is_ours(token)
    }

    /// The session of an access token that we signed, also of one that is over.
    pub fn handle_of(&self, token: &str) -> Option<SessionHandle> {
        let (_, claims) = self.signing.verify(token, self.now()).ok()?;
        AccessToken::read(token, &claims, &self.settings.issuer).map(|token| token.handle())
    }

    fn recall(&self, token: &str, now: Timestamp) -> Result<Arc<Remembered>, JwtError> {
        let recalled = self.memory.recall(token);
        if let Some(known) = recalled.filter(|known| self.signing.is_published(&known.kid, now)) {
            return Ok(known);
        }
        let (kid, claims) = self.signing.verify(token, now)?;
        let read = AccessToken::read(token, &claims, &self.settings.issuer).ok_or(JwtError::Malformed)?;
        Ok(self.memory.remember(Remembered::new(kid, read)))
    }
}

/// What a good signature does not say.
fn check(token: &AccessToken, csrf: CsrfToken<'_>, now: Timestamp) -> Result<(), SessionError> {
    if !token.names_issuer() {
        return Err(SessionError::try_refresh("the access token is of another issuer"));
    }
    let now = now.as_seconds();
    if token.expires_at().as_seconds() <= now || token.issued_at().as_seconds() > now + SKEW {
        return Err(SessionError::try_refresh("the access token is over"));
    }
    match (csrf, token.anti_csrf()) {
        (CsrfToken::Waived, _) => Ok(()),
        (CsrfToken::Required(Some(given)), Some(expected))
            if opaque::equal(given.as_bytes(), expected.as_bytes()) =>
        {
            Ok(())
        }
        (CsrfToken::Required(_), _) => {
            Err(SessionError::try_refresh("the anti-CSRF token is missing or wrong"))
        }
    }
}

fn refused(error: JwtError) -> Error {
    SessionError::TryRefreshToken { message: error.to_string().into() }.into()
}
