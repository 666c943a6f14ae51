//! The texts: whole in every language, used, and fit to be read to somebody.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fault::Code;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use pages::{Button, FailurePage, Locale};
use scraper::{Html, Selector};

use crate::samples::{self, bare, failure, frame};

/// Every key of a language, with the names of the arguments and messages that it refers to.
type Texts = BTreeMap<String, BTreeSet<String>>;

fn folder(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The texts of all files below a folder, joined.
fn read_all(path: &Path) -> String {
    let mut entries: Vec<_> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
        .iter()
        .map(|entry| if entry.is_dir() { read_all(entry) } else { fs::read_to_string(entry).unwrap() + "\n" })
        .collect()
}

fn texts(locale: Locale) -> Texts {
    let text = read_all(&folder("texts").join(locale.tag()));
    let resource = fluent_syntax::parser::parse(text.as_str()).expect("every file can be read");
    let mut texts = Texts::new();
    let mut add = |key: String, pattern: &Pattern<&str>| {
        let mut names = BTreeSet::new();
        names_in(pattern, &mut names);
        assert!(texts.insert(key.clone(), names).is_none(), "{key} stands twice");
    };
    for entry in &resource.body {
        match entry {
            Entry::Message(message) => {
                let id = message.id.name;
                if let Some(value) = &message.value {
                    add(id.to_owned(), value);
                }
                for attribute in &message.attributes {
                    add(format!("{id}.{}", attribute.id.name), &attribute.value);
                }
            }
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
            Entry::Term(_) | Entry::Junk { .. } => panic!("neither terms nor junk are in use: {entry:?}"),
        }
    }
    texts
}

fn names_in(pattern: &Pattern<&str>, names: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        match expression {
            Expression::Inline(inline) => name_in(inline, names),
            Expression::Select { selector, variants } => {
                name_in(selector, names);
                for variant in variants {
                    names_in(&variant.value, names);
                }
            }
        }
    }
}

fn name_in(inline: &InlineExpression<&str>, names: &mut BTreeSet<String>) {
    if let InlineExpression::VariableReference { id } = inline {
        names.insert(format!("${}", id.name));
    } else if let InlineExpression::MessageReference { id, attribute: None } = inline {
        names.insert(id.name.to_owned());
    } else {
        panic!("not in use: {inline:?}");
    }
}

#[test]
fn every_language_has_the_same_texts_with_the_same_arguments() {
    let english = texts(Locale::En);
    for locale in Locale::ALL {
        assert_eq!(texts(locale), english, "{}", locale.tag());
    }
}

#[test]
fn no_text_is_missing_and_none_is_unused() {
    let texts = texts(Locale::En);
    let code = read_all(&folder("src")) + &read_all(&folder("templates"));
    let mut used: BTreeSet<String> = texts.values().flatten().cloned().collect();
    used.extend(code.split('"').map(str::to_owned));
    for stem in code.split("texts!(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        used.extend(["title", "happened", "advice"].map(|part| format!("{stem}.{part}")));
    }
    for key in texts.keys() {
        assert!(used.contains(key), "{key} is used nowhere");
    }
    for key in code.split("say(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(texts.contains_key(key), "{key} is no text");
    }
}

/// The failure pages of all codes, with every way forward, and with none.
fn failures(locale: Locale) -> Vec<(String, FailurePage<'static>)> {
    let url = "https://notes.example.org/";
    let buttons = [
        None,
        Some(Button::StartAgain { url }),
        Some(Button::Replay { flow: "f" }),
        Some(Button::ToApplication { name: "Notes", url }),
        Some(Button::NewLink),
        Some(Button::SwitchAccount { action: "/link", stay: "/", nonce: "n" }),
        Some(Button::TryAgain { url }),
        Some(Button::TryProviderAgain { flow: "f", connector: "c" }),
    ];
    let mut pages = Vec::new();
    for code in Code::ALL {
        for button in buttons {
            for retry_after_minutes in [None, Some(1), Some(5)] {
                for (frame, host_differs) in [(bare(locale), false), (frame(locale), true)] {
                    let page = failure(frame, code, button);
                    let page = FailurePage { retry_after_minutes, host_differs, ..page };
                    pages.push((format!("{} {code} {button:?} {retry_after_minutes:?}", locale.tag()), page));
                }
            }
        }
    }
    pages
}

/// What a person reads, without markup.
fn text_of(html: &str, selector: &str) -> String {
    let page = Html::parse_document(html);
    page.select(&Selector::parse(selector).unwrap()).flat_map(|element| element.text()).collect()
}

#[test]
fn every_failure_says_what_it_is_what_happened_and_what_to_do() {
    for locale in Locale::ALL {
        let end = match locale {
            Locale::En => '.',
            Locale::ZhCn => '。',
        };
        for (name, page) in failures(locale) {
            let html = page.render();
            let title = text_of(&html, "h1");
            assert!(!title.is_empty() && !title.ends_with(end), "{name}: {title}");
            for part in ["#happened", "#advice"] {
                let text = text_of(&html, part);
                assert!(text.chars().count() > 8 && text.ends_with(end), "{name}: {part}: {text}");
                assert!(!text.contains(['{', '}', '$']), "{name}: {text}");
            }
            assert_eq!(text_of(&html, "#reference"), page.reference.to_string(), "{name}");
            let offered = page.button.is_some() || html.contains("id=\"forward\"");
            assert_eq!(text_of(&html, "#forward").trim().is_empty(), !offered, "{name}");
        }
    }
}

#[test]
fn a_pause_names_its_length_and_cookies_name_the_address() {
    for locale in Locale::ALL {
        for (name, page) in failures(locale) {
            let advice = text_of(&page.render(), "#advice");
            if page.code == Code::Throttled && page.retry_after_minutes == Some(5) {
                assert!(advice.contains('5'), "{name}: {advice}");
            }
            if page.code == Code::BrowserNoCookies {
                assert!(advice.contains("id.example.com"), "{name}: {advice}");
            }
        }
    }
}

/// Words that belong to us, not to the person; and nobody is shouted at.
#[test]
fn no_page_speaks_of_our_machinery_or_raises_its_voice() {
    const OURS: [&str; 14] = [
        "session", "flow", "oidc", "oauth", "uri", "url", "token", "http", "redirect", "client", "invalid",
        "error", "会话", "令牌",
    ];
    for locale in Locale::ALL {
        let failures = failures(locale).into_iter().map(|(name, page)| (name, page.render()));
        for (name, html) in samples::all(locale).into_iter().chain(failures) {
            let text = text_of(&html, "title, header, main *:not(script):not(code), footer").to_lowercase();
            for word in text.split(|c: char| !c.is_alphanumeric()) {
                assert!(!OURS.contains(&word), "{name}: {word}");
            }
            assert!(!OURS[12..].iter().any(|word| text.contains(word)), "{name}");
            assert!(!text.contains(['!', '！']), "{name}: {text}");
        }
    }
}

#[test]
fn a_letter_to_support_names_the_reference() {
    for locale in Locale::ALL {
        let page = failure(frame(locale), Code::Internal, None);
        let html = Html::parse_document(&page.render());
        let link = html.select(&Selector::parse("#support-email").unwrap()).next().unwrap();
        let href = link.attr("href").unwrap();
        assert!(href.starts_with("mailto:help@example.com?subject="), "{href}");
        assert!(href.contains(&page.reference.to_string()), "{href}");
        assert!(href.is_ascii(), "{href}");
    }
}
