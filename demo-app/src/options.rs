//! What the sample application is told when it starts.

use std::fmt;
use std::path::PathBuf;

/// What the sample application is told when it starts.
#[derive(Clone)]
pub struct DemoOptions {
    /// The issuer: `http://localhost:3001/oidc`.
    pub issuer: String,
    /// The address of the server, without a trailing slash: `http://localhost:3001`.
    pub endpoint: String,
    /// The application's id at the provider.
    pub client_id: String,
    /// The application's secret.
    pub client_secret: String,
    /// The application's own address, without a trailing slash: `http://localhost:3000`.
    pub base_url: String,
    /// The e-mail address and the password of the user who is ready to sign in. The pages show them.
    pub user_name_hint: (String, String),
    /// A sign-in provider that people may use in place of it: its name, and the e-mail address of somebody who has an
    /// account there, with the same password.
    pub provider_hint: Option<(String, String)>,
    /// Failures that were prepared and wait behind a link.
    pub rehearsals: Vec<Rehearsal>,
    /// The folder into which the server puts its letters, if it does.
    pub letters: Option<PathBuf>,
    /// Id and secret of an application of somebody else, which has to ask for consent.
    pub third_party: Option<(String, String)>,
}

/// A failure that was prepared: whoever follows the link meets it for real.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// The code of the failure, such as `flow.expired`.
    pub code: String,
    /// What it is, in a few words.
    pub title: String,
    /// Where it waits.
    pub url: String,
}

impl fmt::Debug for DemoOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DemoOptions")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("base_url", &self.base_url)
            .field("rehearsals", &self.rehearsals)
            .finish_non_exhaustive()
    }
}
