//! The sign-in provider of the demonstration: Onward once more, with a database and people of its own.
//!
//! It has another host name, as browsers keep the cookies of all ports of a host together.

use std::net::SocketAddr;
use std::sync::Arc;

use admin::Endpoint;
use admin::applications::ApplicationPatch;
use admin::connectors::ConnectorPatch;
use anyhow::Context as _;
use serde_json::json;
use server::App;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::{credentials, make_application, make_user, serve};
use crate::configuration::Configuration;
use crate::{assemble, secret_file};

/// What it is called on the button of the sign-in page.
pub(super) const NAME: &str = "Harbour ID";
/// Who has an account there.
pub(super) const EMAIL: &str = "grace@example.org";

/// The provider, ready to run.
pub(super) struct Provider {
    listener: TcpListener,
    endpoint: Endpoint,
    app: Arc<App>,
}

impl Provider {
    /// Listens, and makes its database beside that of the demonstration.
    pub(super) async fn start(demo: &Configuration, address: SocketAddr) -> anyhow::Result<Self> {
        let listener = serve::bind(address).await?;
        let endpoint = Endpoint::parse(&format!("http://127.0.0.1:{}", listener.local_addr()?.port()))?;
        let configuration = Configuration {
            data_dir: demo.data_dir.join("provider"),
            endpoint: endpoint.clone(),
            mail: None,
            sms: None,
            ..demo.clone()
        };
        let store = assemble::open_store(&configuration).await?;
        store.migrate().await?;
        let secret = secret_file::read(&configuration)?;
        let app = assemble::assemble(&configuration, store, &secret).await?;
        server::warm_up(&app).await?;
        make_user(&app, EMAIL).await?;
        Ok(Self { listener, endpoint, app })
    }

    /// Lets people sign in at a server with their account here.
    pub(super) async fn serve_people_of(&self, app: &App) -> anyhow::Result<()> {
        let client = make_application(&self.app, json!({"name": "Onward", "type": "Traditional"})).await?;
        let (client_id, client_secret) = credentials(&client)?;
        let issuer = self.endpoint.issuer();
        let connector: ConnectorPatch = serde_json::from_value(json!({
            "connectorId": "oidc",
            "metadata": {"target": "harbour", "name": NAME},
            "config": {"clientId": client_id, "clientSecret": client_secret, "issuer": issuer},
        }))
        .context("the connector is well-formed")?;
        let connector = app.operator.create_connector(connector).await?;
        let callback = app.operator.endpoint.at(&format!("/callback/{}", connector.id));
        let known: ApplicationPatch =
            serde_json::from_value(json!({"oidcClientMetadata": {"redirectUris": [callback]}}))
                .context("the callback is well-formed")?;
        self.app.operator.change_application(client.application.id, known).await?;
        Ok(())
    }

    /// Runs until `stop` changes.
    pub(super) async fn run(self, stop: watch::Receiver<bool>) {
        serve::run(self.listener, self.app, stop).await;
    }
}
