//! What an actor got.

use http::{HeaderMap, StatusCode};
use url::Url;

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Where a redirect leads; absolute.
    #[track_caller]
    pub(crate) fn location(&self) -> Url {
        assert_eq!(self.status, 303, "a redirect: {}", self.text());
        let base = Url::parse(crate::world::ENDPOINT).unwrap();
        base.join(self.header("location").expect("a redirect has a Location")).unwrap()
    }

    /// A parameter of the redirect's query.
    #[track_caller]
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let url = self.location();
        url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// A page of the catalogue: right status, reference in header and text, never kept.
    #[track_caller]
    pub(crate) fn is_failure_page(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.text());
        let reference = self.header("onward-reference").expect("a failure has a reference");
        assert!(self.body.contains(reference), "the page shows {reference}");
        assert_eq!(self.body.matches("<h1").count(), 1, "one heading");
        assert_eq!(self.header("cache-control"), Some("no-store"));
        assert!(self.header("content-type").unwrap().starts_with("text/html"));
        assert!(self.header("location").is_none());
        self
    }

    #[track_caller]
    pub(crate) fn shows(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "“{text}” is not on the page: {}", self.text());
        self
    }

    /// The primary action: its address.
    pub(crate) fn forward(&self) -> Option<String> {
        let at = self.body.find("id=\"forward\"")?;
        let tag_start = self.body[..at].rfind('<')?;
        let tag_end = at + self.body[at..].find('>')?;
        let tag = &self.body[tag_start..tag_end];
        let href = tag.split("href=\"").nth(1)?.split('"').next()?;
        Some(href.replace("&amp;", "&").replace("&#38;", "&"))
    }

    /// The page without its style.
    pub(crate) fn text(&self) -> &str {
        self.body.split("</style>").last().unwrap_or(&self.body)
    }
}
