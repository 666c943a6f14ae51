//! The mailbox of everybody: what the server has sent.

use askama::Template;
use axum::response::Html;

use super::{Place, html};
use crate::letters::{Letter, Paragraph};
use crate::path;

#[derive(Template)]
#[template(path = "mail.html")]
struct Mail<'a> {
    place: Place,
    letters: &'a [Letter],
}

/// The letters.
pub(crate) fn mail(letters: &[Letter]) -> Html<String> {
    html(&Mail { place: Place::Mail, letters })
}
