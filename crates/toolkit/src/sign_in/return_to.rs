//! Where people land: a path of the website, and nothing else ever.

use serde::{Deserialize, Serialize};

/// The longest path that is kept, in bytes: it travels in a cookie.
const LONGEST: usize = 500;

/// A path of the website's own, with its query. Whatever could lead elsewhere is not one: an open redirect lends the
/// website's name to whoever wrote the link (RFC 9700 §4.11).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReturnTo(String);

impl ReturnTo {
    /// Reads a path such as `/notes?page=2`; `None` when it is not one of the website's own.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('/')?;
        // Browsers take `//host` and `/\host` for another host, and leave out tabs and line breaks while they look.
        let elsewhere = rest.starts_with(['/', '\\']);
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        (!elsewhere && plain && text.len() <= LONGEST).then(|| Self(text.to_owned()))
    }

    /// The front page.
    pub fn home() -> Self {
        Self("/".to_owned())
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ReturnTo {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a path of the website's own")
    }
}

impl From<ReturnTo> for String {
    fn from(path: ReturnTo) -> Self {
        path.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_are_places_to_land() {
        for own in ["/", "/notes", "/notes?page=2&of=%2F%2Fevil.example", "/a//b", "/@evil.example"] {
            assert_eq!(ReturnTo::parse(own).as_ref().map(ReturnTo::as_str), Some(own));
        }
        let long = format!("/{}", "a".repeat(LONGEST));
        for wrong in [
            "",
            "notes",
            "//evil.example",
            "/\\evil.example",
            "/a\\b",
            "https://evil.example/",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nset-cookie: a=b",
            "/caf\u{e9}",
            " /",
            &long,
        ] {
            assert_eq!(ReturnTo::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn an_own_path_stays_on_the_host_by_the_rules_of_browsers() {
        let home = url::Url::parse("https://app.example/").unwrap();
        for own in ["/a//b", "/@evil.example", "/.//evil.example", "/..//evil.example", "/%2F/evil.example"] {
            let path = ReturnTo::parse(own).unwrap();
            assert_eq!(home.join(path.as_str()).unwrap().host_str(), Some("app.example"), "{own}");
        }
    }
}
