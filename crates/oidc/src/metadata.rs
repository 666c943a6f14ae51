//! The discovery document (OpenID Connect Discovery §3, RFC 8414 §2): only what is true.

use admin::Endpoint;
use serde_json::{Value, json};

use crate::scope;

/// Paths below the endpoint.
pub mod path {
    /// The authorization endpoint.
    pub const AUTHORIZE: &str = "/oidc/auth";
    /// The token endpoint.
    pub const TOKEN: &str = "/oidc/token";
    /// The userinfo endpoint.
    pub const USERINFO: &str = "/oidc/me";
    /// The JWK set.
    pub const JWKS: &str = "/oidc/jwks";
    /// RP-initiated logout.
    pub const END_SESSION: &str = "/oidc/session/end";
    /// Where its page posts to.
    pub const END_SESSION_CONFIRM: &str = "/oidc/session/end/confirm";
    /// Discovery, in the form of OpenID Connect.
    pub const DISCOVERY: &str = "/oidc/.well-known/openid-configuration";
    /// Discovery, in the form of RFC 8414 §3.1, with the issuer's path inserted.
    pub const DISCOVERY_RFC8414: &str = "/.well-known/oauth-authorization-server/oidc";
}

/// The document.
pub fn document(endpoint: &Endpoint) -> Value {
    json!({
        "issuer": endpoint.issuer(),
        "authorization_endpoint": endpoint.at(path::AUTHORIZE),
        "token_endpoint": endpoint.at(path::TOKEN),
        "userinfo_endpoint": endpoint.at(path::USERINFO),
        "jwks_uri": endpoint.at(path::JWKS),
        "end_session_endpoint": endpoint.at(path::END_SESSION),
        "scopes_supported": scope::KNOWN,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "sid", "name", "username",
            "preferred_username", "email", "email_verified", "phone_number", "phone_number_verified",
            "created_at", "updated_at", "organizations", "organization_roles",
        ],
        "prompt_values_supported": ["none", "login", "consent", "select_account", "create"],
        "ui_locales_supported": ["en", "zh-CN"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c093_the_issuer_is_the_configured_one() {
        let document = document(&Endpoint::parse("https://id.example.com").unwrap());
        assert_eq!(document["issuer"], "https://id.example.com/oidc");
        assert!(path::DISCOVERY.starts_with("/oidc/"), "the document lies below the issuer");
    }

    #[test]
    fn c087_rs256_is_available_for_id_tokens() {
        let document = document(&Endpoint::parse("https://id.example.com").unwrap());
        assert!(
            document["id_token_signing_alg_values_supported"].as_array().unwrap().contains(&"RS256".into())
        );
    }
}
