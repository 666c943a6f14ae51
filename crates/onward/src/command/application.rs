//! `onward application`.

use admin::applications::{ApplicationPatch, body};
use anyhow::Context as _;
use keys::opaque::OpaqueSecret;
use model::ApplicationKind;
use serde_json::{Value, json};

use crate::cli::{ApplicationArgs, ApplicationCommand};
use crate::configuration::Configuration;
use crate::{assemble, secret_file};

/// Runs a command about applications.
pub(super) async fn run(configuration: &Configuration, command: ApplicationCommand) -> anyhow::Result<()> {
    match command {
        ApplicationCommand::Create(args) => create(configuration, args).await,
        ApplicationCommand::List { json } => list(configuration, json).await,
    }
}

async fn create(configuration: &Configuration, args: ApplicationArgs) -> anyhow::Result<()> {
    let operator = assemble::operator(configuration, &secret_file::read(configuration)?).await?;
    let json = args.json;
    // Who makes it by the command already holds the database: it may use the management API.
    let manages = args.kind == ApplicationKind::MachineToMachine;
    let resources = manages.then(|| vec![configuration.endpoint.management_resource().to_owned()]);
    let patch = json!({
        "name": args.name,
        "type": args.kind,
        "oidcClientMetadata": {
            "redirectUris": args.redirect_uris,
            "postLogoutRedirectUris": args.post_logout_redirect_uris,
        },
        "isThirdParty": args.third_party,
        "resources": resources,
        "initiateLoginUri": args.initiate_login_uri,
        "clientUri": args.client_uri,
        "unknownSessionRedirectUrl": args.unknown_session_redirect_url,
    });
    let patch: ApplicationPatch = serde_json::from_value(patch).context("the flags make no application")?;
    let created = operator.create_application(patch).await.context("the application was not made")?;
    let secret = created.secret.as_ref().map(OpaqueSecret::expose);
    if json {
        println!("{}", json!({"id": created.application.id, "secret": secret}));
    } else {
        println!("made the application {}", created.application.name);
        println!("  id      {}", created.application.id);
        if let Some(secret) = secret {
            println!("  secret  {secret}   (shown this once)");
        }
    }
    Ok(())
}

async fn list(configuration: &Configuration, json: bool) -> anyhow::Result<()> {
    let operator = assemble::operator(configuration, &secret_file::read(configuration)?).await?;
    let applications = operator.store.applications(1_000, 0).await?;
    if json {
        println!("{}", Value::from(applications.iter().map(body).collect::<Vec<_>>()));
        return Ok(());
    }
    for application in applications {
        println!("{}  {:<18}  {}", application.id, application.kind.as_str(), application.name);
    }
    Ok(())
}
