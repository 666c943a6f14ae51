//! The hashes that the server puts into the Content-Security-Policy, against what a browser would compute.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pages::{Locale, script_hash, style_hash};
use scraper::{Html, Selector};

use crate::samples;

fn check(element: &str, hash: &str, pages: impl Fn(&str) -> bool) {
    let selector = Selector::parse(element).unwrap();
    for locale in Locale::ALL {
        for (name, html) in samples::all(locale) {
            let page = Html::parse_document(&html);
            let found: Vec<String> = page.select(&selector).map(|element| element.inner_html()).collect();
            assert_eq!(found.len(), usize::from(pages(&name)), "{name}");
            for text in found {
                let digest = digest::digest(&digest::SHA256, text.as_bytes());
                assert_eq!(format!("sha256-{}", STANDARD.encode(digest)), hash, "{name}");
            }
        }
    }
}

#[test]
fn the_style_is_the_same_on_every_page_and_has_the_hash() {
    check("style", style_hash(), |_| true);
}

#[test]
fn the_script_stands_on_the_form_post_page_alone_and_has_the_hash() {
    check("script", script_hash(), |name| name == "form_post");
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
