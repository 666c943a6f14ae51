//! Who calls the token endpoint (RFC 6749 §2.3): `client_secret_basic`, `client_secret_post`, or `none`.

use std::sync::Arc;

use admin::{Directory, KnownApplication};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use keys::opaque;
use percent_encoding::percent_decode_str;

use crate::{ErrorCode, OAuthError, Parameters};

/// What a request says about its client.
#[derive(Clone, Default)]
pub struct Credentials {
    /// The id and secret of the `Authorization` header, as sent.
    basic: Option<(String, String)>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.basic.is_some() { "Credentials(basic)" } else { "Credentials(none)" })
    }
}

/// The `Authorization` header is not `Basic` credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the Authorization header cannot be read")]
pub struct MalformedCredentials;

impl Credentials {
    /// Reads the `Authorization` header, if there is one.
    pub fn read(header: Option<&[u8]>) -> Result<Self, MalformedCredentials> {
        let Some(header) = header else { return Ok(Self::default()) };
        let header = std::str::from_utf8(header).map_err(|_| MalformedCredentials)?;
        let (scheme, token) = header.split_once(' ').ok_or(MalformedCredentials)?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return Err(MalformedCredentials);
        }
        let decoded = STANDARD.decode(token.trim()).map_err(|_| MalformedCredentials)?;
        let decoded = String::from_utf8(decoded).map_err(|_| MalformedCredentials)?;
        let (id, secret) = decoded.split_once(':').ok_or(MalformedCredentials)?;
        Ok(Self { basic: Some((id.to_owned(), secret.to_owned())) })
    }

    /// Whether the header was used: a refusal then challenges for it (RFC 6749 §5.2, C041).
    pub const fn uses_header(&self) -> bool {
        self.basic.is_some()
    }

    /// Authenticates the client.
    pub(crate) async fn authenticate(
        &self,
        parameters: &Parameters,
        directory: &Directory,
    ) -> Result<Result<Arc<KnownApplication>, OAuthError>, store::Error> {
        let (id, secret) = match (&self.basic, parameters.first("client_secret")) {
            (Some(_), Some(_)) => {
                let error = OAuthError::invalid_request("the client authenticates in two ways at once");
                return Ok(Err(error));
            }
            (Some((id, secret)), None) => {
                // A `client_id` in the body beside Basic is no second method, but it must be the same (C042).
                if parameters.first("client_id").is_some_and(|given| given != id && given != decoded(id)) {
                    return Ok(Err(OAuthError::invalid_request(
                        "client_id differs from the Authorization header",
                    )));
                }
                (id.as_str(), Some(secret.as_str()))
            }
            (None, secret) => (parameters.first("client_id").unwrap_or_default(), secret),
        };
        let Ok(id) = decoded(id).parse() else { return Ok(Err(refused())) };
        let Some(known) = directory.application(id).await? else { return Ok(Err(refused())) };
        let proven = match (known.application.kind.is_confidential(), secret) {
            (true, Some(secret)) => known.secrets.iter().fold(false, |found, hash| found | is(secret, hash)),
            (true, None) | (false, Some(_)) => false,
            (false, None) => true,
        };
        Ok(if proven { Ok(known) } else { Err(refused()) })
    }
}

/// Whether a secret is the one of a hash: as sent, or form-url-decoded as RFC 6749 §2.3.1 asks. Secrets that we
/// make read the same both ways, so clients that send them raw work too (C043).
fn is(secret: &str, hash: &[u8; 32]) -> bool {
    opaque::equal(&opaque::hash(secret.as_bytes()), hash)
        | opaque::equal(&opaque::hash(decoded(secret).as_bytes()), hash)
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

fn refused() -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClient, "the client could not be authenticated")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn c043_basic_credentials_are_form_url_decoded_and_raw_ones_work_too() {
        let hash = opaque::hash("a:b%c+d é".as_bytes());
        assert!(is("a%3Ab%25c%2Bd+%C3%A9", &hash));
        assert!(is("a:b%c+d é", &hash));
        assert!(!is("a:b", &hash));
    }

    #[test]
    fn c179_a_malformed_header_is_refused() {
        assert!(!Credentials::read(None).unwrap().uses_header());
        assert!(Credentials::read(Some(b"basic YTpi")).unwrap().uses_header());
        for wrong in ["", "Basic", "Basic ", "Basic !!!", "Basic YQ==", "Bearer x", "Basic /w=="] {
            assert!(Credentials::read(Some(wrong.as_bytes())).is_err(), "{wrong}");
        }
        assert!(Credentials::read(Some(&[0xff, b' ', b'x'])).is_err());
    }

    proptest! {
        #[test]
        fn c179_reading_never_panics(header in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = Credentials::read(Some(&header));
        }
    }
}
