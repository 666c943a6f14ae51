//! The languages of the pages, and which of them a person gets.

use std::sync::LazyLock;

use fluent_langneg::{LanguageIdentifier, NegotiationStrategy, negotiate_languages};

/// A language that the pages speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    ZhCn,
}

/// How many languages of a list are looked at. Nobody reads more; a longer list is somebody playing.
const MOST_WISHES: usize = 16;

/// The longest tag that is looked at: RFC 5646 §4.4.1 asks for room for 35 characters.
const LONGEST_TAG: usize = 35;

impl Locale {
    /// Every language, the fallback first.
    pub const ALL: [Self; 2] = [Self::En, Self::ZhCn];

    /// The tag for `lang` (RFC 5646).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhCn => "zh-CN",
        }
    }

    /// The direction of the script, for `dir`.
    pub const fn dir(self) -> &'static str {
        match self {
            Self::En | Self::ZhCn => "ltr",
        }
    }

    /// The language for a person: of those the application asked for (`ui_locales`, best first), else of those the
    /// browser asks for, else English. Whatever is not a language is passed over.
    pub fn negotiate(ui_locales: &[&str], accept_language: Option<&str>) -> Self {
        let mut wishes: Vec<LanguageIdentifier> =
            ui_locales.iter().take(MOST_WISHES).filter_map(|tag| read(tag)).collect();
        wishes.extend(accept_language.map(accepted).unwrap_or_default());
        let found = negotiate_languages(&wishes, &*AVAILABLE, None, NegotiationStrategy::Lookup);
        found
            .first()
            .and_then(|id| AVAILABLE.iter().position(|one| one == *id))
            .map_or(Self::En, |at| Self::ALL[at])
    }
}

/// The tags of [`Locale::ALL`], parsed, in the same order.
static AVAILABLE: LazyLock<[LanguageIdentifier; 2]> =
    LazyLock::new(|| Locale::ALL.map(|locale| read(locale.tag()).expect("our own tags are well-formed")));

fn read(tag: &str) -> Option<LanguageIdentifier> {
    let tag = tag.trim();
    if tag.len() > LONGEST_TAG { None } else { tag.parse().ok() }
}

/// The languages of an `Accept-Language` header (RFC 9110 §12.5.4), best first.
fn accepted(header: &str) -> Vec<LanguageIdentifier> {
    let mut weighed: Vec<(u32, LanguageIdentifier)> = header
        .split(',')
        .take(MOST_WISHES)
        .filter_map(|part| {
            let (tag, weight) =
                part.split_once(';').map_or((part, None), |(tag, weight)| (tag, Some(weight)));
            Some((weight.map_or(1000, thousandths), read(tag)?))
        })
        .filter(|(weight, _)| *weight > 0)
        .collect();
    // Stable: of two that weigh the same, the one named first stays first.
    weighed.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    weighed.into_iter().map(|(_, id)| id).collect()
}

/// A weight such as `q=0.8` in thousandths; whatever is not one counts as nothing.
fn thousandths(parameter: &str) -> u32 {
    let Some(value) = parameter.trim().strip_prefix("q=") else { return 0 };
    match value.parse::<f32>() {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
        Ok(weight) if (0.0..=1.0).contains(&weight) => (weight * 1000.0) as u32,
        Ok(_) | Err(_) => 0,
    }
}
