//! What text messages say: one short text each, of our own words only.

use crate::Locale;
use crate::texts::Texts;

/// What a text message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextMessage(String);

impl TextMessage {
    /// The code that signs in at a host.
    pub fn sign_in(locale: Locale, host: &str, code: &str) -> Self {
        Self::with_code(locale, "text-message.sign-in", host, code)
    }

    /// The code that lets choose a new password.
    pub fn password_reset(locale: Locale, host: &str, code: &str) -> Self {
        Self::with_code(locale, "text-message.reset", host, code)
    }

    /// The code that shows that the number is theirs.
    pub fn verify(locale: Locale, host: &str, code: &str) -> Self {
        Self::with_code(locale, "text-message.verify", host, code)
    }

    /// That the password was set. The address leads to where another can be chosen.
    pub fn password_set(locale: Locale, host: &str, address: &str) -> Self {
        let say = Texts::of(locale);
        Self(say.say("text-message.password-set").with("host", host).with("address", address).to_string())
    }

    /// To a number, that it signs in no more. The address leads to where another password can be chosen.
    pub fn phone_lost(locale: Locale, host: &str, address: &str) -> Self {
        let say = Texts::of(locale);
        Self(say.say("text-message.phone-lost").with("host", host).with("address", address).to_string())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last line binds the code to our pages: a browser that fills it in by itself does so at this host and at no other
    /// (Origin-bound one-time codes delivered via SMS, WICG).
    fn with_code(locale: Locale, key: &'static str, host: &str, code: &str) -> Self {
        let words = Texts::of(locale).say(key).with("host", host).with("code", code).to_string();
        Self(format!("{words}\n\n@{host} #{code}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_one_message_where_the_alphabet_allows_it() {
        let (host, code) = ("login.example.com", "123456");
        for locale in Locale::ALL {
            for message in [
                TextMessage::sign_in(locale, host, code),
                TextMessage::password_reset(locale, host, code),
                TextMessage::verify(locale, host, code),
            ] {
                let text = message.as_str();
                assert!(text.contains(code) && text.ends_with("\n\n@login.example.com #123456"), "{text}");
                // GSM 03.38 has room for 160 letters of Latin script, UCS-2 for 70 of any.
                let limit = if text.is_ascii() { 160 } else { 70 };
                assert!(text.chars().count() <= limit, "{} letters: {text}", text.chars().count());
            }
        }
    }
}
