//! The cookies of sign-ins on their way: `HttpOnly`, `SameSite=Lax`, for this host alone, and wherever there is TLS
//! with the prefix that lets no neighbour set them (RFC 6265bis §4.1.3.2).

use std::time::Duration;

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Response};

/// Makes cookies with the right attributes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cookies {
    secure: bool,
}

/// A cookie to be set, or one to be cleared.
#[derive(Clone, Debug)]
pub(super) struct SetCookie(HeaderValue);

impl Cookies {
    pub(super) const fn new(secure: bool) -> Self {
        Self { secure }
    }

    /// The whole name of a cookie. On localhost over http browsers refuse the prefix.
    pub(super) fn name(self, short: &str) -> String {
        if self.secure { format!("__Host-{short}") } else { short.to_owned() }
    }

    pub(super) fn set(self, name: &str, value: &str, lifetime: Duration) -> SetCookie {
        let secure = if self.secure { "; Secure" } else { "" };
        let seconds = lifetime.as_secs();
        let line = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly{secure}; SameSite=Lax");
        let line = HeaderValue::try_from(line);
        SetCookie(line.expect("names and sealed values are of the characters that headers take"))
    }

    /// Clears a cookie, with the attributes that it was set with.
    pub(super) fn clear(self, name: &str) -> SetCookie {
        self.set(name, "", Duration::ZERO)
    }
}

impl SetCookie {
    pub(super) fn add_to<B>(self, response: &mut Response<B>) {
        response.headers_mut().append(SET_COOKIE, self.0);
    }
}

/// Every cookie of a request, as name and value. A name may appear several times.
pub(super) fn read(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_tls_no_neighbour_sets_them_and_without_it_browsers_keep_them() {
        let set = |secure| {
            let cookies = Cookies::new(secure);
            let mut response = Response::new(());
            cookies.set(&cookies.name("a"), "b", Duration::from_secs(7)).add_to(&mut response);
            response.headers()[SET_COOKIE].to_str().unwrap().to_owned()
        };
        assert_eq!(set(true), "__Host-a=b; Path=/; Max-Age=7; HttpOnly; Secure; SameSite=Lax");
        assert_eq!(set(false), "a=b; Path=/; Max-Age=7; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn cookies_are_read_from_every_line() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=1; b=2;a=3; rubbish"));
        headers.append(COOKIE, HeaderValue::from_static("c=x=y"));
        headers.append(COOKIE, HeaderValue::from_bytes(b"d=\xff").unwrap());
        let all: Vec<_> = read(&headers).collect();
        assert_eq!(all, [("a", "1"), ("b", "2"), ("a", "3"), ("c", "x=y")]);
    }
}
