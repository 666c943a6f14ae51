//! The secrets of an application.

use keys::MasterSecret;
use model::TenantId;

use crate::rotation::{KeyId, RefreshKey, RefreshKeys};

/// The secret of an application, and those that it had before. They are kept outside the store, and the processes of
/// one application share them. With the store alone, or the secrets alone, nothing can be forged; with both,
/// everything.
///
/// To change the secret, make a new one the current one and keep the old one among the retired for as long as a
/// session may lie idle: until then nobody notices, and afterwards nothing depends on it.
#[derive(Debug)]
pub struct Secrets {
    /// What new tokens are made with.
    pub current: MasterSecret,
    /// What tokens that are out may have been made with.
    pub retired: Vec<MasterSecret>,
}

impl From<MasterSecret> for Secrets {
    fn from(current: MasterSecret) -> Self {
        Self { current, retired: Vec::new() }
    }
}

impl Secrets {
    /// The keys of refresh tokens.
    pub(crate) fn refresh_keys(&self, deployment: &str) -> RefreshKeys {
        let retired = self.retired.iter().map(refresh_key).collect();
        RefreshKeys::new(deployment, TenantId::named("application"), refresh_key(&self.current), retired)
    }
}

/// The key of a secret. Its id follows from the secret, so that nobody has to keep count.
fn refresh_key(secret: &MasterSecret) -> RefreshKey {
    let [high, low, ..] = secret.derive("id of the application refresh key");
    let root = crate::rotation::MasterSecret::from_bytes(secret.derive("application refresh tokens"));
    RefreshKey::derive(KeyId(u16::from_be_bytes([high, low])), &root)
}
