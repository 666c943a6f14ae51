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
    /// What it was made of.
    pub parts: LetterParts,
}

/// What a letter is made of, for whoever says it in other words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterParts {
    /// Which letter it is: one of [`Letter::NAMES`].
    pub name: &'static str,
    /// Its language.
    pub locale: Locale,
    /// Its subject.
    pub subject: String,
    /// To whom it is, as they know themselves. Their own words.
    pub person: String,
    /// What has happened, or can be done.
    pub what: String,
    /// The words of the button.
    pub button: String,
    /// Where the button leads.
    pub link: String,
    /// The six digits that do the same, in letters that have some.
    pub code: Option<String>,
    /// What to do for whoever did not ask for it.
    pub not_you: String,
}

/// What a letter is made of.
#[derive(Template)]
#[template(path = "letters/letter.html")]
struct Contents<'a> {
    name: &'static str,
    locale: Locale,
    person: &'a str,
    subject: String,
    what: String,
    label: String,
    address: &'a str,
    /// What is said of the code; empty when there is none.
    code: String,
    digits: Option<&'a str>,
    not_you: String,
    /// Whether the last paragraph is about the address, not about doing nothing.
    address_last: bool,
}

/// A link and the six digits that do the same where it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkAndCode<'a> {
    /// The address of the link.
    pub address: &'a str,
    /// The digits.
    pub code: &'a str,
}

/// What an invitation says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvitationWords<'a> {
    /// Who is invited: their address.
    pub person: &'a str,
    /// The name of the organization.
    pub organization: &'a str,
    /// Who invites, as others reach them.
    pub inviter: Option<&'a str>,
    /// For how many days it is good.
    pub days: i64,
}

/// What a letter says of a provider that came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProviderWords<'a> {
    /// Whose account it is, as they know themselves.
    pub person: &'a str,
    /// The name of the provider.
    pub provider: &'a str,
    /// When, as `2026-11-21 17:40`, in UTC.
    pub at: &'a str,
    /// Where the owner sees what is linked.
    pub account: &'a str,
}

/// The texts of a letter with a link.
struct Keys {
    subject: &'static str,
    what: &'static str,
    button: &'static str,
    not_you: &'static str,
}

/// The name of a letter: that of the text which says what it is about.
fn name_of(keys: &Keys) -> &'static str {
    let name = keys.what.strip_prefix("letter.").and_then(|rest| rest.strip_suffix("-what"));
    name.expect("the texts of letters are named so")
}

impl Letter {
    /// The name of every letter.
    pub const NAMES: [&str; 16] = [
        "changed",
        "changed-by-phone",
        "held",
        "in-use",
        "invitation",
        "known",
        "linked",
        "moved",
        "phone-added",
        "phone-removed",
        "register",
        "removed",
        "reset",
        "set",
        "sign-in",
        "verify",
    ];

    /// The letter with the link by which a new password is chosen.
    pub fn password_reset(locale: Locale, person: &str, link: LinkAndCode<'_>) -> Self {
        let keys = Keys {
            subject: "letter.reset-subject",
            what: "letter.reset-what",
            button: "letter.reset-button",
            not_you: "letter.reset-not-you",
        };
        Self::with_link(locale, person, link, &keys)
    }

    /// The letter with the link that signs in.
    pub fn sign_in(locale: Locale, person: &str, link: LinkAndCode<'_>) -> Self {
        let keys = Keys {
            subject: "letter.sign-in-subject",
            what: "letter.sign-in-what",
            button: "letter.sign-in-button",
            not_you: "letter.sign-in-not-you",
        };
        Self::with_link(locale, person, link, &keys)
    }

    /// The letter with the link that makes an account of an address.
    pub fn register(locale: Locale, address: &str, link: LinkAndCode<'_>) -> Self {
        let keys = Keys {
            subject: "letter.register-subject",
            what: "letter.register-what",
            button: "letter.register-button",
            not_you: "letter.register-not-you",
        };
        Self::with_link(locale, address, link, &keys)
    }

    /// The letter to somebody with an account, whose address was to get one (C145). Its link signs in.
    pub fn already_registered(locale: Locale, person: &str, link: LinkAndCode<'_>) -> Self {
        let keys = Keys {
            subject: "letter.known-subject",
            what: "letter.known-what",
            button: "letter.sign-in-button",
            not_you: "letter.sign-in-not-you",
        };
        Self::with_link(locale, person, link, &keys)
    }

    /// The letter that invites somebody into an organization. It has no code: nobody has asked for one.
    pub fn invitation(locale: Locale, words: &InvitationWords<'_>, address: &str) -> Self {
        let say = Texts::of(locale);
        Contents {
            name: "invitation",
            locale,
            person: words.person,
            subject: say.say("letter.invitation-subject").to_string(),
            what: say
                .say("letter.invitation-what")
                .with("organization", words.organization)
                .with("known", if words.inviter.is_some() { "yes" } else { "no" })
                .with("inviter", words.inviter.unwrap_or_default())
                .with("days", words.days)
                .to_string(),
            label: say.say("letter.invitation-button").to_string(),
            address,
            code: String::new(),
            digits: None,
            not_you: say.say("letter.invitation-not-you").to_string(),
            address_last: false,
        }
        .into_letter()
    }

    fn with_link(locale: Locale, person: &str, link: LinkAndCode<'_>, keys: &Keys) -> Self {
        let say = Texts::of(locale);
        Contents {
            name: name_of(keys),
            locale,
            person,
            subject: say.say(keys.subject).to_string(),
            what: say.say(keys.what).with("person", person).to_string(),
            label: say.say(keys.button).to_string(),
            address: link.address,
            code: say.say("letter.code").with("code", link.code).to_string(),
            digits: Some(link.code),
            not_you: say.say(keys.not_you).to_string(),
            address_last: false,
        }
        .into_letter()
    }

    /// The letter that says that the password was changed by a link, and which providers were `removed` with it; empty
    /// when there were none. The address leads to where another can be chosen.
    pub fn password_changed(locale: Locale, person: &str, removed: &str, address: &str) -> Self {
        let keys = Keys {
            subject: "letter.changed-subject",
            what: "letter.changed-what",
            button: "letter.reset-button",
            not_you: "letter.changed-not-you",
        };
        let some = if removed.is_empty() { "no" } else { "yes" };
        Self::notice_with(locale, person, &[("removed", some), ("providers", removed)], address, &keys)
    }

    /// The same, when it was by a code that went to the telephone.
    pub fn password_changed_by_phone(locale: Locale, person: &str, removed: &str, address: &str) -> Self {
        let keys = Keys {
            subject: "letter.changed-by-phone-subject",
            what: "letter.changed-by-phone-what",
            button: "letter.reset-button",
            not_you: "letter.changed-by-phone-not-you",
        };
        let some = if removed.is_empty() { "no" } else { "yes" };
        Self::notice_with(locale, person, &[("removed", some), ("providers", removed)], address, &keys)
    }

    /// The letter that says that a provider was linked, and signs in from now on. The address leads to where a new
    /// password is chosen, which undoes it.
    pub fn provider_linked(locale: Locale, words: &ProviderWords<'_>, address: &str) -> Self {
        let keys = Keys {
            subject: "letter.linked-subject",
            what: "letter.linked-what",
            button: "letter.reset-button",
            not_you: "letter.linked-not-you",
        };
        Self::about_provider(locale, words, address, &keys)
    }

    /// The letter that says that a provider was removed. The address is that of the same.
    pub fn provider_removed(locale: Locale, words: &ProviderWords<'_>, address: &str) -> Self {
        let keys = Keys {
            subject: "letter.removed-subject",
            what: "letter.removed-what",
            button: "letter.reset-button",
            not_you: "letter.set-not-you",
        };
        Self::about_provider(locale, words, address, &keys)
    }

    /// The letter that says that somebody who is signed in has set the password. The address is that of the same.
    pub fn password_set(locale: Locale, person: &str, address: &str) -> Self {
        let keys = Keys {
            subject: "letter.changed-subject",
            what: "letter.set-what",
            button: "letter.reset-button",
            not_you: "letter.set-not-you",
        };
        Self::notice(locale, person, address, &keys)
    }

    /// The letter with the link that shows that an address is theirs.
    pub fn verify_email(locale: Locale, person: &str, link: LinkAndCode<'_>) -> Self {
        let keys = Keys {
            subject: "letter.verify-subject",
            what: "letter.verify-what",
            button: "letter.verify-button",
            not_you: "letter.verify-not-you",
        };
        Self::with_link(locale, person, link, &keys)
    }

    /// The letter to somebody with an account, whose address was to become that of another one (C145). The address is
    /// that of our pages.
    pub fn address_in_use(locale: Locale, person: &str, address: &str) -> Self {
        let keys = Keys {
            subject: "letter.in-use-subject",
            what: "letter.in-use-what",
            button: "letter.in-use-button",
            not_you: "letter.in-use-not-you",
        };
        Self::notice(locale, person, address, &keys)
    }

    /// The letter to an address that is kept until a day for the account that had it. The address is that of our pages.
    pub fn address_held(locale: Locale, person: &str, until: &str, address: &str) -> Self {
        let keys = Keys {
            subject: "letter.held-subject",
            what: "letter.held-what",
            button: "letter.in-use-button",
            not_you: "letter.held-not-you",
        };
        Self::notice_with(locale, person, &[("until", until)], address, &keys)
    }

    /// The letter that says that the account has a telephone number, or another one. The address is that of our pages.
    pub fn phone_added(locale: Locale, person: &str, address: &str) -> Self {
        let keys = Keys {
            subject: "letter.phone-added-subject",
            what: "letter.phone-added-what",
            button: "letter.in-use-button",
            not_you: "letter.phone-added-not-you",
        };
        Self::notice(locale, person, address, &keys)
    }

    /// The letter that says that the account's telephone number was removed. The address is that of our pages.
    pub fn phone_removed(locale: Locale, person: &str, address: &str) -> Self {
        let keys = Keys {
            subject: "letter.phone-removed-subject",
            what: "letter.phone-removed-what",
            button: "letter.in-use-button",
            not_you: "letter.phone-removed-not-you",
        };
        Self::notice(locale, person, address, &keys)
    }

    /// The letter to the address that an account had until now, with the link that puts it back (C164).
    pub fn email_changed(locale: Locale, person: &str, address: &str) -> Self {
        let keys = Keys {
            subject: "letter.moved-subject",
            what: "letter.moved-what",
            button: "letter.moved-button",
            not_you: "letter.moved-not-you",
        };
        Self::notice(locale, person, address, &keys)
    }

    fn about_provider(locale: Locale, words: &ProviderWords<'_>, address: &str, keys: &Keys) -> Self {
        let more = [("provider", words.provider), ("at", words.at), ("account", words.account)];
        Self::notice_with(locale, words.person, &more, address, keys)
    }

    fn notice(locale: Locale, person: &str, address: &str, keys: &Keys) -> Self {
        Self::notice_with(locale, person, &[], address, keys)
    }

    /// A letter that says what was done, and what to do if it was not them.
    fn notice_with(
        locale: Locale,
        person: &str,
        more: &[(&'static str, &str)],
        address: &str,
        keys: &Keys,
    ) -> Self {
        let say = Texts::of(locale);
        let what = say.say(keys.what).with("person", person);
        let what = more.iter().fold(what, |what, (name, value)| what.with(name, *value));
        Contents {
            name: name_of(keys),
            locale,
            person,
            subject: say.say(keys.subject).to_string(),
            what: what.to_string(),
            label: say.say(keys.button).to_string(),
            address,
            code: String::new(),
            digits: None,
            not_you: say.say(keys.not_you).to_string(),
            address_last: true,
        }
        .into_letter()
    }
}

impl Contents<'_> {
    fn into_letter(self) -> Letter {
        let html = self.render().expect("a letter has nothing that can fail");
        let Self { name, locale, person, what, label, address, code, digits, not_you, .. } = self;
        let text = if self.address_last {
            format!("{what}\n\n{not_you}\n\n{address}\n")
        } else {
            let paragraphs = [what.as_str(), address, &code, &not_you];
            paragraphs.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n") + "\n"
        };
        let subject = shown(&self.subject).into_owned();
        let parts = LetterParts {
            name,
            locale,
            subject: subject.clone(),
            person: shown(person).into_owned(),
            what,
            button: label,
            link: address.to_owned(),
            code: digits.map(str::to_owned),
            not_you,
        };
        Letter { subject, text, html, parts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_a_name_of_its_own() {
        let (locale, person, address) = (Locale::En, "ada", "https://id.example/");
        let link = LinkAndCode { address, code: "123456" };
        let provider = ProviderWords { person, provider: "Work", at: "2026-11-21 17:40", account: address };
        let mut names = [
            Letter::password_reset(locale, person, link),
            Letter::sign_in(locale, person, link),
            Letter::invitation(
                locale,
                &InvitationWords { person, organization: "Harbour", inviter: None, days: 7 },
                address,
            ),
            Letter::register(locale, person, link),
            Letter::already_registered(locale, person, link),
            Letter::password_changed(locale, person, "", address),
            Letter::password_changed_by_phone(locale, person, "", address),
            Letter::provider_linked(locale, &provider, address),
            Letter::provider_removed(locale, &provider, address),
            Letter::password_set(locale, person, address),
            Letter::verify_email(locale, person, link),
            Letter::address_held(locale, person, "2026-11-28 17:40", address),
            Letter::address_in_use(locale, person, address),
            Letter::email_changed(locale, person, address),
            Letter::phone_added(locale, person, address),
            Letter::phone_removed(locale, person, address),
        ]
        .map(|letter| letter.parts.name);
        names.sort_unstable();
        assert_eq!(names, Letter::NAMES);
    }
}
