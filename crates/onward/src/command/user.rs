//! `onward user`.

use std::io::BufRead as _;

use accounts::throttle::Limits;
use accounts::{Cost, HashingPool, Registration};
use anyhow::{Context as _, bail};
use model::{SystemEntropy, UserId};
use secrecy::SecretString;
use serde_json::json;
use store::audit::{AuditEvent, AuditLine};

use crate::cli::UserCommand;
use crate::configuration::Configuration;
use crate::{assemble, secret_file};

/// Runs a command about accounts.
pub(super) async fn run(configuration: &Configuration, command: UserCommand) -> anyhow::Result<()> {
    match command {
        UserCommand::Create { email, password_stdin: _, json } => {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).context("cannot read the password")?;
            let password = SecretString::from(line.trim_end_matches(['\r', '\n']).to_owned());
            create(configuration, &email, &password, json).await
        }
        UserCommand::Suspend { id } => suspend(configuration, id, true).await,
        UserCommand::Reinstate { id } => suspend(configuration, id, false).await,
    }
}

async fn create(
    configuration: &Configuration,
    email: &str,
    password: &SecretString,
    json: bool,
) -> anyhow::Result<()> {
    let operator = assemble::operator(configuration, &secret_file::read(configuration)?).await?;
    let registration = Registration {
        store: &operator.store,
        pool: &HashingPool::start(1, Cost::default()),
        limits: &Limits::default(),
        clock: &*operator.clock,
        entropy: &SystemEntropy,
    };
    let user = registration.by_operator(email, password).await.context("the account was not made")?;
    if json {
        println!("{}", json!({"id": user.id, "email": user.email}));
    } else {
        println!("made the account {} ({})", user.label(), user.id);
    }
    Ok(())
}

async fn suspend(configuration: &Configuration, id: UserId, suspended: bool) -> anyhow::Result<()> {
    let operator = assemble::operator(configuration, &secret_file::read(configuration)?).await?;
    let now = operator.clock.now();
    let line = AuditLine::new(AuditEvent::UserSuspended, &*operator.clock, &SystemEntropy)
        .user(id)
        .detail(json!({"suspended": suspended}));
    if !operator.store.suspend_user(id, suspended.then_some(now), now, line).await? {
        bail!("there is no account {id}");
    }
    println!("{}", if suspended { "suspended, and signed out everywhere" } else { "reinstated" });
    Ok(())
}
