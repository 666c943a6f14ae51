//! Id tokens: believed only after every check (OpenID Connect Core §3.1.3.7, RFC 8725).

mod claims;
mod header;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keys::opaque;
use secrecy::SecretString;

pub use claims::IdClaims;

use crate::client::Provider;
use crate::jwk::Algorithm;
use crate::key_set::Choice;
use crate::{HttpError, issuer, strict_json};
use header::Header;

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 16_384;
/// How far clocks may differ, in seconds (C074).
const SKEW: i64 = 60;

/// An id token that was verified.
#[derive(Clone, Debug)]
pub struct IdToken {
    /// What it says.
    pub claims: IdClaims,
    /// The token itself, for `id_token_hint`.
    pub text: SecretString,
}

/// Why an id token is refused. The difference is for logs.
#[derive(Debug, thiserror::Error)]
pub enum IdTokenError {
    /// Not three strict base64url parts, two of them JSON objects without duplicate members; or too long.
    #[error("the id token is not a well-formed JWT")]
    Malformed,
    /// A header brings its own key, or an extension that is not understood.
    #[error("the header of the id token is not acceptable")]
    ForeignHeader,
    /// It is another kind of token.
    #[error("the token is not an id token")]
    WrongType,
    /// The algorithm is not the one of the key, or not one of ours.
    #[error("the id token is signed with an algorithm that is not accepted")]
    WrongAlgorithm,
    /// The provider publishes no such key.
    #[error("the id token names a key that the provider does not publish")]
    UnknownKey,
    /// The signature does not verify.
    #[error("the signature of the id token does not verify")]
    WrongSignature,
    /// A claim is missing or of the wrong type.
    #[error("the claim {0} is missing or of the wrong type")]
    MalformedClaim(&'static str),
    /// It comes from another provider.
    #[error("the id token is from another issuer")]
    WrongIssuer,
    /// It is for another application.
    #[error("the id token is for another application")]
    WrongAudience,
    /// It is over.
    #[error("the id token has expired")]
    Expired,
    /// It is from the future.
    #[error("the id token is not yet valid")]
    NotYetValid,
    /// It answers another request.
    #[error("the id token belongs to another request")]
    WrongNonce,
    /// It goes with another access token.
    #[error("the id token belongs to another access token")]
    WrongAccessToken,
    /// It is about somebody else than before.
    #[error("the id token is about somebody else")]
    WrongSubject,
    /// The person signed in longer ago than was asked for.
    #[error("the sign-in is longer ago than the application accepts")]
    StaleSignIn,
    /// The keys could not be read.
    #[error("the provider's keys could not be read")]
    Keys(#[from] HttpError),
}

impl IdTokenError {
    /// Whether the same request may succeed later.
    pub const fn is_unavailable(&self) -> bool {
        match self {
            Self::Keys(error) => error.is_unavailable(),
            Self::Malformed
            | Self::ForeignHeader
            | Self::WrongType
            | Self::WrongAlgorithm
            | Self::UnknownKey
            | Self::WrongSignature
            | Self::MalformedClaim(_)
            | Self::WrongIssuer
            | Self::WrongAudience
            | Self::Expired
            | Self::NotYetValid
            | Self::WrongNonce
            | Self::WrongAccessToken
            | Self::WrongSubject
            | Self::StaleSignIn => false,
        }
    }
}

/// What a token has to fit.
#[derive(Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) access_token: &'a str,
    /// Of the request; after a refresh there is none (Core §12.2).
    pub(crate) nonce: Option<&'a str>,
    /// Of the earlier token, after a refresh.
    pub(crate) subject: Option<&'a str>,
    /// In seconds.
    pub(crate) max_age: Option<u64>,
}

impl Provider {
    /// Verifies an id token: first who signed it, then what it says.
    pub(crate) async fn verify_id_token(
        &self,
        token: &str,
        expected: Expected<'_>,
    ) -> Result<IdToken, IdTokenError> {
        let parts = Parts::read(token)?;
        let header = Header::read(&parts.header)?;
        let metadata = &self.metadata;
        let now = self.now();
        let found =
            self.keys.find(header.kid.as_deref(), header.algorithm, &metadata.jwks_uri, &self.http, now);
        let key = match found.await? {
            Choice::Key(key) => key,
            Choice::OtherAlgorithm => return Err(IdTokenError::WrongAlgorithm),
            Choice::Unknown => return Err(IdTokenError::UnknownKey),
        };
        if !key.verifies(parts.message, &parts.signature) {
            return Err(IdTokenError::WrongSignature);
        }
        let members = strict_json::object(&parts.claims).map_err(|_| IdTokenError::Malformed)?;
        let (claims, bindings) = IdClaims::read(members)?;
        check_claims(&claims, &metadata.issuer, expected, now.as_seconds())?;
        if !issuer::admits_key(&metadata.issuer, key.issuer.as_deref(), &claims.iss, claims.text("tid")) {
            return Err(IdTokenError::WrongIssuer);
        }
        check_bindings(&bindings, expected, header.algorithm)?;
        Ok(IdToken { claims, text: token.to_owned().into() })
    }
}

fn check_claims(
    claims: &IdClaims,
    issuer: &str,
    expected: Expected<'_>,
    now: i64,
) -> Result<(), IdTokenError> {
    if !issuer::admits(issuer, &claims.iss, claims.text("tid")) {
        return Err(IdTokenError::WrongIssuer);
    }
    let client_id = expected.client_id;
    let ours = claims.aud.iter().any(|audience| audience == client_id);
    // A token for several must say that it was made for us; one that says it was made for another is not ours.
    let presenter = match &claims.azp {
        Some(presenter) => presenter == client_id,
        None => claims.aud.len() == 1,
    };
    if !(ours && presenter) {
        return Err(IdTokenError::WrongAudience);
    }
    if claims.exp.saturating_add(SKEW) <= now {
        return Err(IdTokenError::Expired);
    }
    if claims.iat > now + SKEW || claims.nbf.is_some_and(|start| start > now + SKEW) {
        return Err(IdTokenError::NotYetValid);
    }
    if expected.subject.is_some_and(|subject| subject != claims.sub) {
        return Err(IdTokenError::WrongSubject);
    }
    if let Some(max_age) = expected.max_age {
        let signed_in = claims.auth_time.ok_or(IdTokenError::MalformedClaim("auth_time"))?;
        let oldest = now.saturating_sub(i64::try_from(max_age).unwrap_or(i64::MAX)).saturating_sub(SKEW);
        if signed_in < oldest {
            return Err(IdTokenError::StaleSignIn);
        }
    }
    Ok(())
}

fn check_bindings(
    bindings: &claims::Bindings,
    expected: Expected<'_>,
    algorithm: Algorithm,
) -> Result<(), IdTokenError> {
    if let Some(nonce) = expected.nonce {
        let given = bindings.nonce.as_deref().unwrap_or_default();
        if !opaque::equal(given.as_bytes(), nonce.as_bytes()) {
            return Err(IdTokenError::WrongNonce);
        }
    }
    if let Some(hash) = &bindings.at_hash
        && *hash != algorithm.left_half_hash(expected.access_token.as_bytes())
    {
        return Err(IdTokenError::WrongAccessToken);
    }
    Ok(())
}

/// The parts of a compact JWT (RFC 7515 §7.1), decoded strictly (C082).
struct Parts<'a> {
    message: &'a [u8],
    header: Vec<u8>,
    claims: Vec<u8>,
    signature: Vec<u8>,
}

impl<'a> Parts<'a> {
    fn read(token: &'a str) -> Result<Self, IdTokenError> {
        let short = (token.len() <= LONGEST).then_some(token).ok_or(IdTokenError::Malformed)?;
        let (message, signature) = short.rsplit_once('.').ok_or(IdTokenError::Malformed)?;
        let (header, claims) = message.split_once('.').ok_or(IdTokenError::Malformed)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| IdTokenError::Malformed);
        Ok(Self {
            message: message.as_bytes(),
            header: decode(header)?,
            // A further dot is no base64url, so more than three parts end here.
            claims: decode(claims)?,
            signature: decode(signature)?,
        })
    }
}
