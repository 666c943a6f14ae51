//! Tokens on their way to a browser.

use std::fmt;

use model::Timestamp;

use super::Engine;
use crate::access_token::{NewClaims, Remembered};
use crate::error::Error;
use crate::rotation::{Position, RefreshToken, access_expires_at, jittered_lifetime};
use crate::store::SessionRecord;

/// What an access token has besides its claims, at most: header, dots and signature, by the algorithm with the longest.
const TOKEN_OVERHEAD: usize = 480;

/// An access token that was just signed.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedAccess {
    /// The token.
    pub token: String,
    /// Its claims, as the JSON text of an object.
    pub claims: String,
    /// When it is over.
    pub expires_at: Timestamp,
}

impl fmt::Debug for IssuedAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedAccess").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// A refresh token that was just minted, or is said once more.
#[derive(Debug)]
pub struct IssuedRefresh {
    /// The token.
    pub token: RefreshToken,
    /// When its session ends if it is not used.
    pub expires_at: Timestamp,
}

/// What a browser is given.
#[derive(Debug)]
pub struct Tokens {
    /// The access token.
    pub access: IssuedAccess,
    /// The refresh token; `None`: the browser keeps the one it has.
    pub refresh: Option<IssuedRefresh>,
    /// What must come back in the header `anti-csrf`.
    pub anti_csrf: Option<String>,
}

impl Engine {
    /// The tokens of a session as it stands.
    pub(super) fn issue(
        &self,
        session: &SessionRecord,
        refresh: Option<Position>,
        now: Timestamp,
    ) -> Result<Tokens, Error> {
        let lifetime = jittered_lifetime(self.settings.access_lifetime, &*self.entropy);
        let stands = (session.chain.position(), session.chain.confirmed_at.is_some());
        let access = self.sign(session, stands, access_expires_at(&session.chain, now, lifetime), now)?;
        let refresh = refresh.map(|position| IssuedRefresh {
            token: self.refresh_keys.mint(session.chain.id, position, &session.chain.salt),
            expires_at: session.expires_at(),
        });
        Ok(Tokens { access, refresh, anti_csrf: session.anti_csrf.clone() })
    }

    /// Refuses claims that make an access token longer than the settings allow: browsers would drop its cookie, and the
    /// next refresh would find nobody to give the tokens to.
    pub(super) fn fits(&self, session: &SessionRecord) -> Result<(), Error> {
        let claims = self.claims(session, (session.chain.position(), false), self.now(), self.now()).write();
        // Base64 makes four characters of three bytes.
        let size = claims.len().div_ceil(3) * 4 + TOKEN_OVERHEAD;
        let most = self.settings.longest_access_token;
        if size <= most {
            return Ok(());
        }
        Err(Error::Misuse(
            format!("the claims make an access token of {size} bytes, and {most} are allowed").into(),
        ))
    }

    /// Signs an access token that goes with a refresh token: which, and whether that has been seen in use.
    ///
    /// It is remembered as one that was verified: who has just signed it need not do so again when it comes.
    pub(super) fn sign(
        &self,
        session: &SessionRecord,
        (position, confirmed): (Position, bool),
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<IssuedAccess, Error> {
        let key = self.signing.active(now).ok_or(Error::Misuse("no signing key signs yet".into()))?;
        let new = self.claims(session, (position, confirmed), expires_at, now);
        let claims = new.write();
        let token = key.sign_json(keys::TokenType::SessionToken, claims.as_bytes());
        self.memory.remember(Remembered::new(key.shared_kid(), new.as_read(token.as_str().into())));
        Ok(IssuedAccess { token, claims, expires_at: Timestamp::from_seconds(expires_at.as_seconds()) })
    }

    fn claims<'a>(
        &'a self,
        session: &'a SessionRecord,
        (position, confirmed): (Position, bool),
        expires_at: Timestamp,
        now: Timestamp,
    ) -> NewClaims<'a> {
        NewClaims {
            issuer: &self.settings.issuer,
            user: &session.user,
            tenant: &session.tenant,
            handle: session.handle(),
            position,
            confirmed,
            issued_at: now,
            expires_at,
            anti_csrf: session.anti_csrf.as_deref(),
            payload: &session.payload,
        }
    }
}
