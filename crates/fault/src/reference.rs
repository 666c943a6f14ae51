//! The reference of a failure: eight letters that a person reads to support.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Letters and digits that are not mistaken for each other when read aloud or off a screen.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// Names one answered failure: `K7QF-2M9X`. It is no secret, yet looking one up needs an operator's rights.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference([u8; 8]);

/// A text that is not a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedReference;

impl Reference {
    /// From five random bytes: 40 bits, five to a letter.
    pub fn from_random(bytes: [u8; 5]) -> Self {
        let bits = bytes.iter().fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        Self(std::array::from_fn(|position| letter(bits >> (35 - 5 * position))))
    }
}

/// The letter of the lowest five bits.
fn letter(bits: u64) -> u8 {
    let index = usize::try_from(bits & 31).expect("five bits fit");
    ALPHABET[index]
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = std::str::from_utf8(&self.0).expect("the alphabet is ASCII");
        write!(f, "{}-{}", &letters[..4], &letters[4..])
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for MalformedReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a reference: eight letters and digits such as K7QF-2M9X are expected")
    }
}

impl std::error::Error for MalformedReference {}

impl FromStr for Reference {
    type Err = MalformedReference;

    /// Reads a reference as a person may have written it: in lower case, with or without the hyphen.
    fn from_str(text: &str) -> Result<Self, MalformedReference> {
        let mut letters =
            text.trim().bytes().filter(|byte| *byte != b'-').map(|byte| byte.to_ascii_uppercase());
        let mut read = [0; 8];
        for letter in &mut read {
            *letter = letters.next().filter(|byte| ALPHABET.contains(byte)).ok_or(MalformedReference)?;
        }
        if letters.next().is_some() { Err(MalformedReference) } else { Ok(Self(read)) }
    }
}

impl TryFrom<String> for Reference {
    type Error = MalformedReference;

    fn try_from(text: String) -> Result<Self, MalformedReference> {
        text.parse()
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_back_however_a_person_writes_it() {
        let reference = Reference::from_random([1, 2, 3, 250, 255]);
        let text = reference.to_string();
        assert_eq!(text.len(), 9);
        for written in [text.clone(), text.to_lowercase(), text.replace('-', ""), format!(" {text} ")] {
            assert_eq!(written.parse(), Ok(reference), "{written}");
        }
        for wrong in ["", "K7QF", "K7QF-2M9XX", "K7QF-2M9I", "K7QF-2M9Ü"] {
            assert_eq!(wrong.parse::<Reference>(), Err(MalformedReference), "{wrong}");
        }
    }

    #[test]
    fn all_forty_bits_count() {
        assert_eq!(Reference::from_random([0; 5]).to_string(), "2222-2222");
        assert_eq!(Reference::from_random([255; 5]).to_string(), "ZZZZ-ZZZZ");
        assert_ne!(Reference::from_random([0, 0, 0, 0, 1]), Reference::from_random([0; 5]));
    }
}
