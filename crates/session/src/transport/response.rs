//! What a response gets besides its body.

use std::borrow::Cow;
use std::fmt;

use super::names::header;
use super::{FRONT_TOKEN_REMOVED, SetCookie};

/// The changes that a response gets: cookies, headers, and which of the headers scripts may read. They are
/// prepared before an application's error handler runs, which may inspect and change them; the layer below
/// writes them at the end. Values are never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ResponseParts {
    /// Clearings of cookies under other domains. They are written first: a browser that does not tell them from
    /// the cookie in use then still keeps that.
    strays: Vec<SetCookie>,
    cookies: Vec<SetCookie>,
    headers: Vec<Header>,
}

#[derive(Clone, PartialEq, Eq)]
struct Header {
    name: String,
    value: String,
    is_exposed: bool,
}

impl ResponseParts {
    /// No change.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.strays.is_empty() && self.cookies.is_empty() && self.headers.is_empty()
    }

    /// Adds a cookie; it replaces an earlier one of the same name, domain and path.
    pub fn set_cookie(&mut self, cookie: SetCookie) {
        replace(&mut self.cookies, cookie);
    }

    /// The cookies that are set or cleared.
    pub fn cookies(&self) -> impl Iterator<Item = &SetCookie> {
        self.strays.iter().chain(&self.cookies)
    }

    /// Keeps only some of the cookies.
    pub fn retain_cookies(&mut self, mut keep: impl FnMut(&SetCookie) -> bool) {
        self.strays.retain(&mut keep);
        self.cookies.retain(keep);
    }

    /// Sets a header; it replaces an earlier one of the same name.
    pub fn set_header(&mut self, name: &str, value: &str) {
        self.put(Header { name: name.into(), value: value.into(), is_exposed: false });
    }

    /// Sets a header that scripts of other origins may read.
    pub fn set_exposed_header(&mut self, name: &str, value: &str) {
        self.put(Header { name: name.into(), value: value.into(), is_exposed: true });
    }

    /// The value that a header is set to.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.is_called(name)).map(|header| header.value.as_str())
    }

    /// Takes a header back.
    pub fn remove_header(&mut self, name: &str) {
        self.headers.retain(|header| !header.is_called(name));
    }

    /// Whether the client's tokens are cleared.
    pub fn clears_tokens(&self) -> bool {
        self.cookies.iter().any(SetCookie::is_clearing) || self.headers.iter().any(Header::is_clearing)
    }

    /// Takes the clearing of the client's tokens back: the client keeps what it has. Cookies left over under
    /// other domains are cleared all the same. Tokens that the clearing had replaced do not come back.
    pub fn keep_tokens(&mut self) {
        self.cookies.retain(|cookie| !cookie.is_clearing());
        self.headers.retain(|header| !header.is_clearing());
    }

    /// Adds the changes of another; where both change the same thing, the other's count.
    pub fn merge(&mut self, other: Self) {
        if self.is_empty() {
            *self = other;
            return;
        }
        other.strays.into_iter().for_each(|cookie| self.sweep(cookie));
        other.cookies.into_iter().for_each(|cookie| self.set_cookie(cookie));
        other.headers.into_iter().for_each(|header| self.put(header));
    }

    /// Every line to add to the response, in order. A name may come several times: `set-cookie` once for each
    /// cookie. `access-control-expose-headers` comes last, to be added to what the application exposes; all
    /// others replace what is there. The values hold tokens.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let cookies = self.cookies().map(|cookie| (header::SET_COOKIE, cookie.line().into()));
        let headers = self.headers.iter().map(|header| (header.name.as_str(), header.value.as_str().into()));
        let exposed = self.exposed().map(|names| (header::EXPOSE_HEADERS, names.into()));
        cookies.chain(headers).chain(exposed)
    }

    /// Clears a cookie that is not the one in use.
    pub(super) fn sweep(&mut self, cookie: SetCookie) {
        replace(&mut self.strays, cookie);
    }

    fn put(&mut self, new: Header) {
        match self.headers.iter_mut().find(|header| header.is_called(&new.name)) {
            Some(header) => *header = new,
            None => self.headers.push(new),
        }
    }

    fn exposed(&self) -> Option<String> {
        let names = self.headers.iter().filter(|header| header.is_exposed).map(|header| header.name.as_str());
        let names = names.collect::<Vec<_>>().join(", ");
        (!names.is_empty()).then_some(names)
    }
}

impl Header {
    fn is_called(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn is_clearing(&self) -> bool {
        self.value.is_empty() || self.is_called(header::FRONT_TOKEN) && self.value == FRONT_TOKEN_REMOVED
    }
}

fn replace(cookies: &mut Vec<SetCookie>, new: SetCookie) {
    cookies.retain(|cookie| !new.replaces(cookie));
    cookies.push(new);
}

impl fmt::Debug for ResponseParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|header| &header.name).collect();
        f.debug_struct("ResponseParts")
            .field("strays", &self.strays)
            .field("cookies", &self.cookies)
            .field("headers", &names)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;

    use super::*;
    use crate::transport::SameSite;

    fn cookie(name: &str, value: &str, domain: Option<&str>) -> SetCookie {
        SetCookie {
            name: name.into(),
            value: value.into(),
            domain: domain.map(Into::into),
            path: "/".into(),
            expires: Timestamp::from_seconds(0),
            secure: true,
            same_site: SameSite::Lax,
        }
    }

    fn written(parts: &ResponseParts) -> Vec<String> {
        let short = |value: Cow<'_, str>| value.split("; Path").next().unwrap_or_default().to_owned();
        parts.iter().map(|(name, value)| format!("{name}: {}", short(value))).collect()
    }

    #[test]
    fn the_later_counts() {
        let mut parts = ResponseParts::new();
        assert!(parts.is_empty());
        parts.set_cookie(cookie("a", "1", None));
        parts.set_cookie(cookie("ab", "1", None));
        parts.set_cookie(cookie("a", "1", Some("x.example")));
        parts.set_exposed_header("front-token", "1");
        parts.set_header("retry-after", "1");

        let mut later = ResponseParts::new();
        later.set_cookie(cookie("a", "2", None));
        later.set_exposed_header("Front-Token", "2");
        later.sweep(cookie("a", "", Some("y.example")));
        parts.merge(later);
        assert_eq!(
            written(&parts),
            [
                "set-cookie: a=; Domain=y.example",
                "set-cookie: ab=1",
                "set-cookie: a=1; Domain=x.example",
                "set-cookie: a=2",
                "Front-Token: 2",
                "retry-after: 1",
                "access-control-expose-headers: Front-Token",
            ]
        );
    }

    #[test]
    fn a_handler_may_change_everything() {
        let mut parts = ResponseParts::new();
        parts.set_cookie(cookie("a", "1", None));
        parts.sweep(cookie("b", "", None));
        parts.set_exposed_header("front-token", "1");
        assert_eq!(parts.header("FRONT-TOKEN"), Some("1"));
        parts.remove_header("Front-Token");
        parts.retain_cookies(|cookie| cookie.name() == "a");
        assert_eq!(written(&parts), ["set-cookie: a=1"]);
    }

    #[test]
    fn tokens_are_kept_and_strays_are_not() {
        let mut parts = ResponseParts::new();
        parts.set_cookie(cookie("a", "", None));
        parts.set_cookie(cookie("new", "1", None));
        parts.sweep(cookie("a", "", Some("x.example")));
        parts.set_exposed_header("front-token", FRONT_TOKEN_REMOVED);
        parts.set_exposed_header("st-access-token", "");
        parts.set_header("retry-after", "1");
        assert!(parts.clears_tokens());
        parts.keep_tokens();
        assert!(!parts.clears_tokens());
        assert_eq!(
            written(&parts),
            ["set-cookie: a=; Domain=x.example", "set-cookie: new=1", "retry-after: 1"]
        );
    }

    #[test]
    fn values_are_never_printed() {
        let mut parts = ResponseParts::new();
        parts.set_cookie(cookie("a", "secret", None));
        parts.set_exposed_header("st-access-token", "secret");
        let printed = format!("{parts:?}");
        assert!(printed.contains("st-access-token") && !printed.contains("secret"), "{printed}");
    }
}
