//! Our own address. It comes from configuration only, never from a request (C094, C133).

use std::fmt;

use model::is_loopback;
use url::Url;

/// The address under which browsers and clients reach us, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
    text: String,
    issuer: String,
    management_resource: String,
    userinfo_resource: String,
}

/// Why an address cannot be ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the endpoint must be an https: address without a path (http: for the loopback host only), such as https://id.example.com"
)]
pub struct EndpointError;

impl Endpoint {
    /// Reads the configured address.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let url = Url::parse(text).map_err(|_| EndpointError)?;
        let secure = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        if !(secure && bare && anonymous && url.host().is_some()) {
            return Err(EndpointError);
        }
        let text = url.origin().ascii_serialization();
        let issuer = format!("{text}/oidc");
        let management_resource = format!("{text}/api");
        let userinfo_resource = format!("{issuer}/me");
        Ok(Self { url, text, issuer, management_resource, userinfo_resource })
    }

    /// The address: an origin.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address, taken apart.
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// The address of a path of ours.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// The issuer identifier (OpenID Connect Discovery §3).
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The resource indicator of the management API (RFC 8707 §2).
    pub fn management_resource(&self) -> &str {
        &self.management_resource
    }

    /// The audience of access tokens for the userinfo endpoint.
    pub fn userinfo_resource(&self) -> &str {
        &self.userinfo_resource
    }

    /// Whether cookies are `Secure` and carry the `__Host-` prefix: everywhere but on loopback over plain http.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The host name that browsers must use.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Host name and, where it is not the usual one, port: what a person types.
    pub fn authority(&self) -> &str {
        self.text.split_once("//").map_or("", |(_, authority)| authority)
    }

    /// Whether an address leads back to us.
    pub fn owns(&self, url: &Url) -> bool {
        url.origin() == self.url.origin()
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_an_origin_of_ours() {
        let endpoint = Endpoint::parse("https://ID.example.com:443/").unwrap();
        assert_eq!(endpoint.as_str(), "https://id.example.com");
        assert_eq!(endpoint.issuer(), "https://id.example.com/oidc");
        assert_eq!(Endpoint::parse("http://localhost:3001").unwrap().authority(), "localhost:3001");
        assert!(endpoint.owns(&Url::parse("https://id.example.com/x").unwrap()));
        assert!(!endpoint.owns(&Url::parse("http://id.example.com/x").unwrap()));
        assert!(Endpoint::parse("http://localhost:3001").is_ok());
        for wrong in [
            "id.example.com",
            "http://id.example.com",
            "https://id.example.com/path",
            "https://a@b.example",
            "https://b.example/?x",
            "",
        ] {
            assert_eq!(Endpoint::parse(wrong), Err(EndpointError), "{wrong}");
        }
    }
}
