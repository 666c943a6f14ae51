//! Step 10: which pages the client wants, and what it says about the person.

use serde::{Deserialize, Serialize};

use crate::{OAuthError, Parameters};

/// The values of `prompt` (Core §3.1.2.1, and `create` of Initiating User Registration).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompts {
    /// Show no page.
    pub none: bool,
    /// Let the person show again who they are.
    pub login: bool,
    /// Ask the person again.
    pub consent: bool,
    /// Let the person choose the account.
    pub select_account: bool,
    /// Let the person make an account, whoever is signed in.
    #[serde(default)]
    pub create: bool,
}

/// What the client wishes.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    pub(super) prompts: Prompts,
    pub(super) max_age: Option<u32>,
    pub(super) login_hint: Option<String>,
    pub(super) ui_locales: Vec<String>,
    pub(super) register_first: bool,
    pub(super) direct_sign_in: Option<String>,
}

/// Values that exist, and go together.
pub(super) fn check(parameters: &Parameters) -> Result<Wishes, OAuthError> {
    let mut wishes = Wishes::default();
    for word in parameters.first("prompt").unwrap_or_default().split(' ').filter(|word| !word.is_empty()) {
        match word {
            "none" => wishes.prompts.none = true,
            "login" => wishes.prompts.login = true,
            "consent" => wishes.prompts.consent = true,
            "select_account" => wishes.prompts.select_account = true,
            "create" => wishes.prompts.create = true,
            _ => return Err(OAuthError::invalid_request("prompt has a value that is not known")),
        }
    }
    let Prompts { none, login, consent, select_account, create } = wishes.prompts;
    if none && (login || consent || select_account || create) {
        return Err(OAuthError::invalid_request("prompt=none goes with no other value"));
    }
    if let Some(text) = parameters.first("max_age") {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = text.parse().ok().filter(|_| digits);
        wishes.max_age =
            Some(seconds.ok_or_else(|| OAuthError::invalid_request("max_age is not a number of seconds"))?);
    }
    wishes.login_hint = parameters.first("login_hint").map(str::to_owned);
    let locales = parameters.first("ui_locales").unwrap_or_default().split(' ').filter(|tag| !tag.is_empty());
    wishes.ui_locales = locales.take(10).map(str::to_owned).collect();
    // The field's own parameters for "open the registration page" (first_screen, and the older name).
    let screen = parameters.first("first_screen").or_else(|| parameters.first("interaction_mode"));
    wishes.register_first = create || matches!(screen, Some("register" | "signUp" | "identifier:register"));
    wishes.direct_sign_in = parameters.first("direct_sign_in").map(str::to_owned);
    Ok(wishes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_query(query: &str) -> Result<Wishes, OAuthError> {
        check(&Parameters::parse(query.as_bytes()).unwrap())
    }

    #[test]
    fn c020_max_age_is_a_plain_number() {
        assert_eq!(check_query("max_age=0").unwrap().max_age, Some(0));
        for wrong in ["-1", "+1", "1.5", "x", "99999999999"] {
            assert!(check_query(&format!("max_age={}", wrong.replace('+', "%2B"))).is_err(), "{wrong}");
        }
    }

    #[test]
    fn none_goes_alone_and_unknown_values_are_refused() {
        assert!(check_query("prompt=none").unwrap().prompts.none);
        assert!(check_query("prompt=none+login").is_err());
        assert!(check_query("prompt=none+create").is_err());
        assert!(check_query("prompt=sudo").is_err());
        assert!(check_query("prompt=login+consent").unwrap().prompts.login);
        assert!(check_query("first_screen=register").unwrap().register_first);
    }
}
