//! What can be wished of the transport.

use std::fmt;

use super::TokenNames;

/// How tokens travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TransferMethod {
    /// As HttpOnly cookies.
    Cookie,
    /// As `Authorization: Bearer` there, and in response headers back.
    Header,
}

impl TransferMethod {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Cookie, Self::Header];

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Cookie => Self::Header,
            Self::Header => Self::Cookie,
        }
    }
}

/// Which methods are allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MethodSetting {
    /// Both; where a request has both, its header counts.
    #[default]
    Any,
    /// Cookies only.
    Cookie,
    /// Headers only.
    Header,
}

impl MethodSetting {
    /// Whether a method is allowed.
    pub const fn allows(self, method: TransferMethod) -> bool {
        match (self, method) {
            (Self::Any, TransferMethod::Cookie | TransferMethod::Header)
            | (Self::Cookie, TransferMethod::Cookie)
            | (Self::Header, TransferMethod::Header) => true,
            (Self::Cookie, TransferMethod::Header) | (Self::Header, TransferMethod::Cookie) => false,
        }
    }
}

/// How requests with cookies show that no other site forged them. Requests with header tokens need not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AntiCsrf {
    /// Not at all: the cookies' SameSite attribute keeps forged requests away.
    None,
    /// By the presence of the header `rid`, which only scripts can send, and those of other sites only if CORS
    /// lets them.
    ViaCustomHeader,
    /// By repeating the session's random token in the header `anti-csrf`.
    ViaToken,
}

/// From where a browser sends a cookie along (RFC 6265bis §5.6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SameSite {
    /// From the same site, and on navigation from other sites.
    Lax,
    /// From everywhere.
    None,
    /// From the same site.
    Strict,
}

impl fmt::Display for SameSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lax => "Lax",
            Self::None => "None",
            Self::Strict => "Strict",
        })
    }
}

/// What is wished otherwise than by default. `None` means: worked out from [`AppInfo`](super::AppInfo).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportOptions {
    /// The path below which browsers send the access token: `/`.
    pub access_token_path: String,
    /// The guard against forged requests. By default [`AntiCsrf::ViaCustomHeader`] if the cookies are
    /// `SameSite=None`, else [`AntiCsrf::None`].
    pub anti_csrf: Option<AntiCsrf>,
    /// The domain of the cookies; a leading dot is allowed and means nothing to browsers. By default the API's
    /// host alone gets them.
    pub cookie_domain: Option<String>,
    /// By default `None` if API and website differ in registrable domain or scheme, else `Lax`.
    pub cookie_same_site: Option<SameSite>,
    /// Whether browsers keep the cookies to https. By default so if the API is at https.
    pub cookie_secure: Option<bool>,
    /// The method for new sessions. By default the client chooses by its header `st-auth-mode`, and gets
    /// headers if it does not.
    pub create_method: MethodSetting,
    /// Whether scripts get to see the access token of a cookie session, in the response header of the access
    /// token: not by default.
    pub expose_access_token_to_frontend: bool,
    /// The status of answers to sessions whose claims do not suffice: 403.
    pub invalid_claim_status: u16,
    /// Names of cookies and headers.
    pub names: TokenNames,
    /// The cookies' domain before it was changed; empty if they had none. Known, only its cookies are cleared
    /// where a request carries several of one name; else those of every domain the API's host may set.
    pub older_cookie_domain: Option<String>,
    /// The status of answers without a live session: 401. The frontend SDKs have to be told of another.
    pub session_expired_status: u16,
    /// The methods by which tokens are accepted: both.
    pub verify_method: MethodSetting,
}

impl Default for TransportOptions {
    fn default() -> Self {
        Self {
            access_token_path: "/".into(),
            anti_csrf: None,
            cookie_domain: None,
            cookie_same_site: None,
            cookie_secure: None,
            create_method: MethodSetting::Any,
            expose_access_token_to_frontend: false,
            invalid_claim_status: 403,
            names: TokenNames::default(),
            older_cookie_domain: None,
            session_expired_status: 401,
            verify_method: MethodSetting::Any,
        }
    }
}
