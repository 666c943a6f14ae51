//! The page that asks whether an application may have what it asks for.

use askama::Template;

use crate::{Frame, inline};

/// Asks whether an application may have what it asks for. Posted to `/consent` with `decision=allow` or `deny`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/consent.html")]
pub struct ConsentPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The id of the flow, carried in a hidden field.
    pub flow: &'a str,
    /// The name of the application. It chose the name itself unless somebody vouches for it.
    pub application: &'a str,
    /// The host that the person is sent to afterwards.
    pub host: &'a str,
    /// Whom the page speaks to, as they know themselves here.
    pub person: &'a str,
    /// What the application asks for.
    pub scopes: Vec<ScopeText<'a>>,
    /// Whether an operator knows the application; if not, the page says so.
    pub vouched: bool,
}

/// Something an application asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeText<'a> {
    /// `openid`: to recognise the person.
    OpenId,
    /// `profile`: their name.
    Profile,
    /// `email`: their address.
    Email,
    /// `phone`: their telephone number.
    Phone,
    /// `offline_access`: to act while they are away.
    OfflineAccess,
    /// `urn:logto:scope:organizations`: what they belong to.
    Organizations,
    /// `urn:logto:scope:organization_roles`: in which roles.
    OrganizationRoles,
    /// Any other, shown by its name.
    Other(&'a str),
}

impl ConsentPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }
}

impl<'a> ScopeText<'a> {
    const fn key(&self) -> &'static str {
        match self {
            Self::OpenId => "scope.openid",
            Self::Profile => "scope.profile",
            Self::Email => "scope.email",
            Self::Phone => "scope.phone",
            Self::OfflineAccess => "scope.offline-access",
            Self::Organizations => "scope.organizations",
            Self::OrganizationRoles => "scope.organization-roles",
            Self::Other(_) => "scope.other",
        }
    }

    /// The scope as the application wrote it, where we have no words for it.
    const fn name(&self) -> &'a str {
        match self {
            Self::Other(name) => name,
            Self::OpenId
            | Self::Profile
            | Self::Email
            | Self::Phone
            | Self::OfflineAccess
            | Self::Organizations
            | Self::OrganizationRoles => "",
        }
    }
}
