//! Passwords that everybody knows, as they were stolen and published. Whoever guesses begins with them (C142).
//!
//! The list stands inside the program, so there is no service that could be down, and nobody learns what was asked for
//! (F51). `lists/README.md` says where it is from.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;

/// The list: one password a line, in its normal form, sorted by bytes.
static LIST: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("../lists/common_passwords.txt").lines().collect());

/// Whether a password is on the list, however it is capitalised.
pub(crate) fn contain(password: &str) -> bool {
    LIST.binary_search(&normal_form(password).as_str()).is_ok()
}

fn normal_form(password: &str) -> String {
    password.to_lowercase().nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::SHORTEST;

    #[test]
    fn the_list_is_as_the_search_needs_it_and_holds_nothing_that_is_refused_anyway() {
        assert!(LIST.len() > 3_000, "{}", LIST.len());
        assert!(LIST.is_sorted_by(|one, next| one < next), "sorted, and none twice");
        for line in LIST.iter() {
            assert_eq!(normal_form(line), *line, "in its normal form");
            assert!((SHORTEST..=64).contains(&line.chars().count()), "{line}");
        }
    }

    #[test]
    fn c142_a_known_password_is_found_however_it_is_written() {
        assert!(contain("couragethecowardlydog"));
        assert!(contain("CourageTheCowardlyDog"));
        assert!(!contain("quiet harbour lamp 9"));
        assert!(!contain(""));
    }
}
