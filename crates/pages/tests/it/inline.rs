//! The hashes that the server puts into the Content-Security-Policy, against what a browser would compute.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pages::{Locale, Script, style_hash};
use scraper::{Html, Selector};

use crate::samples;

fn hash(text: &str) -> String {
    let digest = digest::digest(&digest::SHA256, text.as_bytes());
    format!("sha256-{}", STANDARD.encode(digest))
}

fn check(element: &str, hash: &str, pages: impl Fn(&str) -> bool) {
    let selector = Selector::parse(element).unwrap();
    for locale in Locale::ALL {
        for (name, html) in samples::all(locale) {
            let page = Html::parse_document(&html);
            let found: Vec<String> = page.select(&selector).map(|element| element.inner_html()).collect();
            assert_eq!(found.len(), usize::from(pages(&name)), "{name}");
            for text in found {
                assert_eq!(self::hash(&text), hash, "{name}");
            }
        }
    }
}

#[test]
fn the_style_is_the_same_on_every_page_and_has_the_hash() {
    check("style", style_hash(), |_| true);
}

#[test]
fn each_script_stands_on_its_pages_alone_and_has_its_hash() {
    let script_of = |name: &str| match name {
        "form_post" => Some(Script::Post),
        "follow_link_by_itself" => Some(Script::Follow),
        waiting if waiting.starts_with("link_sent") => Some(Script::Wait),
        _ => None,
    };
    for (name, html) in samples::all(Locale::En) {
        let page = Html::parse_document(&html);
        let selector = Selector::parse("script").unwrap();
        let found: Vec<String> =
            page.select(&selector).map(|element| hash(&element.text().collect::<String>())).collect();
        let expected: Vec<&str> = script_of(&name).map(Script::hash).into_iter().collect();
        assert_eq!(found, expected, "{name}");
    }
}

/// Inline handlers and styles would be refused by the policy: nobody would notice but the person.
#[test]
fn no_element_has_a_handler_or_a_style_of_its_own() {
    for (name, html) in samples::all(Locale::En) {
        for element in Html::parse_document(&html).select(&Selector::parse("*").unwrap()) {
            for (attribute, _) in element.value().attrs() {
                assert!(attribute != "style" && !attribute.starts_with("on"), "{name}: {attribute}");
            }
        }
    }
}
