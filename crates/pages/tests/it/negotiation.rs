//! Which language a person gets.

use pages::Locale;
use proptest::prelude::*;

#[test]
fn the_best_wish_that_can_be_granted() {
    let table: [(&[&str], Option<&str>, Locale); 22] = [
        (&[], None, Locale::En),
        (&[], Some(""), Locale::En),
        (&[], Some("*"), Locale::En),
        (&[], Some("en-GB,en;q=0.9"), Locale::En),
        (&[], Some("zh-CN,zh;q=0.9,en;q=0.8"), Locale::ZhCn),
        (&[], Some("zh"), Locale::ZhCn),
        (&[], Some("zh-Hans"), Locale::ZhCn),
        (&[], Some("zh-Hans-SG"), Locale::ZhCn),
        (&[], Some("zh_CN"), Locale::ZhCn),
        (&[], Some("ZH-cn"), Locale::ZhCn),
        // Nothing nearer for them than these two: a reader of Traditional Chinese reads the Simplified first.
        (&[], Some("zh-TW"), Locale::ZhCn),
        (&[], Some("zh-HK,en;q=0.5"), Locale::ZhCn),
        (&[], Some("fr-FR, de;q=0.7, zh-CN;q=0.3"), Locale::ZhCn),
        (&[], Some("fr, it"), Locale::En),
        // By weight, not by place.
        (&[], Some("en;q=0.4, zh-CN;q=0.9"), Locale::ZhCn),
        (&[], Some("zh-CN;q=0, en;q=0.1"), Locale::En),
        (&[], Some("zh-CN ; q=0.8 , en ; q=0.9"), Locale::En),
        // The application's wish comes before the browser's, if it can be granted.
        (&["zh-CN"], Some("en"), Locale::ZhCn),
        (&["en", "zh"], Some("zh-CN"), Locale::En),
        (&["fr", "xx-invalid-!!"], Some("zh-CN"), Locale::ZhCn),
        (&["zh-CN;q=0"], Some("en"), Locale::En),
        (&[""], Some("zh;q=nan, en;q=1e9, zh;q=-1"), Locale::En),
    ];
    for (ui_locales, accept_language, expected) in table {
        assert_eq!(
            Locale::negotiate(ui_locales, accept_language),
            expected,
            "{ui_locales:?} {accept_language:?}"
        );
    }
}

#[test]
fn a_list_without_end_is_not_read_to_its_end() {
    let header = format!("{}zh-CN", "fr,".repeat(100_000));
    assert_eq!(Locale::negotiate(&[], Some(&header)), Locale::En);
    let wishes = vec!["fr"; 100_000];
    assert_eq!(Locale::negotiate(&wishes, Some("zh-CN")), Locale::ZhCn);
}

proptest! {
    #[test]
    fn garbage_gets_some_language(ui_locales in proptest::collection::vec(".{0,40}", 0..20), header in "\\PC{0,300}") {
        let ui_locales: Vec<&str> = ui_locales.iter().map(String::as_str).collect();
        let _ = Locale::negotiate(&ui_locales, Some(&header));
    }

    #[test]
    fn what_looks_like_a_header_gets_some_language(header in "([a-zA-Z*_-]{0,12}(;q=[0-9.]{0,5})?,? ?){0,30}") {
        let _ = Locale::negotiate(&[], Some(&header));
    }
}
