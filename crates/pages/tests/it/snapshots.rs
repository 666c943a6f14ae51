//! Every page in every language, as it was when somebody last looked at it. The stylesheet is left out: it has
//! its own eyes to please.

use pages::Locale;

use crate::samples;

#[test]
fn every_page_in_every_language() {
    for locale in Locale::ALL {
        for (name, html) in samples::all(locale) {
            let (head, rest) = html.split_once("<style>").expect("every page has its style");
            let (_, body) = rest.split_once("</style>").expect("the style ends");
            insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
                insta::assert_snapshot!(format!("{}__{name}", locale.tag()), format!("{head}<style>…</style>{body}"));
            });
        }
    }
}
