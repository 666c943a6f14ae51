//! What every page is made of, whatever it says.

use std::collections::HashSet;

use pages::Locale;
use scraper::{ElementRef, Html, Selector};

use crate::samples;

/// The whole of a page, nothing compressed: a first load needs nothing else.
const MOST_BYTES: usize = 14_000;

fn each(check: impl Fn(&str, &Html)) {
    for locale in Locale::ALL {
        for (name, html) in samples::all(locale) {
            let page = Html::parse_document(&html);
            assert!(page.errors.is_empty(), "{name}: {:?}", page.errors);
            check(&format!("{} {name}", locale.tag()), &page);
        }
    }
}

fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

#[test]
fn every_page_fits_into_the_first_packets() {
    for locale in Locale::ALL {
        for (name, html) in samples::all(locale) {
            assert!(html.len() < MOST_BYTES, "{name}: {} bytes", html.len());
        }
    }
}

#[test]
fn every_page_has_a_language_one_heading_and_at_most_one_primary_action() {
    each(|name, page| {
        let root = page.root_element().value();
        assert!(Locale::ALL.iter().any(|locale| root.attr("lang") == Some(locale.tag())), "{name}");
        assert_eq!(root.attr("dir"), Some("ltr"), "{name}");
        for once in ["h1", "main", "title", "meta[name=viewport]", "meta[name=robots][content=noindex]"] {
            assert_eq!(all(page, once).len(), 1, "{name}: {once}");
        }
        assert!(all(page, "button:not(.quiet), .button:not(.quiet)").len() <= 1, "{name}");
        assert!(all(page, "[autofocus]").len() <= 1, "{name}");
        assert!(
            all(page, "img, link, iframe, object, [src], [srcset]").is_empty(),
            "{name}: another request"
        );
    });
}

#[test]
fn ids_are_unique_and_what_refers_to_them_finds_them() {
    each(|name, page| {
        let ids: Vec<&str> = all(page, "[id]").iter().filter_map(|element| element.attr("id")).collect();
        let unique: HashSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{name}: {ids:?}");
        for attribute in ["for", "aria-describedby", "aria-labelledby"] {
            for element in all(page, &format!("[{attribute}]")) {
                for id in element.attr(attribute).unwrap().split(' ') {
                    assert!(unique.contains(id), "{name}: {attribute}={id}");
                }
            }
        }
    });
}

#[test]
fn an_error_is_announced_and_its_field_says_so() {
    each(|name, page| {
        let errors = all(page, "#error[role=alert]").len();
        assert_eq!(errors, usize::from(name.contains("_error_")), "{name}");
        for field in all(page, "[aria-invalid]") {
            assert!(field.attr("aria-describedby").unwrap().starts_with("error"), "{name}");
        }
    });
}

#[test]
fn forms_post_to_where_the_server_waits_and_have_the_names_it_reads() {
    let expected = [
        ("sign_in", "/sign-in", "flow identifier password"),
        ("register", "/register", "flow username password"),
        ("ask_link_reset_password", "/forgot-password", "flow identifier"),
        ("ask_link_sign_in", "/sign-in/link", "flow identifier"),
        ("ask_link_register", "/register/email", "flow identifier"),
        ("link_sent_sign_in", "/link/sent", "link code"),
        ("follow_link", "/link", "nonce"),
        ("reset_password", "/reset-password", "password"),
        ("account_password", "/account/password", "password"),
        ("account_email", "/account/email", "email"),
        ("account_phone", "/account/phone", "phone"),
        ("text_sent_sign_in", "/link/sent", "link code"),
        ("confirm_email", "/account/email/confirm", ""),
        ("restore_email", "/account/email/restore", ""),
        ("sign_out_everywhere", "/account/sign-out-everywhere", ""),
        ("consent", "/consent", "flow decision decision"),
        ("sign_out", "/oidc/session/end/confirm", "ticket decision decision"),
        ("failure_flow_expired", "/restart", "flow"),
        ("failure_link_expired", "/link/again", ""),
        ("failure_link_other_account", "/link", "nonce switch"),
        ("form_post", "https://notes.example.org/callback", "code state iss"),
    ];
    let samples = samples::all(Locale::En);
    for (wanted, action, names) in expected {
        let (_, html) = samples.iter().find(|(name, _)| name == wanted).unwrap();
        let page = Html::parse_document(html);
        let forms = all(&page, "form");
        // The page that waits for a letter has a second one, to ask for another.
        assert_eq!(forms.len(), if wanted.contains("_sent_") { 2 } else { 1 }, "{wanted}");
        assert_eq!(forms[0].attr("method"), Some("post"), "{wanted}");
        let address = forms[0].attr("action").unwrap();
        // The address names the flow or the link too, so that a failure of the post can lead back to it.
        let path = address.split_once('?').map_or(address, |(path, _)| path);
        assert_eq!(path, action, "{wanted}");
        let named = Selector::parse("[name]").unwrap();
        let found: Vec<&str> = forms[0].select(&named).filter_map(|element| element.attr("name")).collect();
        assert_eq!(found.join(" "), names, "{wanted}");
    }
}
