//! What a password may be (SP 800-63B-4 §3.1.1.2): long enough and not guessable. No rules of composition, no
//! forced change, nothing cut off.

use model::User;
use secrecy::{ExposeSecret as _, SecretString};
use unicode_normalization::UnicodeNormalization as _;

use crate::common_passwords;

/// The fewest characters of a password that is the only factor (C138).
pub const SHORTEST: usize = 15;
/// The most bytes that are hashed; longer ones are refused before any work is done.
pub const LONGEST: usize = 1_024;

/// Why a password may not be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    /// It was stolen somewhere and published: everybody knows it.
    #[error("the password is known to everybody")]
    Common,
    /// It appears in lists, repeats itself, or is made of the person's own names.
    #[error("the password is easy to guess")]
    Guessable,
    /// More than [`LONGEST`] bytes.
    #[error("the password is longer than {LONGEST} bytes")]
    TooLong,
    /// Fewer than [`SHORTEST`] characters.
    #[error("the password has fewer than {SHORTEST} characters")]
    TooShort,
}

/// The form that is hashed: NFC, so that an accent typed two ways is one password (C140). Nothing else is changed.
pub fn normalise(password: &SecretString) -> SecretString {
    password.expose_secret().nfc().collect::<String>().into()
}

/// What a password of this person must not be made of.
pub(crate) fn names(user: &User) -> Vec<String> {
    let email = user.email.as_ref().map(|email| email.as_str().to_owned());
    [user.username.clone(), email, user.name.clone()].into_iter().flatten().collect()
}

/// Whether a password may be set by a person with these names.
pub fn check(password: &SecretString, names: &[&str]) -> Result<(), PasswordRefused> {
    let text = password.expose_secret();
    if text.len() > LONGEST {
        return Err(PasswordRefused::TooLong);
    }
    if text.nfc().count() < SHORTEST {
        return Err(PasswordRefused::TooShort);
    }
    if common_passwords::contain(text) {
        return Err(PasswordRefused::Common);
    }
    // Three of four: at least 10^8 guesses, in zxcvbn's estimate.
    if zxcvbn::zxcvbn(text, names).score() < zxcvbn::Score::Three || is_made_of(text, names) {
        return Err(PasswordRefused::Guessable);
    }
    Ok(())
}

/// Whether hardly anything is left when the person's own names are taken out.
fn is_made_of(text: &str, names: &[&str]) -> bool {
    let mut rest = text.to_lowercase();
    for name in names.iter().flat_map(|name| name.split(|c: char| !c.is_alphanumeric())) {
        if name.chars().count() >= 3 {
            rest = rest.replace(&name.to_lowercase(), "");
        }
    }
    rest.chars().filter(|c| c.is_alphanumeric()).count() < SHORTEST / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(text: &str) -> Result<(), PasswordRefused> {
        check(&text.to_owned().into(), &["ada.lovelace"])
    }

    #[test]
    fn c138_fifteen_characters_alone_and_a_bound_before_hashing() {
        assert_eq!(verdict("short one"), Err(PasswordRefused::TooShort));
        assert_eq!(verdict("14 chars long!"), Err(PasswordRefused::TooShort));
        assert_eq!(verdict("quiet harbour lamp 9"), Ok(()));
        assert_eq!(verdict(&"tide lamp oak ".repeat(5)[..64]), Ok(()));
        assert_eq!(verdict(&"x".repeat(1 << 20)), Err(PasswordRefused::TooLong));
        assert_eq!(verdict("ééééééé"), Err(PasswordRefused::TooShort), "characters are counted, not bytes");
    }

    #[test]
    fn c141_no_rules_of_composition() {
        assert_eq!(verdict("onlylowercaseletterswithoutend"), Ok(()));
        assert_eq!(verdict("    spaces are welcome    "), Ok(()));
        assert_eq!(verdict("松下问童子言师采药去只在此山中云深"), Ok(()));
    }

    #[test]
    fn c142_what_is_common_or_personal_is_refused() {
        for common in [
            "password1234567",
            "qwertyuiopasdfghjkl",
            "aaaaaaaaaaaaaaaaaaaa",
            "123456789012345",
            "ada.lovelace.ada.lovelace",
        ] {
            let refused = verdict(common);
            assert!(matches!(refused, Err(PasswordRefused::Common | PasswordRefused::Guessable)), "{common}");
        }
    }

    #[test]
    fn c142_what_was_published_is_refused_though_it_looks_hard_to_guess() {
        let only_known = |text: &str| {
            zxcvbn::zxcvbn(text, &[]).score() >= zxcvbn::Score::Three
                && verdict(text) == Err(PasswordRefused::Common)
        };
        for known in ["CourageTheCowardlyDog", "coredumped870811!", "cottonginny1978"] {
            assert!(only_known(known), "{known}");
        }
    }

    #[test]
    fn f51_no_service_is_asked_so_none_can_be_down() {
        // The list is part of the program: the same answer without a network, a disk or a database.
        assert_eq!(verdict("cottonginny1978"), Err(PasswordRefused::Common));
        assert_eq!(verdict("quiet harbour lamp 9"), Ok(()));
    }

    #[test]
    fn c140_an_accent_typed_two_ways_is_one_password() {
        let composed = normalise(&"caf\u{e9}".to_owned().into());
        let decomposed = normalise(&"cafe\u{301}".to_owned().into());
        assert_eq!(composed.expose_secret(), decomposed.expose_secret());
    }
}
