//! Connectors: providers of somebody else, set up, read, changed and removed. A secret is written and never read.

use model::{Connector, ConnectorId, ConnectorSettings, ProviderKind};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use store::audit::{AuditEvent, AuditLine};
use store::connectors::FoundConnector;
use upstream::Missing;

use crate::{ChangeError, Invalid, KnownConnector, Operator};

/// The longest secret, in bytes: a private key in PEM.
const LONGEST_SECRET: usize = 8_192;

/// What a body may say about a connector. A part that is absent stays; `config` is replaced as a whole, but for a
/// secret that it does not name.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConnectorPatch {
    /// Which provider; only when it is made.
    #[serde(default)]
    connector_id: Option<ProviderKind>,
    /// What it is called.
    #[serde(default)]
    metadata: Option<Metadata>,
    /// What its provider needs.
    #[serde(default)]
    config: Option<Config>,
    /// The e-mail domains of which this provider is believed.
    #[serde(default)]
    trusted_domains: Option<Vec<String>>,
    /// Whether people may use it.
    #[serde(default)]
    enabled: Option<bool>,
}

/// What a connector is called.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Metadata {
    #[serde(default)]
    target: Option<String>,
    #[serde(default)]
    name: Option<Name>,
}

/// A name, or one for each language, of which the English one is taken.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Name {
    Plain(String),
    Languages { en: String },
}

/// What a provider needs. Unknown members are refused by the settings below.
#[derive(Debug, Deserialize)]
struct Config {
    #[serde(rename = "clientId")]
    client_id: String,
    #[serde(default, rename = "clientSecret")]
    client_secret: Option<SecretString>,
    #[serde(default, rename = "privateKey")]
    private_key: Option<SecretString>,
    #[serde(flatten)]
    settings: serde_json::Map<String, Value>,
}

/// The body of a connector. It never holds a secret.
pub fn body(connector: &Connector, callback: &str) -> Value {
    let mut config = serde_json::to_value(&connector.settings).expect("settings are plain structures");
    config["clientId"] = connector.client_id.as_str().into();
    json!({
        "id": connector.id,
        "connectorId": connector.provider,
        "type": "Social",
        "metadata": {"target": connector.target, "name": {"en": connector.name}},
        "target": connector.target,
        "config": config,
        "trustedDomains": connector.trusted_domains,
        "enabled": connector.enabled,
        "callbackUrl": callback,
        "createdAt": connector.created_at.as_millis(),
        "updatedAt": connector.updated_at.as_millis(),
    })
}

impl From<Missing> for Invalid {
    fn from(missing: Missing) -> Self {
        Self::new(missing.field, missing.message)
    }
}

impl Operator {
    /// Sets up a connector.
    pub async fn create_connector(&self, patch: ConnectorPatch) -> Result<Connector, ChangeError> {
        let kind = patch.connector_id.ok_or_else(|| Invalid::new("connectorId", "a provider is needed"))?;
        if patch.config.is_none() {
            return Err(Invalid::new("config", "what the provider knows us by is needed").into());
        }
        let (row, now) = (upstream::provider(kind), self.clock.now());
        let mut connector = Connector {
            id: ConnectorId::new(&*self.clock, &*self.entropy),
            provider: kind,
            target: row.target.to_owned(),
            name: row.name.to_owned(),
            client_id: String::new(),
            settings: ConnectorSettings::default(),
            enabled: true,
            trusted_domains: Vec::new(),
            created_at: now,
            updated_at: now,
        };
        let secret = apply(&mut connector, patch)?;
        if kind == ProviderKind::Apple && secret.is_none() {
            return Err(Invalid::new("config.privateKey", "the private key is needed").into());
        }
        let line = self.connector_line(AuditEvent::ConnectorCreated, &connector);
        let found = FoundConnector { connector, sealed: secret.as_ref().map(|secret| self.seal(secret)) };
        match self.store.create_connector(&found, line).await {
            Err(store::Error::Conflict { .. }) => Err(ChangeError::Conflict),
            other => Ok(other?),
        }?;
        self.directory.renew().await?;
        Ok(found.connector)
    }

    /// Changes a connector.
    pub async fn change_connector(
        &self,
        id: ConnectorId,
        patch: ConnectorPatch,
    ) -> Result<Connector, ChangeError> {
        let mut connector = self.store.connector(id).await?.ok_or(ChangeError::NotFound)?.connector;
        if patch.connector_id.is_some_and(|kind| kind != connector.provider) {
            return Err(
                Invalid::new("connectorId", "a connector keeps its provider: make another one").into()
            );
        }
        let read_at = connector.updated_at;
        let secret = apply(&mut connector, patch)?;
        // Later than the version that was read, also when two changes fall into one tick of the clock.
        connector.updated_at = self.clock.now().max(read_at.plus(std::time::Duration::from_micros(1)));
        let line = self.connector_line(AuditEvent::ConnectorChanged, &connector);
        let sealed = secret.as_ref().map(|secret| self.seal(secret));
        match self.store.save_connector(&connector, sealed, read_at, line).await {
            Ok(true) => {}
            Ok(false) | Err(store::Error::Conflict { .. }) => return Err(ChangeError::Conflict),
            Err(error) => return Err(error.into()),
        }
        self.directory.renew().await?;
        Ok(connector)
    }

    /// Removes a connector, with every identity that came by it. Who has no other way in stays outside: to switch it
    /// off is reversible.
    pub async fn delete_connector(&self, id: ConnectorId) -> Result<(), ChangeError> {
        let connector = self.store.connector(id).await?.ok_or(ChangeError::NotFound)?.connector;
        let line = self.connector_line(AuditEvent::ConnectorDeleted, &connector);
        if !self.store.delete_connector(id, line).await? {
            return Err(ChangeError::NotFound);
        }
        Ok(self.directory.renew().await?)
    }

    /// A connector with its secret, as it is now.
    pub async fn connector(&self, id: ConnectorId) -> Result<KnownConnector, ChangeError> {
        let FoundConnector { connector, sealed } =
            self.store.connector(id).await?.ok_or(ChangeError::NotFound)?;
        let secret = sealed.as_deref().and_then(|sealed| self.directory.sealers.open_secret(sealed));
        Ok(KnownConnector { connector, secret })
    }

    fn seal(&self, secret: &SecretString) -> Vec<u8> {
        self.directory.sealers.connectors.seal(secret.expose_secret().as_bytes(), &*self.entropy)
    }

    fn connector_line(&self, event: AuditEvent, connector: &Connector) -> AuditLine {
        AuditLine::new(event, &*self.clock, &*self.entropy).detail(body(connector, ""))
    }
}

/// Changes a connector as a patch says, and checks it as a whole. The new secret, where there is one.
fn apply(connector: &mut Connector, patch: ConnectorPatch) -> Result<Option<SecretString>, Invalid> {
    if let Some(Metadata { target, name }) = patch.metadata {
        if let Some(target) = target {
            connector.target = target;
        }
        if let Some(Name::Plain(name) | Name::Languages { en: name }) = name {
            name.trim().clone_into(&mut connector.name);
        }
    }
    if let Some(domains) = patch.trusted_domains {
        connector.trusted_domains = domains;
    }
    connector.enabled = patch.enabled.unwrap_or(connector.enabled);
    let mut secret = None;
    if let Some(config) = patch.config {
        connector.client_id = config.client_id;
        connector.settings = serde_json::from_value(Value::Object(config.settings))
            .map_err(|error| Invalid::new("config", error))?;
        let (given, field) = if connector.provider == ProviderKind::Apple {
            (config.private_key, "config.privateKey")
        } else {
            (config.client_secret, "config.clientSecret")
        };
        secret = given.filter(|secret| !secret.expose_secret().is_empty());
        if secret.as_ref().is_some_and(|secret| secret.expose_secret().len() > LONGEST_SECRET) {
            return Err(Invalid::new(field, "that is longer than any provider's secret"));
        }
    }
    upstream::check(connector, secret.as_ref())?;
    Ok(secret)
}
