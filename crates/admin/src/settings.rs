//! The sign-in experience of the tenant.

use fault::Code;
use model::{EmailAddress, Recovery, Rule, SignInExperience};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use store::audit::{AuditEvent, AuditLine};
use store::settings::FoundSettings;

use crate::change::Field;
use crate::{ChangeError, Invalid, Operator};

/// What a `PATCH` may say. A field that is absent stays; null and `""` clear it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettingsPatch {
    #[serde(default)]
    unknown_session_redirect_url: Field,
    #[serde(default)]
    support_email: Field,
    #[serde(default)]
    support_website_url: Field,
    #[serde(default)]
    recovery: Option<Map<String, Value>>,
}

/// Reads an address to write to.
pub(crate) fn email(field: &str, text: &str) -> Result<EmailAddress, Invalid> {
    EmailAddress::parse(text).map_err(|error| Invalid::new(field, error))
}

/// Reads the rules of recovery: an object from code to rule.
pub(crate) fn rules(rules: Map<String, Value>) -> Result<BTreeMap<Code, Rule>, Invalid> {
    let mut read = BTreeMap::new();
    for (code, rule) in rules {
        let field = format!("recovery.{code}");
        let code: Code = code.parse().map_err(|error| Invalid::new(field.as_str(), error))?;
        let rule = serde_json::from_value(rule).map_err(|error| Invalid::new(field, error))?;
        read.insert(code, rule);
    }
    Ok(read)
}

/// The body of `GET /api/sign-in-exp`.
pub fn body(settings: &SignInExperience) -> Value {
    json!({
        "unknownSessionRedirectUrl": settings.recovery.unknown_session_redirect_url,
        "supportEmail": settings.support.email,
        "supportWebsiteUrl": settings.support.website_url,
        "recovery": settings.recovery.rules,
    })
}

impl Operator {
    /// Changes the sign-in experience.
    pub async fn change_settings(&self, patch: SettingsPatch) -> Result<SignInExperience, ChangeError> {
        let FoundSettings { mut settings, saved_at } = self.store.sign_in_experience().await?;
        let (recovery, support) = (&mut settings.recovery, &mut settings.support);
        let address = |field: &'static str| move |text: &str| self.address(field, text);
        let unknown = &mut recovery.unknown_session_redirect_url;
        patch.unknown_session_redirect_url.change(unknown, address("unknownSessionRedirectUrl"))?;
        patch.support_email.change(&mut support.email, |text| email("supportEmail", text))?;
        patch.support_website_url.change(&mut support.website_url, address("supportWebsiteUrl"))?;
        if let Some(given) = patch.recovery {
            settings.recovery = Recovery { rules: rules(given)?, ..settings.recovery };
            self.check_rules(&settings.recovery)?;
        }
        let line =
            AuditLine::new(AuditEvent::SettingsChanged, &*self.clock, &*self.entropy).detail(body(&settings));
        // Later than the version that was read, also when two changes fall into one tick of the clock.
        let tick = Duration::from_micros(1);
        let now = saved_at.map_or(self.clock.now(), |read_at| self.clock.now().max(read_at.plus(tick)));
        if !self.store.save_sign_in_experience(&settings, now, saved_at, line).await? {
            return Err(ChangeError::Conflict);
        }
        self.directory.renew().await?;
        Ok(settings)
    }
}
