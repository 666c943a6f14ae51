//! What a provider knows the application by.

use std::fmt;

use secrecy::SecretString;

/// What a provider knows the application by.
#[derive(Clone)]
pub struct Registration {
    /// The client id.
    pub client_id: String,
    /// How the application proves itself.
    pub credential: Credential,
    /// Where the provider sends people back to: exactly as it is registered.
    pub redirect_uri: String,
}

/// How an application proves itself at the token endpoint.
#[derive(Clone)]
pub enum Credential {
    /// It cannot: a public client, protected by PKCE alone.
    Public,
    /// A secret, by HTTP Basic where the provider takes it, else in the body (RFC 6749 §2.3.1).
    Secret(SecretString),
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration")
            .field("client_id", &self.client_id)
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "Public",
            Self::Secret(_) => "Secret(…)",
        })
    }
}
