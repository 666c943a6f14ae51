//! How a letter leaves.

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncFileTransport, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use model::{EmailAddress, Timestamp};
use pages::Letter;
use secrecy::ExposeSecret as _;

use crate::settings::{MailSettings, Route, Security, Smtp};

/// Why a letter did not leave. It says what an operator has to know, and never to whom the letter was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The address cannot stand in a letter.
    #[error("the address cannot stand in a letter")]
    Address,
    /// The folder cannot be written to.
    #[error("the folder of the mail cannot be written to")]
    Folder,
    /// The server has refused.
    #[error("the mail server answered {0}")]
    Refused(u16),
    /// The server took too long.
    #[error("the mail server did not answer in time")]
    Slow,
    /// There is no private way to the server, or none at all.
    #[error("the mail server cannot be reached, or not by TLS")]
    Unreachable,
}

/// Sends a letter. `id` is unique to it.
pub(crate) async fn send(
    settings: &MailSettings,
    to: &EmailAddress,
    letter: Letter,
    id: &str,
    now: Timestamp,
) -> Result<(), SendError> {
    let message = message(settings, to, letter, id, now).ok_or(SendError::Address)?;
    match &settings.route {
        Route::Folder(folder) => {
            let made = std::fs::create_dir_all(folder);
            made.map_err(|_| SendError::Folder)?;
            let folder = AsyncFileTransport::<Tokio1Executor>::new(folder);
            folder.send(message).await.map(drop).map_err(|_| SendError::Folder)
        }
        Route::Smtp(smtp) => {
            // Made anew each time: without the certificates of authorities it cannot be made, and the operator may
            // add them while the server runs.
            let transport = transport(smtp, settings).map_err(|error| explain(&error))?;
            // lettre's own timeout ends with the connection.
            let sent = tokio::time::timeout(settings.patience, transport.send(message)).await;
            sent.map_err(|_| SendError::Slow)?.map(drop).map_err(|error| explain(&error))
        }
    }
}

fn message(
    settings: &MailSettings,
    to: &EmailAddress,
    letter: Letter,
    id: &str,
    now: Timestamp,
) -> Option<Message> {
    let to = to.as_str().parse::<Address>().ok()?;
    let domain = settings.from.email.domain();
    let since_1970 = now.since(Timestamp::from_micros(0));
    let body = MultiPart::alternative()
        .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(letter.text))
        .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(letter.html));
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    Message::builder()
        .from(settings.from.clone())
        .to(Mailbox::new(None, to))
        .subject(letter.subject)
        .message_id(Some(format!("<{id}@{domain}>")))
        .date(std::time::UNIX_EPOCH + since_1970)
        // So that no absence notice answers it (RFC 3834 §5).
        .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
        .multipart(body)
        .ok()
}

fn transport(
    smtp: &Smtp,
    settings: &MailSettings,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, lettre::transport::smtp::Error> {
    type Transport = AsyncSmtpTransport<Tokio1Executor>;
    let mut builder = match smtp.security {
        Security::Tls => Transport::relay(&smtp.host)?,
        Security::StartTls => Transport::starttls_relay(&smtp.host)?,
        Security::Loopback => Transport::builder_dangerous(&smtp.host),
    };
    if let Some(port) = smtp.port {
        builder = builder.port(port);
    }
    if let Some((user, password)) = &smtp.credentials {
        builder = builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
    }
    let us = ClientId::Domain(settings.from.email.domain().to_owned());
    Ok(builder.hello_name(us).timeout(Some(settings.patience)).build())
}

/// The server's own words are left out: they often name the address.
fn explain(error: &lettre::transport::smtp::Error) -> SendError {
    match error.status() {
        Some(code) => SendError::Refused(code.into()),
        None if error.is_timeout() => SendError::Slow,
        None => SendError::Unreachable,
    }
}
