//! Names of cookies and headers.

/// The headers whose names are fixed: the frontend SDKs know them by heart.
pub mod header {
    /// Request: the token that guards against forged requests. Response: a new one.
    pub const ANTI_CSRF: &str = "anti-csrf";
    /// Request: `cookie` or `header`, the method a client wishes for a new session.
    pub const AUTH_MODE: &str = "st-auth-mode";
    /// Request: `Bearer` and a token (RFC 6750 §2.1).
    pub const AUTHORIZATION: &str = "authorization";
    /// Response: which headers a script may read (Fetch Standard, CORS protocol).
    pub const EXPOSE_HEADERS: &str = "access-control-expose-headers";
    /// Request: the versions of the frontend interface that a client speaks.
    pub const FDI_VERSION: &str = "fdi-version";
    /// Response: what a script may know of the session; see [`FrontToken`](crate::transport::FrontToken).
    pub const FRONT_TOKEN: &str = "front-token";
    /// Request: whom a client means to speak to. Its presence shows that a script made the request, which a
    /// form or an image of another site cannot do.
    pub const RID: &str = "rid";
    /// Response: one line a cookie (RFC 6265 §4.1).
    pub const SET_COOKIE: &str = "set-cookie";
}

/// The cookie of sessions from before there was an access token to read: its presence asks for a refresh.
pub(super) const LEGACY_COOKIE: &str = "sIdRefreshToken";

/// The names under which tokens travel. The defaults are those that the frontend SDKs expect: a browser keeps
/// cookies of any name, but only SDKs that are told so read headers of other names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenNames {
    /// The cookie of the access token: `sAccessToken`.
    pub access_cookie: String,
    /// The response header of the access token: `st-access-token`.
    pub access_header: String,
    /// The cookie of the refresh token: `sRefreshToken`.
    pub refresh_cookie: String,
    /// The response header of the refresh token: `st-refresh-token`.
    pub refresh_header: String,
}

impl Default for TokenNames {
    fn default() -> Self {
        Self {
            access_cookie: "sAccessToken".into(),
            access_header: "st-access-token".into(),
            refresh_cookie: "sRefreshToken".into(),
            refresh_header: "st-refresh-token".into(),
        }
    }
}

/// Whether a text may name a cookie or a header: a token (RFC 9110 §5.6.2).
pub(super) fn is_token(name: &str) -> bool {
    let marks = b"!#$%&'*+-.^_`|~";
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || marks.contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tokens() {
        for good in ["sAccessToken", "__Secure-access", "st-access-token"] {
            assert!(is_token(good), "{good}");
        }
        for wrong in ["", "a b", "a=b", "a;b", "a\r\nb", "é", "a:b", "\"a\""] {
            assert!(!is_token(wrong), "{wrong}");
        }
    }
}
