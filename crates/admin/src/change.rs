//! What every change has in common: who makes it, and why it may be refused.

use std::sync::Arc;

use model::{Clock, Entropy, Recovery, Timestamp, WebUrl};
use serde::{Deserialize, Deserializer};
use store::Store;

use crate::{Directory, Endpoint};

/// Makes changes on behalf of somebody with an operator's rights.
#[derive(Clone, Debug)]
pub struct Operator {
    /// The tables.
    pub store: Store,
    /// What this node remembers: renewed after each change.
    pub directory: Arc<Directory>,
    /// Our own address.
    pub endpoint: Endpoint,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
}

/// What a patch says of one field: nothing, that it be cleared (null or `""`), or a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Field {
    #[default]
    Absent,
    Clear,
    Set(String),
}

impl Field {
    /// Changes a value as the field says.
    pub(crate) fn change<T>(
        self,
        value: &mut Option<T>,
        read: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Result<(), Invalid> {
        match self {
            Self::Absent => {}
            Self::Clear => *value = None,
            Self::Set(text) => *value = Some(read(&text)?),
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        Ok(text.filter(|text| !text.is_empty()).map_or(Self::Clear, Self::Set))
    }
}

/// A value that may not be saved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct Invalid {
    /// The field, as the body writes it.
    pub field: String,
    /// What is wrong, in plain words.
    pub message: String,
}

impl Invalid {
    /// A refusal.
    pub fn new(field: impl Into<String>, message: impl ToString) -> Self {
        Self { field: field.into(), message: message.to_string() }
    }
}

/// The longest name or description, in characters.
const LONGEST_TEXT: usize = 256;

/// Reads a name or a description: one line of text.
pub(crate) fn short_text(field: &str, text: &str) -> Result<String, Invalid> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST_TEXT || text.chars().any(char::is_control) {
        return Err(Invalid::new(field, "one line of 1 to 256 characters is expected"));
    }
    Ok(text.to_owned())
}

/// When a change counts: later than the version that was read, also when two changes fall into one tick of the clock.
pub(crate) fn later_than(read_at: Timestamp, now: Timestamp) -> Timestamp {
    now.max(read_at.plus(std::time::Duration::from_micros(1)))
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// A value may not be saved.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Somebody else changed it meanwhile.
    #[error("it was changed by somebody else meanwhile")]
    Conflict,
    /// There is no such thing.
    #[error("there is no such thing")]
    NotFound,
    /// The store could not answer.
    #[error("the store could not answer")]
    Store(#[from] store::Error),
}

impl Operator {
    /// Reads an address that people may be sent to. One of ours would only lead back here, so it is refused.
    pub(crate) fn address(&self, field: &str, text: &str) -> Result<WebUrl, Invalid> {
        let url = WebUrl::parse(text).map_err(|error| Invalid::new(field, error))?;
        if self.endpoint.owns(url.as_url()) {
            return Err(Invalid::new(field, "an address of this server would lead back here for ever"));
        }
        Ok(url)
    }

    /// Checks the rules of recovery.
    pub(crate) fn check_rules(&self, recovery: &Recovery) -> Result<(), Invalid> {
        recovery.check().map_err(|refused| Invalid::new(format!("recovery.{}", refused.code), refused))?;
        for (code, rule) in &recovery.rules {
            if let model::Rule::Redirect { url, .. } = rule
                && self.endpoint.owns(url.as_url())
            {
                let field = format!("recovery.{code}.url");
                return Err(Invalid::new(field, "an address of this server would lead back here for ever"));
            }
        }
        Ok(())
    }
}
