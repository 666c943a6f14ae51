//! An application: in OAuth's words a client, with everything an operator decides about it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{ApplicationId, Recovery, RedirectUri, Support, Timestamp, WebUrl};

/// What an application is, and so how it authenticates (RFC 6749 §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ApplicationKind {
    /// Runs on a server and keeps a secret.
    #[serde(rename = "Traditional", alias = "web")]
    Web,
    /// Runs in a browser: a public client.
    #[serde(rename = "SPA", alias = "spa")]
    Spa,
    /// Is installed on a device: a public client.
    #[serde(rename = "Native", alias = "native")]
    Native,
    /// A program that acts for itself; no person signs in.
    #[serde(rename = "MachineToMachine", alias = "machine-to-machine")]
    MachineToMachine,
}

impl ApplicationKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Web, Self::Spa, Self::Native, Self::MachineToMachine];

    /// The word of the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Spa => "spa",
            Self::Native => "native",
            Self::MachineToMachine => "machine-to-machine",
        }
    }

    /// Whether it can keep a secret (RFC 6749 §2.1, confidential).
    pub const fn is_confidential(self) -> bool {
        match self {
            Self::Web | Self::MachineToMachine => true,
            Self::Spa | Self::Native => false,
        }
    }
}

impl fmt::Display for ApplicationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ApplicationKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            format!("“{text}” is no kind of application: web, spa, native or machine-to-machine")
        })
    }
}

/// The algorithm of an application's id tokens. All of them are published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum IdTokenAlgorithm {
    /// ECDSA with P-256 and SHA-256: quick, and the default.
    #[default]
    ES256,
    /// RSASSA-PKCS1-v1_5 with SHA-256: for clients that know nothing else.
    RS256,
}

/// An application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Its id: the `client_id`.
    pub id: ApplicationId,
    /// Its name, as people see it.
    pub name: String,
    /// What it is.
    pub kind: ApplicationKind,
    /// The registered redirect URIs.
    pub redirect_uris: Vec<RedirectUri>,
    /// Where a person may be sent after signing out.
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Belongs to somebody else than the operator: people are asked before it learns anything.
    pub third_party: bool,
    /// An operator answers for it. One that nobody vouches for never gets an automatic redirect.
    pub vouched: bool,
    /// The resources for which it may ask a token by client_credentials.
    pub resources: Vec<String>,
    /// The algorithm of its id tokens.
    pub id_token_algorithm: IdTokenAlgorithm,
    /// What its unhappy paths lead to.
    pub recovery: Recovery,
    /// Whom people ask for help.
    pub support: Support,
    /// Where a sign-in is begun (OpenID Connect Core §4).
    pub initiate_login_uri: Option<WebUrl>,
    /// Its home page: only ever the target of a button.
    pub client_uri: Option<WebUrl>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Application {
    /// An application with nothing but a name and a kind.
    pub fn named(id: ApplicationId, name: String, kind: ApplicationKind, now: Timestamp) -> Self {
        Self {
            id,
            name,
            kind,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            third_party: false,
            vouched: true,
            resources: Vec::new(),
            id_token_algorithm: IdTokenAlgorithm::default(),
            recovery: Recovery::default(),
            support: Support::default(),
            initiate_login_uri: None,
            client_uri: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether a page from this origin belongs to the application (C127).
    pub fn owns_origin(&self, origin: &str) -> bool {
        self.redirect_uris.iter().any(|uri| uri.origin().as_deref() == Some(origin))
    }
}
