//! What a provider says about itself (OpenID Connect Discovery §3 and §4).

use model::WebUrl;
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use crate::HttpError;

/// Why a provider cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// The issuer is not an https: address (http: for the loopback host only), or has a query or a fragment.
    #[error(
        "the issuer must be an https: address without query and fragment (http: for the loopback host only)"
    )]
    MalformedIssuer,
    /// The document names another issuer than the one that was asked for (Discovery §4.3).
    #[error("the provider calls itself by another name than the issuer that was asked for")]
    WrongIssuer,
    /// An address in the document is missing, or not one that may be asked.
    #[error("the provider's {0} is missing or not acceptable")]
    UnusableEndpoint(&'static str),
    /// The provider takes none of the ways in which a secret can be shown.
    #[error("the provider takes a client secret neither by Basic nor in the body")]
    NoAuthenticationMethod,
    /// The document has the wrong shape.
    #[error("the provider's configuration cannot be read")]
    Malformed(#[source] serde_json::Error),
    /// The document could not be read.
    #[error(transparent)]
    Http(#[from] HttpError),
}

impl DiscoverError {
    /// Whether the same request may succeed later.
    pub const fn is_unavailable(&self) -> bool {
        match self {
            Self::Http(error) => error.is_unavailable(),
            Self::MalformedIssuer
            | Self::WrongIssuer
            | Self::UnusableEndpoint(_)
            | Self::NoAuthenticationMethod
            | Self::Malformed(_) => false,
        }
    }
}

/// The document, checked.
#[derive(Debug)]
pub(crate) struct Metadata {
    pub(crate) issuer: String,
    pub(crate) authorization_endpoint: Url,
    pub(crate) token_endpoint: Url,
    pub(crate) jwks_uri: Url,
    pub(crate) userinfo_endpoint: Option<Url>,
    pub(crate) end_session_endpoint: Option<Url>,
    /// Every answer of the authorization endpoint names the issuer (RFC 9207 §3).
    pub(crate) names_issuer: bool,
    /// The token endpoint takes a secret by HTTP Basic.
    pub(crate) basic: bool,
    /// The token endpoint takes a secret in the body.
    pub(crate) post: bool,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    jwks_uri: Option<String>,
    userinfo_endpoint: Option<String>,
    end_session_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// The address of the document, and whether it is asked over TLS.
pub(crate) fn address(issuer: &str) -> Result<(Url, bool), DiscoverError> {
    let parsed = WebUrl::parse(issuer).map_err(|_| DiscoverError::MalformedIssuer)?;
    if issuer.contains(['?', '#']) {
        return Err(DiscoverError::MalformedIssuer);
    }
    let text = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let url = Url::parse(&text).map_err(|_| DiscoverError::MalformedIssuer)?;
    Ok((url, parsed.as_url().scheme() == "https"))
}

impl Metadata {
    /// Reads the document of an issuer.
    pub(crate) fn read(issuer: &str, document: Map<String, Value>) -> Result<Self, DiscoverError> {
        let document: Document =
            serde_json::from_value(Value::Object(document)).map_err(DiscoverError::Malformed)?;
        // Compared as text, never as addresses (C078).
        if document.issuer != issuer {
            return Err(DiscoverError::WrongIssuer);
        }
        let https = issuer.starts_with("https:");
        let read = |name, text: &str| endpoint(https, text).ok_or(DiscoverError::UnusableEndpoint(name));
        let needed = |name, text: Option<String>| read(name, text.as_deref().unwrap_or_default());
        let optional = |name, text: Option<String>| text.as_deref().map(|text| read(name, text)).transpose();
        let methods = document.token_endpoint_auth_methods_supported;
        let takes = |method: &str| {
            methods.as_deref().is_some_and(|methods| methods.iter().any(|known| known == method))
        };
        Ok(Self {
            authorization_endpoint: needed("authorization_endpoint", document.authorization_endpoint)?,
            token_endpoint: needed("token_endpoint", document.token_endpoint)?,
            jwks_uri: needed("jwks_uri", document.jwks_uri)?,
            userinfo_endpoint: optional("userinfo_endpoint", document.userinfo_endpoint)?,
            end_session_endpoint: optional("end_session_endpoint", document.end_session_endpoint)?,
            names_issuer: document.authorization_response_iss_parameter_supported,
            // Where nothing is said, Basic is meant (Discovery §3).
            basic: methods.is_none() || takes("client_secret_basic"),
            post: takes("client_secret_post"),
            issuer: document.issuer,
        })
    }
}

/// An address that may be asked. A provider on the network never leads to this machine, nor into the clear.
pub(crate) fn endpoint(https: bool, text: &str) -> Option<Url> {
    let url = WebUrl::parse(text).ok()?.as_url().clone();
    let fits = url.fragment().is_none() && (!https || url.scheme() == "https");
    fits.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ISSUER: &str = "https://id.example/oidc";

    fn document() -> Value {
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://id.example/oidc/auth?tenant=a",
            "token_endpoint": "https://id.example/oidc/token",
            "jwks_uri": "https://keys.example/jwks",
        })
    }

    fn read(document: &Value) -> Result<Metadata, DiscoverError> {
        Metadata::read(ISSUER, document.as_object().unwrap().clone())
    }

    #[test]
    fn the_issuer_is_compared_exactly() {
        assert!(read(&document()).is_ok());
        for other in ["https://id.example/oidc/", "https://ID.example/oidc", "https://id.example", ""] {
            let mut document = document();
            document["issuer"] = other.into();
            assert!(matches!(read(&document), Err(DiscoverError::WrongIssuer)), "{other}");
        }
    }

    #[test]
    fn c033_an_endpoint_neither_leads_into_the_clear_nor_to_this_machine() {
        for name in ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"] {
            for wrong in
                ["http://id.example/x", "http://localhost/x", "file:///etc/passwd", "https://a@b/", ""]
            {
                let mut document = document();
                document[name] = wrong.into();
                let error = read(&document).unwrap_err();
                assert!(matches!(error, DiscoverError::UnusableEndpoint(at) if at == name), "{name} {wrong}");
            }
        }
    }

    #[test]
    fn only_web_addresses_are_issuers() {
        assert_eq!(address("https://a.example/").unwrap().0.path(), "/.well-known/openid-configuration");
        assert_eq!(address(ISSUER).unwrap().0.path(), "/oidc/.well-known/openid-configuration");
        assert!(!address("http://localhost:3001/oidc").unwrap().1);
        for wrong in ["http://id.example", "https://id.example/?x", "https://id.example/#x", "id.example", ""]
        {
            assert!(matches!(address(wrong), Err(DiscoverError::MalformedIssuer)), "{wrong}");
        }
    }
}
