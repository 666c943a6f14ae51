//! The pages: typed contexts in, HTML out. Every value is escaped by the template.

mod errors;
mod home;
mod mail;
mod tour;

use std::sync::LazyLock;

use askama::Template;
use axum::http;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use keys::opaque;
use model::Timestamp;
use toolkit::sign_in::{SignInPage, Words};
use toolkit::store::Use;

use crate::path;
use crate::trouble::Way;

pub(crate) use errors::{Forward, Handled, errors, handled, open_to, stolen};
pub(crate) use home::{signed_in, signed_out, third_party};
pub(crate) use mail::mail;
pub(crate) use tour::tour;

/// The stylesheet as it stands in the pages.
static STYLE: LazyLock<String> =
    LazyLock::new(|| include_str!("../../style/demo.css").lines().map(str::trim).collect());

/// The hash of the stylesheet, as the content security policy names it.
pub(crate) fn style_hash() -> String {
    format!("sha256-{}", STANDARD.encode(opaque::hash(STYLE.as_bytes())))
}

/// The icon of the pages.
pub(crate) const ICON: &str = include_str!("../../style/icon.svg");

fn style() -> &'static str {
    &STYLE
}

/// Where a page stands in the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Home,
    Tour,
    Errors,
    Mail,
    Elsewhere,
}

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    place: Place,
    title: &'a str,
    paragraphs: &'a [&'a str],
    label: &'a str,
    href: &'a str,
    /// The button of a form, rather than a link.
    posts: bool,
}

/// A page about trouble.
pub(crate) fn trouble(words: &Words, way: &Way) -> Html<String> {
    message(words, way.label, &way.href, false)
}

/// A page of the toolkit's sign-in, in our own style.
pub(crate) fn sign_in(page: &SignInPage) -> http::Response<Bytes> {
    document(message(&page.words, page.way.label, &page.way.href, page.way.posts))
}

fn message(words: &Words, label: &str, href: &str, posts: bool) -> Html<String> {
    let paragraphs = &[words.happened, words.advice];
    html(&Message { place: Place::Elsewhere, title: words.title, paragraphs, label, href, posts })
}

/// Says that the person is signed out.
pub(crate) fn left() -> Response {
    html(&Message {
        place: Place::Elsewhere,
        title: "You are signed out",
        paragraphs: &["Your session with this application has ended. Come back whenever you like."],
        label: "Sign in",
        href: path::SIGN_IN,
        posts: false,
    })
    .into_response()
}

/// A page as the toolkit takes it.
pub(crate) fn document(page: Html<String>) -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::from(page.0));
    let html = http::HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, html);
    response
}

/// A moment, to the second.
pub(crate) fn moment(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_second(at.as_seconds()).unwrap_or(jiff::Timestamp::MAX);
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// With what a session was used.
pub(crate) fn device(this: &Use) -> &str {
    this.user_agent.as_deref().unwrap_or("a browser without a name")
}

fn html(page: &impl Template) -> Html<String> {
    Html(page.render().expect("writing to a string cannot fail"))
}
