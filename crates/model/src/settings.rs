//! What an operator decides about unhappy paths, for the tenant or for one application.

use std::collections::BTreeMap;

use fault::{Code, OutcomeKind};
use serde::{Deserialize, Serialize};

use crate::{EmailAddress, WebUrl};

/// The sign-in experience of a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignInExperience {
    /// What unhappy paths lead to when the application does not say.
    pub recovery: Recovery,
    /// Whom people ask for help when the application does not say.
    pub support: Support,
}

/// What unhappy paths lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recovery {
    /// Where people are sent when their sign-in is not found.
    pub unknown_session_redirect_url: Option<WebUrl>,
    /// The rule of each code that has one.
    pub rules: BTreeMap<Code, Rule>,
}

/// What one failure leads to, instead of its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum Rule {
    /// An OAuth error to the client.
    Client,
    /// A page.
    Page,
    /// 303 to an address.
    Redirect {
        /// The address.
        url: WebUrl,
        /// Append `reason=<code>&reference=<reference>`.
        #[serde(default)]
        append_reason: bool,
    },
    /// The sign-in starts again.
    Restart,
}

/// A rule that its code does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code} cannot be configured to {kind}")]
pub struct RuleNotAllowed {
    /// The code of the rule.
    pub code: Code,
    /// The outcome that was asked for.
    pub kind: OutcomeKind,
}

impl Rule {
    /// The kind of outcome that the rule names.
    pub const fn kind(&self) -> OutcomeKind {
        match self {
            Self::Client => OutcomeKind::Client,
            Self::Page => OutcomeKind::Page,
            Self::Redirect { .. } => OutcomeKind::Redirect,
            Self::Restart => OutcomeKind::Restart,
        }
    }
}

impl Recovery {
    /// Checks that every rule names an outcome that its code allows.
    pub fn check(&self) -> Result<(), RuleNotAllowed> {
        for (&code, rule) in &self.rules {
            if !code.configurable().contains(&rule.kind()) {
                return Err(RuleNotAllowed { code, kind: rule.kind() });
            }
        }
        Ok(())
    }
}

/// Whom people ask for help.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Support {
    /// An address to write to.
    pub email: Option<EmailAddress>,
    /// A site to visit.
    pub website_url: Option<WebUrl>,
}

impl Support {
    /// This one, completed from `other` where it says nothing.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self {
            email: self.email.clone().or_else(|| other.email.clone()),
            website_url: self.website_url.clone().or_else(|| other.website_url.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_its_code_does_not_allow_is_refused() {
        let mut recovery = Recovery::default();
        recovery.rules.insert(Code::FlowExpired, Rule::Client);
        assert_eq!(recovery.check(), Ok(()));
        recovery.rules.insert(Code::Unavailable, Rule::Restart);
        assert_eq!(
            recovery.check(),
            Err(RuleNotAllowed { code: Code::Unavailable, kind: OutcomeKind::Restart })
        );
    }

    #[test]
    fn rules_are_written_as_the_documents_say() {
        let rule = Rule::Redirect { url: WebUrl::parse("https://a.example/").unwrap(), append_reason: true };
        let json = serde_json::to_value(rule).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"outcome": "redirect", "url": "https://a.example/", "appendReason": true})
        );
    }
}
