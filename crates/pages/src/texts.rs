//! The words of the pages: Fluent, one folder of `texts/` per language.
//!
//! A text is asked for by its key: `"rehearsal"`, or `"sign-in.title"` for the attribute `.title` of `sign-in`.
//! Texts without arguments are resolved once; only the few with arguments cost anything later.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use fault::Reference;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::{Entry, Pattern};
use unic_langid::LanguageIdentifier;

use crate::Locale;

/// The texts of one language.
pub(crate) struct Texts {
    bundle: FluentBundle<FluentResource>,
    /// What needs no arguments.
    resolved: HashMap<String, String>,
}

/// A text with its arguments, ready to be written.
pub(crate) struct Say<'a> {
    texts: &'static Texts,
    key: &'a str,
    arguments: FluentArgs<'a>,
}

/// What may stand in a text. Templates hand over references to what they hold.
pub(crate) trait Argument<'a> {
    fn into_value(self) -> FluentValue<'a>;
}

/// The longest value that is shown, in characters: a host name fits whole, as its end says whose it is.
const LONGEST: usize = 253;

/// The files of `texts/<language>/`.
macro_rules! files {
    ($language:literal) => {
        [
            include_str!(concat!("../texts/", $language, "/frame.ftl")),
            include_str!(concat!("../texts/", $language, "/account.ftl")),
            include_str!(concat!("../texts/", $language, "/consent.ftl")),
            include_str!(concat!("../texts/", $language, "/failure.ftl")),
            include_str!(concat!("../texts/", $language, "/home.ftl")),
            include_str!(concat!("../texts/", $language, "/invitation.ftl")),
            include_str!(concat!("../texts/", $language, "/link.ftl")),
            include_str!(concat!("../texts/", $language, "/password.ftl")),
            include_str!(concat!("../texts/", $language, "/provider.ftl")),
            include_str!(concat!("../texts/", $language, "/register.ftl")),
            include_str!(concat!("../texts/", $language, "/sign-in.ftl")),
            include_str!(concat!("../texts/", $language, "/sign-out.ftl")),
            include_str!(concat!("../texts/", $language, "/text-message.ftl")),
        ]
    };
}

impl Texts {
    /// The texts of a language, read on first use.
    pub(crate) fn of(locale: Locale) -> &'static Self {
        static EN: LazyLock<Texts> = LazyLock::new(|| Texts::read(Locale::En, &files!("en")));
        static ZH_CN: LazyLock<Texts> = LazyLock::new(|| Texts::read(Locale::ZhCn, &files!("zh-CN")));
        match locale {
            Locale::En => &EN,
            Locale::ZhCn => &ZH_CN,
        }
    }

    /// The text of a key; arguments follow by [`Say::with`].
    pub(crate) fn say<'a>(&'static self, key: &'a str) -> Say<'a> {
        Say { texts: self, key, arguments: FluentArgs::new() }
    }

    fn read(locale: Locale, files: &[&str]) -> Self {
        let language: LanguageIdentifier = locale.tag().parse().expect("our own tags are well-formed");
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Fluent would wrap each argument in U+2068 and U+2069, so that a name written from right to left leaves
        // the sentence around it in order. The marks would stay in titles, in subjects of letters and in all that
        // is copied from a page; values are stripped of direction controls instead (`shown`), which is enough
        // while every language here runs from left to right. One that does not must switch this on.
        bundle.set_use_isolating(false);
        let mut keys = Vec::new();
        for file in files {
            let resource = FluentResource::try_new((*file).to_owned()).expect("a test reads every file");
            keys.extend(keys_of(&resource));
            bundle.add_resource(resource).expect("a test finds no key twice");
        }
        let mut texts = Self { bundle, resolved: HashMap::new() };
        for key in keys {
            let mut errors = Vec::new();
            let pattern = texts.pattern(&key).expect("the key was just read");
            let text = texts.bundle.format_pattern(pattern, None, &mut errors).into_owned();
            if errors.is_empty() {
                texts.resolved.insert(key, text);
            }
        }
        texts
    }

    fn pattern(&self, key: &str) -> Option<&Pattern<&str>> {
        match key.split_once('.') {
            None => self.bundle.get_message(key)?.value(),
            Some((message, attribute)) => {
                Some(self.bundle.get_message(message)?.get_attribute(attribute)?.value())
            }
        }
    }
}

/// Every key that a file defines.
fn keys_of(resource: &FluentResource) -> Vec<String> {
    let mut keys = Vec::new();
    for entry in resource.entries() {
        if let Entry::Message(message) = entry {
            let name = message.id.name;
            keys.extend(message.value.as_ref().map(|_| name.to_owned()));
            keys.extend(message.attributes.iter().map(|attribute| format!("{name}.{}", attribute.id.name)));
        }
    }
    keys
}

impl<'a> Say<'a> {
    /// Gives the text an argument.
    pub(crate) fn with(mut self, name: &'static str, value: impl Argument<'a>) -> Self {
        self.arguments.set(name, value.into_value());
        self
    }
}

impl fmt::Display for Say<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = self.texts.resolved.get(self.key) {
            return f.write_str(text);
        }
        let Some(pattern) = self.texts.pattern(self.key) else {
            // Tests walk all keys. Should one be missing even so, its name still says more than no page at all.
            debug_assert!(false, "there is no text {}", self.key);
            return f.write_str(self.key);
        };
        let mut errors = Vec::new();
        self.texts.bundle.write_pattern(f, pattern, Some(&self.arguments), &mut errors)?;
        debug_assert!(errors.is_empty(), "{}: {errors:?}", self.key);
        Ok(())
    }
}

impl<'a> Argument<'a> for &'a str {
    fn into_value(self) -> FluentValue<'a> {
        FluentValue::String(shown(self))
    }
}

impl<'a> Argument<'a> for i64 {
    fn into_value(self) -> FluentValue<'a> {
        self.into()
    }
}

/// Templates hand over references, at times to references.
impl<'a, T: Argument<'a> + Copy> Argument<'a> for &T {
    fn into_value(self) -> FluentValue<'a> {
        (*self).into_value()
    }
}

impl Argument<'_> for Reference {
    fn into_value(self) -> FluentValue<'static> {
        self.to_string().into()
    }
}

/// A value as it may stand in a sentence of ours: without control characters, without characters that turn the
/// direction of what follows, and not longer than a sentence can bear.
pub(crate) fn shown(value: &str) -> Cow<'_, str> {
    if value.len() <= LONGEST && value.chars().all(is_harmless) {
        return Cow::Borrowed(value);
    }
    let mut harmless = value.chars().filter(|c| is_harmless(*c));
    let mut shown: String = harmless.by_ref().take(LONGEST).collect();
    if harmless.next().is_some() {
        shown.push('…');
    }
    Cow::Owned(shown)
}

/// Whether a character stays in its place (UAX #9 §2 lists those that do not).
fn is_harmless(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
