//! Text messages: what they are, and by whom they go.
//!
//! - [`SmsProvider`]: whoever takes text messages. `twilio`: one by its HTTP API. `webhook`: anybody, through a few lines of
//!   the operator's own. `folder`: nobody, for development and tests.

mod folder;
mod twilio;
mod webhook;

use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use keys::WebhookKey;
use model::{PhoneNumber, Timestamp, WebUrl};

use folder::Folder;
use twilio::Twilio;
use webhook::SmsWebhook;

/// How long a provider may take for a text message.
const PATIENCE: Duration = Duration::from_secs(15);
/// How many text messages leave in an hour, unless the operator says otherwise.
const PER_HOUR: i64 = 1_000;

/// A text message, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sms {
    /// The same at each try, so that whoever gets it twice can tell.
    pub id: String,
    /// To whom.
    pub to: PhoneNumber,
    /// What it says. It may hold a code: nobody logs it.
    pub text: String,
    /// When this try is made.
    pub at: Timestamp,
}

/// Whoever takes text messages.
pub trait SmsProvider: fmt::Debug + Send + Sync {
    /// Hands a message over. It may have arrived although this fails: then it is handed over again.
    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a>;
}

/// A message on its way.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), SmsError>> + Send + 'a>>;

/// Why a text message did not leave. It says what an operator has to know, and never to whom it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmsError {
    /// The folder cannot be written to.
    #[error("the folder of the text messages cannot be written to")]
    Folder,
    /// The provider takes no message to this number, or none of this kind: no other try will do.
    #[error("the SMS provider will not send it: it answered {status}, its own code is {code}")]
    Impossible {
        /// The status of the answer.
        status: u16,
        /// The code in it, which the provider's documentation explains; 0 when there is none.
        code: u32,
    },
    /// The provider has refused.
    #[error("the SMS provider answered {0}")]
    Refused(u16),
    /// The provider took too long.
    #[error("the SMS provider did not answer in time")]
    Slow,
    /// The provider is not there, or not by TLS.
    #[error("the SMS provider cannot be reached, or not by TLS")]
    Unreachable,
}

impl SmsError {
    /// Whether another try may do.
    pub(crate) const fn may_pass(self) -> bool {
        !matches!(self, Self::Impossible { .. })
    }

    fn of(error: &reqwest::Error) -> Self {
        if error.is_timeout() { Self::Slow } else { Self::Unreachable }
    }
}

/// By whom text messages go.
#[derive(Clone, Debug)]
pub struct SmsSettings {
    provider: Arc<dyn SmsProvider>,
    patience: Duration,
    per_hour: i64,
}

/// Why the settings cannot be used. It never shows what was written: there may be a secret in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmsSettingsError {
    /// Neither a provider nor a webhook or a folder.
    #[error(
        "neither a provider, such as twilio://ACCOUNT:TOKEN@default?from=%2B15550100, nor a webhook, such as \
         https://sms.example.com/send, nor a folder, such as file:/var/tmp/sms"
    )]
    Route,
    /// A webhook without a key to sign with.
    #[error("a webhook needs a key: whsec_ and 32 bytes in base64")]
    Key,
}

impl SmsSettings {
    /// Reads the two settings: where text messages go, and the key that signs what a webhook is told.
    pub fn parse(route: &str, key: &str) -> Result<Self, SmsSettingsError> {
        Self::parse_with_patience(route, key, PATIENCE)
    }

    /// The same, with another time that a provider may take.
    pub fn parse_with_patience(route: &str, key: &str, patience: Duration) -> Result<Self, SmsSettingsError> {
        let provider: Arc<dyn SmsProvider> = match route.split_once(':') {
            Some(("file", folder)) if !folder.is_empty() => Arc::new(Folder(PathBuf::from(folder))),
            Some(("twilio", _)) => Arc::new(Twilio::parse(route, patience).ok_or(SmsSettingsError::Route)?),
            Some(("http" | "https", _)) => {
                let url = WebUrl::parse(route).map_err(|_| SmsSettingsError::Route)?;
                let key = WebhookKey::parse(key).ok_or(SmsSettingsError::Key)?;
                Arc::new(SmsWebhook::new(url, key, patience))
            }
            Some(_) | None => return Err(SmsSettingsError::Route),
        };
        Ok(Self { provider, patience, per_hour: PER_HOUR })
    }

    /// By a provider of one's own.
    pub fn by(provider: Arc<dyn SmsProvider>) -> Self {
        Self { provider, patience: PATIENCE, per_hour: PER_HOUR }
    }

    /// With another number of text messages that leave in an hour. Those beyond wait.
    #[must_use]
    pub const fn with_per_hour(mut self, per_hour: i64) -> Self {
        self.per_hour = per_hour;
        self
    }

    /// How many text messages leave in an hour.
    pub(crate) const fn per_hour(&self) -> i64 {
        self.per_hour
    }

    /// How long a provider may take.
    pub(crate) const fn patience(&self) -> Duration {
        self.patience
    }

    /// Hands a message over.
    pub(crate) async fn send(&self, sms: &Sms) -> Result<(), SmsError> {
        self.provider.send(sms).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    #[test]
    fn what_is_no_provider_is_refused() {
        for wrong in ["", "file:", "imap://x", "twilio://x", "https://", "http://sms.example.com/"] {
            assert_eq!(SmsSettings::parse(wrong, KEY).unwrap_err(), SmsSettingsError::Route, "{wrong}");
        }
        for key in ["", "whsec_", "whsec_AAEC", "secret"] {
            let refused = SmsSettings::parse("https://sms.example.com/send", key).unwrap_err();
            assert_eq!(refused, SmsSettingsError::Key);
        }
        assert!(SmsSettings::parse("https://sms.example.com/send", KEY).is_ok());
        assert!(SmsSettings::parse("file:/var/tmp/sms", "").is_ok());
    }

    #[test]
    fn c184_no_secret_is_shown() {
        for route in ["twilio://AC1:s3cret@default?from=%2B15550100", "https://sms.example.com/s3cret"] {
            let shown = format!("{:?}", SmsSettings::parse(route, KEY).unwrap());
            assert!(!shown.contains("s3cret") && !shown.contains("AAECAw"), "{shown}");
        }
    }
}
