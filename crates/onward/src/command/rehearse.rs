//! `onward rehearse`: an address that produces a failure for real.

use admin::Operator;
use admin::applications::ApplicationPatch;
use anyhow::{Context as _, bail};
use model::{ApplicationId, SystemEntropy};
use serde_json::json;
use server::Ticket;

use crate::cli::RehearseArgs;
use crate::configuration::Configuration;
use crate::{assemble, secret_file};

/// The name of the application, and of the organization, that is made for rehearsals.
const NAME: &str = "Rehearsal";

/// Prints the address.
pub(super) async fn rehearse(configuration: &Configuration, args: RehearseArgs) -> anyhow::Result<()> {
    let secret = secret_file::read(configuration)?;
    let operator = assemble::operator(configuration, &secret).await?;
    let application = match args.application {
        Some(id) if operator.store.application(id).await?.is_some() => id,
        Some(id) => bail!("there is no application {id}"),
        None => rehearsal_application(&operator).await?,
    };
    if args.invitation && operator.store.organizations(1, 0).await?.is_empty() {
        let patch =
            serde_json::from_value(json!({"name": NAME})).context("the organization is well-formed")?;
        operator.create_organization(patch).await?;
    }
    let ticket = Ticket::new(args.code, application, operator.clock.now()).of_invitation(args.invitation);
    println!("{}", configuration.endpoint.at(&ticket.path(&secret, &SystemEntropy)));
    eprintln!(
        "Open it in a browser within ten minutes. What you see is real, marked as a rehearsal, and signs nobody in."
    );
    Ok(())
}

/// The application of rehearsals, made at the first one.
async fn rehearsal_application(operator: &Operator) -> anyhow::Result<ApplicationId> {
    let applications = operator.store.applications(1_000, 0).await?;
    if let Some(known) = applications.iter().find(|application| application.name == NAME) {
        return Ok(known.id);
    }
    let patch = json!({
        "name": NAME,
        "type": "Traditional",
        "oidcClientMetadata": {"redirectUris": ["https://rehearsal.example/callback"]},
    });
    let patch: ApplicationPatch =
        serde_json::from_value(patch).context("the rehearsal application is well-formed")?;
    Ok(operator.create_application(patch).await?.application.id)
}
