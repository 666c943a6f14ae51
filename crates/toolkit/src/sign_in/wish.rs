//! What a link to the sign-in route may wish for, be it the website's own or one of the provider (OpenID Connect
//! Core §4).

use super::return_to::ReturnTo;
use super::trouble::Trouble;

/// The longest e-mail address (RFC 5321 §4.5.3.1.3).
const LONGEST_HINT: usize = 254;
/// The longest list of languages.
const LONGEST_LOCALES: usize = 100;
/// What a page may be asked to be (Core §3.1.2.1, and Initiating User Registration 1.0).
const PROMPTS: [&str; 5] = ["consent", "create", "login", "none", "select_account"];

/// What a link wishes for. A wish that makes no sense is left out: it would only have filled a field.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) return_to: Option<ReturnTo>,
    pub(super) login_hint: Option<String>,
    pub(super) prompt: Option<String>,
    pub(super) ui_locales: Option<String>,
    /// This is the second try, made by the website itself.
    pub(super) again: bool,
}

impl Wish {
    /// Only the website's own provider may send people here, and never on to somewhere else: `target_link_uri` would
    /// make an open redirect of it.
    pub(super) fn read(query: &str, issuer: &str) -> Result<Self, Trouble> {
        let mut values = [const { None }; NAMES.len()];
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let Some(at) = NAMES.iter().position(|known| *known == name) else { continue };
            if values[at].replace(value.into_owned()).is_some() {
                return Err(Trouble::BeginningRefused);
            }
        }
        let [again, iss, login_hint, prompt, return_to, target_link_uri, ui_locales] = values;
        if target_link_uri.is_some() || iss.is_some_and(|iss| iss != issuer) {
            return Err(Trouble::BeginningRefused);
        }
        Ok(Self {
            return_to: return_to.and_then(|path| ReturnTo::parse(&path)),
            login_hint: login_hint.filter(|hint| is_short(hint, LONGEST_HINT)),
            prompt: prompt.filter(|prompt| prompt.split(' ').all(|word| PROMPTS.contains(&word))),
            ui_locales: ui_locales.filter(|locales| is_short(locales, LONGEST_LOCALES)),
            again: again.is_some(),
        })
    }
}

const NAMES: [&str; 7] =
    ["again", "iss", "login_hint", "prompt", "return_to", "target_link_uri", "ui_locales"];

fn is_short(text: &str, longest: usize) -> bool {
    !text.is_empty() && text.len() <= longest && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "http://localhost:3001/oidc";

    #[test]
    fn only_our_provider_begins_a_sign_in() {
        for wrong in [
            "iss=http%3A%2F%2Flocalhost%3A3001",
            "iss=https%3A%2F%2Fevil.example",
            "iss=",
            "target_link_uri=https%3A%2F%2Fevil.example",
            "login_hint=a&login_hint=b",
            "return_to=%2Fa&return_to=%2Fb",
        ] {
            assert_eq!(Wish::read(wrong, ISSUER), Err(Trouble::BeginningRefused), "{wrong}");
        }
    }

    #[test]
    fn a_wish_is_taken_when_it_makes_sense() {
        #[track_caller]
        fn check(query: &str, wish: Wish) {
            assert_eq!(Wish::read(query, ISSUER), Ok(wish), "{query}");
        }
        let none = Wish::default;
        let text = |text: &str| Some(text.to_owned());
        check("", none());
        let iss = "iss=http%3A%2F%2Flocalhost%3A3001%2Foidc&login_hint=a%40b.example";
        check(iss, Wish { login_hint: text("a@b.example"), ..none() });
        check("login_hint=a%0Ab&unknown=1", none());
        check(
            "return_to=%2Fnotes%3Fpage%3D2",
            Wish { return_to: ReturnTo::parse("/notes?page=2"), ..none() },
        );
        check("return_to=https%3A%2F%2Fevil.example", none());
        check("return_to=%2F%2Fevil.example", none());
        check("prompt=login%20consent", Wish { prompt: text("login consent"), ..none() });
        check("prompt=made%20up", none());
        check("ui_locales=fr-CA%20en&again=1", Wish { ui_locales: text("fr-CA en"), again: true, ..none() });
    }
}
