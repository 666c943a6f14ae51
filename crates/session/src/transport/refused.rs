//! Why a transport cannot be.

/// A wish of [`TransportOptions`](super::TransportOptions) that no browser or no SDK could work with: the
/// operator's mistake, found at start. Each names its field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// A domain that does not parse.
    #[error("{field}: “{given}” is not a domain, such as .example.com")]
    Domain {
        /// The field.
        field: &'static str,
        /// What was given.
        given: String,
    },
    /// A domain for which browsers keep no cookie of the API's host (RFC 6265 §5.3, steps 5 and 6).
    #[error("{field}: “{domain}” is neither the API's host nor a domain above it that is the owner's alone")]
    DomainForeign {
        /// The field.
        field: &'static str,
        /// The domain.
        domain: String,
    },
    /// Cookies to be sent from other sites, without Secure: browsers drop them.
    #[error(
        "cookie_secure: API and website are different sites, so the cookies need SameSite=None, which browsers \
         keep only if they are Secure: put the API at https"
    )]
    Insecure,
    /// A name that is none.
    #[error("names.{field}: “{given}” cannot name a cookie or a header")]
    Name {
        /// The field.
        field: &'static str,
        /// What was given.
        given: String,
    },
    /// A prefix whose promise the cookie does not keep, so that browsers drop it (RFC 6265bis §4.1.3).
    #[error("names.{field}: browsers drop a cookie “{given}” with its domain, path and Secure")]
    NamePrefix {
        /// The field.
        field: &'static str,
        /// What was given.
        given: String,
    },
    /// Two tokens under one name.
    #[error("names: “{given}” names two of them")]
    NameTwice {
        /// The name.
        given: String,
    },
    /// The older domain is the one in use: clearing its cookies would sign people out.
    #[error("older_cookie_domain: it is the same as cookie_domain")]
    OlderDomainInUse,
    /// A path that is none.
    #[error("access_token_path: “{given}” is not a path, such as /")]
    Path {
        /// What was given.
        given: String,
    },
    /// A status that is no error.
    #[error("{field}: {given} is not the status of an error, 400 to 599")]
    Status {
        /// The field.
        field: &'static str,
        /// What was given.
        given: u16,
    },
    /// One status for two things that a client has to tell apart.
    #[error("invalid_claim_status: it must differ from session_expired_status")]
    StatusTwice,
}
