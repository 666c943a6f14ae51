//! The connection test: everything that a sign-in asks of a provider, but for a person.

use std::time::SystemTime;

use model::{Entropy, Timestamp};

use crate::UpstreamError;
use crate::connection::{Connection, Speaking};

/// How far the clocks may differ, in seconds, before sign-ins fail.
const SKEW: u64 = 60;

/// What a connection test found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial(pub Vec<Finding>);

/// One of its findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub what: &'static str,
    /// Whether it is in order.
    pub good: bool,
    /// In words, for the operator.
    pub words: String,
}

impl Trial {
    /// Whether everything is in order.
    pub fn is_good(&self) -> bool {
        self.0.iter().all(|finding| finding.good)
    }
}

pub(crate) async fn run(
    opened: Result<Connection, UpstreamError>,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Trial {
    let mut found = Vec::new();
    let mut put = |what, good, words: String| found.push(Finding { what, good, words });
    let connection = match opened {
        Ok(connection) => connection,
        Err(error) => {
            put("discovery", false, with_causes(&error));
            return Trial(found);
        }
    };
    let tried = match &connection.protocol {
        Speaking::OpenId(client) => {
            put("discovery", true, format!("the provider is {}", client.issuer()));
            match client.published_keys().await {
                Ok((0, _)) => put("jwks", false, "the provider publishes no key that can be used".to_owned()),
                Ok((keys, date)) => {
                    put("jwks", true, format!("the provider publishes {keys} keys that can be used"));
                    let (good, words) = compare(date, now);
                    put("clock", good, words);
                }
                Err(error) => put("jwks", false, with_causes(&error)),
            }
            client.try_credential(entropy).await
        }
        Speaking::OAuth { client, .. } => client.try_credential(entropy).await,
    };
    match tried {
        client::Trial::Known => put("credential", true, "the provider knows this client".to_owned()),
        client::Trial::Unknown(code) => {
            put("credential", false, format!("the provider refuses this client: {code}"));
        }
        client::Trial::Failed(error) => put("credential", false, with_causes(&error)),
    }
    Trial(found)
}

fn compare(date: Option<SystemTime>, now: Timestamp) -> (bool, String) {
    let told = date.and_then(|date| date.duration_since(SystemTime::UNIX_EPOCH).ok());
    let Some(told) = told else { return (true, "the provider does not say what time it is".to_owned()) };
    let ours = u64::try_from(now.as_seconds()).unwrap_or_default();
    let apart = told.as_secs().abs_diff(ours);
    (apart <= SKEW, format!("the clocks are {apart} seconds apart; {SKEW} are allowed"))
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words.push_str(": ");
        words.push_str(&error.to_string());
        cause = error.source();
    }
    words
}
