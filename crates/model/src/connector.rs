//! A connector: a sign-in provider of somebody else, as an operator has set it up.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ConnectorId, EmailAddress, Timestamp};

macro_rules! kinds {
    ($($(#[$doc:meta])+ $name:ident = $text:literal;)+) => {
        /// Which provider. The text form is the field's own name of it and never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ProviderKind {
            $($(#[$doc])+ #[serde(rename = $text)] $name,)+
        }

        impl ProviderKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The text form.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

kinds! {
    /// Sign in with Apple.
    Apple = "apple-universal";
    /// Discord.
    Discord = "discord-universal";
    /// Facebook.
    Facebook = "facebook-universal";
    /// GitHub.
    GitHub = "github-universal";
    /// GitLab, theirs or one's own.
    GitLab = "gitlab-universal";
    /// Google.
    Google = "google-universal";
    /// LinkedIn.
    LinkedIn = "linkedin-universal";
    /// Microsoft Entra ID.
    Microsoft = "azuread-universal";
    /// Any provider of OAuth 2.0 that tells who the person is at an address of its own.
    OAuth2 = "oauth2";
    /// Any OpenID Provider, by discovery.
    OpenId = "oidc";
    /// Slack.
    Slack = "slack-universal";
    /// X.
    X = "x-universal";
}

impl fmt::Display for ProviderKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A provider that an operator has set up. Its secret is kept apart, sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connector {
    /// Its id: the last part of the callback's address, so that each connector has its own (C173).
    pub id: ConnectorId,
    /// Which provider it is.
    pub provider: ProviderKind,
    /// What applications call it: `direct_sign_in=social:<target>`. Unique.
    pub target: String,
    /// What people call it.
    pub name: String,
    /// What the provider knows us by.
    pub client_id: String,
    /// What else the provider needs.
    pub settings: ConnectorSettings,
    /// Whether people may use it.
    pub enabled: bool,
    /// The e-mail domains of which the operator believes this provider (C169).
    pub trusted_domains: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What a provider needs besides the client id; which of it, the provider decides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConnectorSettings {
    /// Another scope than the provider's usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The issuer of an OpenID Provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Microsoft: the tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// Apple: the team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_id: Option<String>,
    /// Apple: the id of the private key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// OAuth 2.0: where the browser is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_endpoint: Option<String>,
    /// OAuth 2.0: where a code is exchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint: Option<String>,
    /// OAuth 2.0: where it tells who the person is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_info_endpoint: Option<String>,
    /// OAuth 2.0: what the members of that answer are called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_map: Option<ProfileMap>,
}

/// Where a provider writes what about the person. A name with dots leads into objects: `data.id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProfileMap {
    /// The person's id at the provider.
    pub id: String,
    /// What they are called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the provider has verified it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<String>,
}

impl Connector {
    /// Whether the operator believes this provider about the owner of an address: only for the very domain.
    pub fn is_trusted_for(&self, address: &EmailAddress) -> bool {
        let domain = address.as_str().rsplit_once('@').map(|(_, domain)| domain);
        domain.is_some_and(|domain| self.trusted_domains.iter().any(|trusted| trusted == domain))
    }
}
