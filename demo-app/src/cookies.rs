//! Cookies: all of them `HttpOnly` and `SameSite=Lax`, and `Secure` wherever the application is reached over TLS.

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderValue, SET_COOKIE};
use axum::response::Response;
use cookie::{Cookie, SameSite};

/// The cookie of the session.
pub(crate) const SESSION: &str = "demo-session";
/// What the names of cookies of pending sign-ins begin with.
pub(crate) const PENDING: &str = "demo-pending-";

/// Makes cookies with the right attributes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CookieJar {
    secure: bool,
}

/// A cookie to be set, or one to be cleared.
#[derive(Clone, Debug)]
pub(crate) struct SetCookie(Cookie<'static>);

impl CookieJar {
    pub(crate) const fn new(secure: bool) -> Self {
        Self { secure }
    }

    /// A cookie that ends with the browser, or after some seconds.
    pub(crate) fn set(self, name: String, value: String, seconds: Option<i64>) -> SetCookie {
        let mut cookie = Cookie::new(name, value);
        cookie.set_path("/");
        cookie.set_http_only(true);
        cookie.set_same_site(SameSite::Lax);
        cookie.set_secure(self.secure);
        cookie.set_max_age(seconds.map(cookie::time::Duration::seconds));
        SetCookie(cookie)
    }

    /// Clears a cookie, with the attributes that it was set with (C126).
    pub(crate) fn clear(self, name: impl Into<String>) -> SetCookie {
        self.set(name.into(), String::new(), Some(0))
    }
}

impl SetCookie {
    pub(crate) fn add_to(&self, response: &mut Response) {
        let value = HeaderValue::try_from(self.0.to_string());
        let value = value.expect("names and sealed values are of the characters that headers take");
        response.headers_mut().append(SET_COOKIE, value);
    }
}

/// Every cookie of a request, as name and value. A name may appear several times (C122).
pub(crate) fn read(headers: &HeaderMap) -> impl Iterator<Item = (String, String)> + '_ {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let cookies = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
    cookies.map(|cookie| (cookie.name().to_owned(), cookie.value().to_owned()))
}
