//! What an operator says about mail.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::Url;

use crate::templates::Templates;

/// How long an SMTP server may take for a letter.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long the store may take before and after a letter is sent.
const AROUND_SENDING: Duration = Duration::from_secs(10);

/// Where letters go, and from whom they are.
#[derive(Clone, Debug)]
pub struct MailSettings {
    pub(crate) route: Route,
    pub(crate) from: Mailbox,
    pub(crate) patience: Duration,
    pub(crate) templates: Option<Templates>,
}

/// Where letters go.
#[derive(Clone, Debug)]
pub(crate) enum Route {
    /// Into a folder, one file a letter.
    Folder(PathBuf),
    /// To a server.
    Smtp(Smtp),
}

/// An SMTP server.
#[derive(Clone, Debug)]
pub(crate) struct Smtp {
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    pub(crate) security: Security,
    pub(crate) credentials: Option<(String, SecretString)>,
}

/// How the way to an SMTP server is kept private. There is no way to do without but on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Security {
    /// TLS from the first byte (`smtps:`).
    Tls,
    /// TLS by STARTTLS, required (`smtp:`).
    StartTls,
    /// None: the server is on this machine.
    Loopback,
}

/// Why the settings cannot be used. It never shows what was written: there may be a password in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailSettingsError {
    /// Neither an SMTP server nor a folder.
    Route,
    /// The sender is not a mailbox.
    From,
}

impl MailSettings {
    /// Reads the two settings: `smtp://user:password@host:587`, `smtps://…` or `file:FOLDER`, and the sender, such as
    /// `Onward <no-reply@example.com>`.
    pub fn parse(route: &str, from: &str) -> Result<Self, MailSettingsError> {
        let from = from.parse().map_err(|_| MailSettingsError::From)?;
        let route = match route.strip_prefix("file:") {
            Some("") => return Err(MailSettingsError::Route),
            Some(folder) => Route::Folder(PathBuf::from(folder)),
            None => Route::Smtp(Smtp::parse(route).ok_or(MailSettingsError::Route)?),
        };
        Ok(Self { route, from, patience: PATIENCE, templates: None })
    }

    /// With letters in the operator's own words.
    #[must_use]
    pub fn with_templates(mut self, templates: Templates) -> Self {
        self.templates = Some(templates);
        self
    }

    /// How long an order belongs to whoever took it: longer than sending may take, and no longer, as the letter of a node
    /// that died meanwhile waits so long.
    pub(crate) fn lease(&self) -> Duration {
        match self.route {
            Route::Folder(_) => AROUND_SENDING,
            Route::Smtp(_) => self.patience + AROUND_SENDING,
        }
    }

    /// With another time that an SMTP server may take for a letter.
    #[must_use]
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }
}

impl Smtp {
    fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let security = match url.scheme() {
            "smtps" => Security::Tls,
            "smtp" if is_on_this_machine(url.host_str()?) => Security::Loopback,
            "smtp" => Security::StartTls,
            _ => return None,
        };
        let whole = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned);
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) => Some((decoded(user)?, decoded(password)?.into())),
            (_, None) => return None,
        };
        let host = url.host_str().filter(|host| whole && !host.is_empty())?.to_owned();
        Some(Self { host, port: url.port(), security, credentials })
    }
}

/// Whether a host is this machine.
pub(crate) fn is_on_this_machine(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

impl fmt::Display for MailSettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Route => {
                "neither an SMTP server, such as smtp://user:password@mail.example.com:587, nor a folder, such as \
                 file:/var/tmp/mail"
            }
            Self::From => "not a sender, such as Onward <no-reply@example.com>",
        })
    }
}

impl std::error::Error for MailSettingsError {}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: &str = "Onward <no-reply@example.com>";

    fn smtp(text: &str) -> Smtp {
        match MailSettings::parse(text, FROM).unwrap().route {
            Route::Smtp(smtp) => smtp,
            Route::Folder(folder) => panic!("a folder: {folder:?}"),
        }
    }

    #[test]
    fn the_way_to_a_server_is_private_unless_it_ends_here() {
        assert_eq!(smtp("smtp://mail.example.com:587").security, Security::StartTls);
        assert_eq!(smtp("smtps://mail.example.com").security, Security::Tls);
        for here in ["smtp://127.0.0.1:25", "smtp://[::1]", "smtp://localhost"] {
            assert_eq!(smtp(here).security, Security::Loopback, "{here}");
        }
    }

    #[test]
    fn an_order_is_nobody_elses_while_its_letter_may_be_on_the_way() {
        let folder = MailSettings::parse("file:/tmp/letters", FROM).unwrap();
        assert_eq!(folder.lease(), Duration::from_secs(10));
        let smtp = MailSettings::parse("smtps://mail.example.com", FROM).unwrap();
        assert!(smtp.lease() > smtp.patience);
    }

    #[test]
    fn c184_a_password_is_read_and_never_shown() {
        let settings =
            MailSettings::parse("smtp://ada%40example.com:s%2Ftide@mail.example.com", FROM).unwrap();
        assert!(!format!("{settings:?}").contains("tide"), "{settings:?}");
        let (user, password) =
            smtp("smtp://ada%40example.com:s%2Ftide@mail.example.com").credentials.unwrap();
        assert_eq!(user, "ada@example.com");
        assert_eq!(secrecy::ExposeSecret::expose_secret(&password), "s/tide");
    }

    #[test]
    fn what_is_neither_server_nor_folder_is_refused() {
        for wrong in
            ["", "file:", "http://mail.example.com", "smtp://", "smtp://user@host", "smtp://host/path"]
        {
            let refused = MailSettings::parse(wrong, FROM).unwrap_err();
            assert_eq!(refused, MailSettingsError::Route, "{wrong}");
        }
        assert_eq!(MailSettings::parse("file:x", "nobody").unwrap_err(), MailSettingsError::From);
        assert!(MailSettings::parse("file:x", "Onward <no-reply@localhost>").is_ok());
    }
}
