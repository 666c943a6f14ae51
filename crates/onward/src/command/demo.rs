//! `onward demo`: server, sample application and a sign-in provider in one process, with users ready.

mod provider;

use std::sync::Arc;
use std::time::Duration;

use admin::applications::{ApplicationPatch, CreatedApplication};
use anyhow::Context as _;
use deliver::{MailSettings, SmsSettings};
use demo_app::{DemoApp, DemoOptions, Rehearsal};
use fault::{Code, catalogue};
use keys::MasterSecret;
use keys::opaque::OpaqueSecret;
use model::{ApplicationId, Clock as _, SystemClock, SystemEntropy};
use secrecy::SecretString;
use serde_json::{Value, json};
use server::{App, Serving, Ticket};

use self::provider::Provider;
use super::serve;
use crate::cli::DemoArgs;
use crate::configuration::Configuration;
use crate::{assemble, secret_file};

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "quiet harbour lamp 9";
/// A demonstration may be left open for a day.
const LASTING: Duration = Duration::from_secs(24 * 3_600);

/// Runs the demonstration until it is told to stop. Its data lies in a temporary folder, which goes with it.
pub(super) async fn demo(mut configuration: Configuration, args: DemoArgs) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new()
        .prefix("onward-demo-")
        .tempdir()
        .context("cannot make a temporary folder")?;
    configuration.data_dir = folder.path().to_owned();
    configuration.database = None;
    configuration.secret_key_file = None;
    let letters = configuration.mail.is_none().then(|| folder.path().join("mail"));
    if let Some(letters) = &letters {
        let route = format!("file:{}", letters.display());
        configuration.mail = Some(MailSettings::parse(&route, "Onward <no-reply@localhost>")?);
        if configuration.sms.is_none() {
            configuration.sms = Some(SmsSettings::parse(&route, "")?);
        }
    }
    let listener = serve::bind(configuration.listen).await?;
    let sample_listener = serve::bind(args.application_listen).await?;
    let base_url = format!("http://localhost:{}", sample_listener.local_addr()?.port());

    let secret = secret_file::read(&configuration)?;
    let store = assemble::open_store(&configuration).await?;
    store.migrate().await?;
    let app = assemble::assemble(&configuration, store, &secret).await?;
    server::warm_up(&app).await?;
    make_user(&app, EMAIL).await?;
    let provider = Provider::start(&configuration, args.provider_listen).await?;
    provider.serve_people_of(&app).await?;
    let sample = make_application(&app, sample_application(&base_url)).await?;
    let guest = make_application(&app, guest_application(&base_url)).await?;
    let with_mail = letters.is_some();
    let options = DemoOptions { letters, ..options(&configuration, &base_url, &sample, &guest, &secret)? };
    let sample_app = DemoApp::new(options, Arc::new(SystemClock), Arc::new(SystemEntropy)).await;
    let sample_app = sample_app.context("the sample application cannot be built")?.router();

    println!("Onward is ready.\n");
    println!("  Open       {base_url}/");
    println!("  Sign in    {EMAIL}   {PASSWORD}");
    println!("  Or with    {}   {}   the same password", provider::NAME, provider::EMAIL);
    println!("  Then see   {base_url}{}   for each unhappy path", demo_app::path::UNHAPPY);
    println!("             {base_url}{}   for the five session errors", demo_app::path::ERRORS);
    if with_mail {
        println!("             {base_url}{}   for the letters that were sent", demo_app::path::MAIL);
    }
    println!("  Server     {}\n\nStop with Ctrl-C.", configuration.endpoint);
    let stop = serve::stop_signal()?;
    let (mut sample_stop, provider_stop) = (stop.clone(), stop.clone());
    let sample_told = async move {
        let _ = sample_stop.wait_for(|stop| *stop).await;
    };
    tokio::join!(
        serve::run(listener, app, stop),
        provider.run(provider_stop),
        server::serve(sample_listener, sample_app, Serving::default(), sample_told),
    );
    Ok(())
}

async fn make_user(app: &App, email: &str) -> anyhow::Result<()> {
    let reception = &app.reception;
    let registration = accounts::Registration {
        store: &reception.store,
        pool: &reception.pool,
        limits: &reception.limits,
        clock: &SystemClock,
        entropy: &SystemEntropy,
    };
    registration.by_operator(email, &SecretString::from(PASSWORD)).await.context("the user was not made")?;
    Ok(())
}

async fn make_application(app: &App, patch: Value) -> anyhow::Result<CreatedApplication> {
    let patch: ApplicationPatch =
        serde_json::from_value(patch).context("the sample application is well-formed")?;
    Ok(app.operator.create_application(patch).await?)
}

fn sample_application(base_url: &str) -> Value {
    json!({
        "name": "Fieldnotes",
        "type": "Traditional",
        "oidcClientMetadata": {
            "redirectUris": [format!("{base_url}{}", demo_app::path::CALLBACK)],
            "postLogoutRedirectUris": [format!("{base_url}{}", demo_app::path::SIGNED_OUT)],
        },
        "initiateLoginUri": format!("{base_url}{}", demo_app::path::SIGN_IN),
        "clientUri": format!("{base_url}/"),
        "supportEmail": "help@example.com",
        "supportWebsiteUrl": "https://help.example.com/",
    })
}

fn guest_application(base_url: &str) -> Value {
    json!({
        "name": "Guest application",
        "type": "Traditional",
        "isThirdParty": true,
        "oidcClientMetadata": {"redirectUris": [format!("{base_url}{}", demo_app::path::THIRD_PARTY_CALLBACK)]},
        "clientUri": format!("{base_url}/"),
    })
}

fn options(
    configuration: &Configuration,
    base_url: &str,
    sample: &CreatedApplication,
    guest: &CreatedApplication,
    secret: &MasterSecret,
) -> anyhow::Result<DemoOptions> {
    let (client_id, client_secret) = credentials(sample)?;
    Ok(DemoOptions {
        issuer: configuration.endpoint.issuer().to_owned(),
        endpoint: configuration.endpoint.as_str().to_owned(),
        client_id,
        client_secret,
        base_url: base_url.to_owned(),
        user_name_hint: (EMAIL.to_owned(), PASSWORD.to_owned()),
        provider_hint: Some((provider::NAME.to_owned(), provider::EMAIL.to_owned())),
        rehearsals: Code::ALL
            .map(|code| rehearsal(configuration, code, sample.application.id, secret))
            .into(),
        letters: None,
        third_party: Some(credentials(guest)?),
    })
}

fn credentials(created: &CreatedApplication) -> anyhow::Result<(String, String)> {
    let secret =
        created.secret.as_ref().map(OpaqueSecret::expose).context("a web application has a secret")?;
    Ok((created.application.id.to_string(), secret.to_owned()))
}

fn rehearsal(
    configuration: &Configuration,
    code: Code,
    application: ApplicationId,
    secret: &MasterSecret,
) -> Rehearsal {
    let ticket = Ticket::lasting(code, application, SystemClock.now(), LASTING);
    Rehearsal {
        code: code.as_str().to_owned(),
        title: catalogue::entry(code).title.to_owned(),
        url: configuration.endpoint.at(&ticket.path(secret, &SystemEntropy)),
    }
}
