//! Text messages by Twilio's API, version 2010-04-01, or by one that speaks it.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use super::{Sending, Sms, SmsError, SmsProvider};
use crate::client::client;
use crate::settings::is_on_this_machine;

/// Where the API stands.
const DEFAULT: &str = "https://api.twilio.com";
/// The longest answer that is looked at, in bytes.
const LONGEST: usize = 64 * 1_024;

/// An account at Twilio.
pub(super) struct Twilio {
    /// Where messages are posted to.
    messages: Url,
    user: String,
    password: SecretString,
    /// A number or a name, or the id of a messaging service.
    from: String,
    patience: Duration,
}

/// What an error says.
#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    code: u32,
}

impl Twilio {
    /// Reads `twilio://ACCOUNT:TOKEN@default?from=+15550100`. With an API key, `ACCOUNT` is the key's id, and
    /// `&account=AC…` names the account. `default` is Twilio; another name is a host that speaks the same.
    pub(super) fn parse(route: &str, patience: Duration) -> Option<Self> {
        let url = Url::parse(route).ok()?;
        let (mut from, mut account) = (None, None);
        for (name, value) in url.query_pairs() {
            let slot = match &*name {
                "from" => &mut from,
                "account" => &mut account,
                _ => return None,
            };
            if slot.replace(value.into_owned()).is_some() {
                return None;
            }
        }
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned);
        let user = decoded(url.username()).filter(|user| !user.is_empty())?;
        let password = decoded(url.password()?).filter(|password| !password.is_empty())?;
        // An unescaped + is read as a space.
        let from = from.map(|from| from.replacen(' ', "+", 1)).filter(|from| !from.is_empty())?;
        let account = account.unwrap_or_else(|| user.clone());
        if !matches!(url.path(), "" | "/") || !account.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let base = match (url.host_str()?, url.port()) {
            ("default", None) => DEFAULT.to_owned(),
            (host, port) => {
                let scheme = if is_on_this_machine(host) { "http" } else { "https" };
                format!("{scheme}://{host}{}", port.map(|port| format!(":{port}")).unwrap_or_default())
            }
        };
        let messages = format!("{base}/2010-04-01/Accounts/{account}/Messages.json").parse().ok()?;
        Some(Self { messages, user, password: password.into(), from, patience })
    }

    async fn post(&self, sms: &Sms) -> Result<(), SmsError> {
        let us = concat!("onward/", env!("CARGO_PKG_VERSION"));
        let client = client(&self.messages, self.patience, us).map_err(|_| SmsError::Unreachable)?;
        let sender = if self.from.starts_with("MG") { "MessagingServiceSid" } else { "From" };
        let form = [("To", sms.to.as_str()), (sender, &self.from), ("Body", &sms.text)];
        let request = client
            .post(self.messages.clone())
            .basic_auth(&self.user, Some(self.password.expose_secret()))
            .form(&form);
        let mut answer = request.send().await.map_err(|error| SmsError::of(&error))?;
        match answer.status().as_u16() {
            200..=299 => Ok(()),
            // This message to this number: that it has left is wrong, or that it ever will.
            status @ 400 => {
                let mut body = Vec::new();
                while let Ok(Some(chunk)) = answer.chunk().await {
                    body.extend_from_slice(&chunk);
                    if body.len() > LONGEST {
                        break;
                    }
                }
                let code = serde_json::from_slice(&body).map_or(0, |problem: Problem| problem.code);
                Err(SmsError::Impossible { status, code })
            }
            status => Err(SmsError::Refused(status)),
        }
    }
}

impl SmsProvider for Twilio {
    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a> {
        Box::pin(self.post(sms))
    }
}

impl fmt::Debug for Twilio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Twilio(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(route: &str) -> Option<Twilio> {
        Twilio::parse(route, Duration::from_secs(1))
    }

    #[test]
    fn an_account_is_read_as_it_is_written() {
        let twilio = parse("twilio://AC12:to%2Fken@default?from=%2B15550100").unwrap();
        assert_eq!(twilio.messages.as_str(), "https://api.twilio.com/2010-04-01/Accounts/AC12/Messages.json");
        assert_eq!((twilio.user.as_str(), twilio.from.as_str()), ("AC12", "+15550100"));
        assert_eq!(twilio.password.expose_secret(), "to/ken");
        let by_key = parse("twilio://SK34:secret@127.0.0.1:9000/?from=+15550100&account=AC12").unwrap();
        assert_eq!(by_key.messages.as_str(), "http://127.0.0.1:9000/2010-04-01/Accounts/AC12/Messages.json");
        assert_eq!((by_key.user.as_str(), by_key.from.as_str()), ("SK34", "+15550100"));
        let elsewhere = parse("twilio://AC12:token@sms.example.com?from=Onward").unwrap();
        assert!(elsewhere.messages.as_str().starts_with("https://sms.example.com/"));
    }

    #[test]
    fn what_is_no_account_is_refused() {
        for wrong in [
            "twilio://",
            "twilio://AC12@default?from=x",
            "twilio://AC12:token@default",
            "twilio://AC12:token@default?from=",
            "twilio://AC12:token@default?from=x&from=y",
            "twilio://AC12:token@default?from=x&to=y",
            "twilio://AC12:token@default/path?from=x",
            "twilio://AC%2F12:token@default?from=x",
        ] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }
}
