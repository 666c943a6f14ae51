//! The letters that people get by e-mail: a subject, a text, and the same as HTML.

use askama::Template;

use crate::Locale;
use crate::texts::{Texts, shown};

/// A letter, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The subject: one line, of our own words only.
    pub subject: String,
    /// The letter as plain text.
    pub text: String,
    /// The letter as HTML.
    pub html: String,
}

/// What a letter is made of.
#[derive(Template)]
#[template(path = "letters/letter.html")]
struct Contents<'a> {
    locale: Locale,
    subject: String,
    what: String,
    label: String,
    address: &'a str,
    not_you: String,
    /// Whether the last paragraph is about the address, not about doing nothing.
    address_last: bool,
}

impl Letter {
    /// The letter with the link by which a new password is chosen.
    pub fn password_reset(locale: Locale, person: &str, address: &str) -> Self {
        let say = Texts::of(locale);
        Contents {
            locale,
            subject: say.say("letter.reset-subject").to_string(),
            what: say.say("letter.reset-what").with("person", person).to_string(),
            label: say.say("letter.reset-button").to_string(),
            address,
            not_you: say.say("letter.reset-not-you").to_string(),
            address_last: false,
        }
        .into_letter()
    }

    /// The letter that says that the password was changed. The address leads to where another can be chosen.
    pub fn password_changed(locale: Locale, person: &str, address: &str) -> Self {
        let say = Texts::of(locale);
        Contents {
            locale,
            subject: say.say("letter.changed-subject").to_string(),
            what: say.say("letter.changed-what").with("person", person).to_string(),
            label: say.say("letter.reset-button").to_string(),
            address,
            not_you: say.say("letter.changed-not-you").to_string(),
            address_last: true,
        }
        .into_letter()
    }
}

impl Contents<'_> {
    fn into_letter(self) -> Letter {
        let html = self.render().expect("a letter has nothing that can fail");
        let Self { what, address, not_you, .. } = self;
        let text = if self.address_last {
            format!("{what}\n\n{not_you}\n\n{address}\n")
        } else {
            format!("{what}\n\n{address}\n\n{not_you}\n")
        };
        Letter { subject: shown(&self.subject).into_owned(), text, html }
    }
}
