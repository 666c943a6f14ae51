//! The five session errors: what leads to each, and what its handler received and answered.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};

use super::{Place, html};
use crate::path;

/// A button that meets an error.
struct Scene {
    id: &'static str,
    title: &'static str,
    did: &'static str,
    label: &'static str,
    action: &'static str,
    see: &'static str,
}

const SCENES: [Scene; 5] = [
    Scene {
        id: "unauthorised",
        title: "Unauthorised",
        did: "Was signed out from another device, and opens a page here.",
        label: "End my session elsewhere",
        action: path::UNAUTHORISED,
        see: "401, and the tokens of this browser are cleared. You are signed out then, for real.",
    },
    Scene {
        id: "try-refresh-token",
        title: "Try refresh token",
        did: "Opens a page with an access token that is not good any more: too old, or damaged as here.",
        label: "Spoil my access token",
        action: path::TRY_REFRESH_TOKEN,
        see: "401, and nothing is cleared: a refresh brings a new one. On every other page that happens by itself.",
    },
    Scene {
        id: "invalid-claim",
        title: "Invalid claim",
        did: "Is signed in, but opens a page for supporters only.",
        label: "Open the supporters’ page",
        action: path::INVALID_CLAIM,
        see: "403 with the claim that was not met, and a way to meet it.",
    },
    Scene {
        id: "token-theft",
        title: "Token theft detected",
        did: "Had the cookies copied by somebody, who refreshes and looks around in a second browser.",
        label: "Let somebody copy my cookies",
        action: path::TOKEN_THEFT,
        see: "First what the thief gets. Then you come back, and both are signed out, with the evidence.",
    },
    Scene {
        id: "duplicates",
        title: "Duplicate session cookies",
        did: "Has an older cookie beside each, since the website has moved its cookies to another domain.",
        label: "Refresh with two cookies each",
        action: path::DUPLICATES,
        see: "200: the live one was found and refreshed in the same answer. Older ones are cleared there too, wherever there are domains to hold them: on localhost there are none.",
    },
];

#[derive(Template)]
#[template(path = "errors.html")]
struct Errors {
    place: Place,
    signed_in: bool,
}

impl Errors {
    const SCENES: [Scene; 5] = SCENES;
}

/// The five session errors.
pub(crate) fn errors(signed_in: bool) -> Response {
    html(&Errors { place: Place::Errors, signed_in }).into_response()
}

/// The way forward of a page about an error.
pub(crate) struct Forward {
    label: &'static str,
    href: String,
    posts: bool,
}

impl Forward {
    /// Sign in, and come back to the five.
    pub(crate) fn sign_in() -> Self {
        Self::to("Sign in again", path::SIGN_IN)
    }

    /// Refresh, and come back to the five.
    pub(crate) fn refresh() -> Self {
        Self::to("Refresh", path::SESSION_REFRESH)
    }

    /// Meet the requirement.
    pub(crate) fn support() -> Self {
        Self { label: "Become a supporter", href: path::SUPPORT.to_owned(), posts: true }
    }

    /// Back to the five.
    pub(crate) fn back() -> Self {
        Self { label: "Go on", href: path::ERRORS.to_owned(), posts: false }
    }

    fn to(label: &'static str, through: &str) -> Self {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let query = query.append_pair("return_to", path::ERRORS).finish();
        Self { label, href: format!("{through}?{query}"), posts: false }
    }
}

/// What a handler received, and what it answers.
#[derive(Template)]
#[template(path = "handled.html")]
struct HandledPage<'a> {
    place: Place,
    of: &'a Handled,
}

/// What a handler received, and what it answers.
pub(crate) struct Handled {
    pub(crate) title: &'static str,
    pub(crate) handler: &'static str,
    pub(crate) received: Vec<(&'static str, String)>,
    pub(crate) status: StatusCode,
    pub(crate) body: String,
    /// What happens to the browser's tokens.
    pub(crate) tokens: &'static str,
    pub(crate) forward: Forward,
}

/// The page of an error.
pub(crate) fn handled(of: &Handled) -> Html<String> {
    html(&HandledPage { place: Place::Errors, of })
}

#[derive(Template)]
#[template(path = "open_to.html")]
struct OpenTo<'a> {
    place: Place,
    whom: &'a str,
    text: &'a str,
    /// The button that changes that.
    stop: Option<&'a str>,
}

/// A page that some may open.
pub(crate) fn open_to(whom: &str, text: &str, stop: Option<&str>) -> Response {
    html(&OpenTo { place: Place::Errors, whom, text, stop }).into_response()
}

#[derive(Template)]
#[template(path = "stolen.html")]
struct Stolen {
    place: Place,
    refreshed: StatusCode,
    used: StatusCode,
    generation: u32,
}

/// What the second browser got.
pub(crate) fn stolen(refreshed: StatusCode, used: StatusCode, generation: u32) -> Html<String> {
    html(&Stolen { place: Place::Errors, refreshed, used, generation })
}
