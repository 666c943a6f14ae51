//! The pages: typed contexts in, HTML out. Every value is escaped by the template.

mod home;
mod tour;

use std::sync::LazyLock;

use askama::Template;
use axum::response::{Html, IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use keys::opaque;

use crate::path;
use crate::trouble::{Way, Words};

pub(crate) use home::{signed_in, signed_out, third_party};
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
    Elsewhere,
}

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    place: Place,
    title: &'a str,
    paragraphs: &'a [&'a str],
    /// A link, or the button of a form.
    way: Option<&'a Way>,
    posts: bool,
}

/// A page about trouble.
pub(crate) fn trouble(words: &Words, way: &Way) -> Response {
    let paragraphs = &[words.happened, words.advice];
    html(&Message { place: Place::Elsewhere, title: words.title, paragraphs, way: Some(way), posts: false })
}

/// Asks whether to sign out.
pub(crate) fn sign_out() -> Response {
    html(&Message {
        place: Place::Elsewhere,
        title: "Sign out?",
        paragraphs: &["You will be signed out here, and then at the sign-in service too."],
        way: Some(&Way::to("Sign out", path::SIGN_OUT)),
        posts: true,
    })
}

/// Says that the person is signed out.
pub(crate) fn left() -> Response {
    html(&Message {
        place: Place::Elsewhere,
        title: "You are signed out",
        paragraphs: &["Your session with this application has ended. Come back whenever you like."],
        way: Some(&Way::to("Sign in", path::SIGN_IN)),
        posts: false,
    })
}

fn html(page: &impl Template) -> Response {
    Html(page.render().expect("writing to a string cannot fail")).into_response()
}
