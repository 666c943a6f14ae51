//! The page that says what went wrong and leads on.

use askama::Template;
use fault::{Code, Reference};

use crate::{Frame, inline};

/// Says what happened and what to do, with at most one button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/failure.html")]
pub struct FailurePage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// What went wrong.
    pub code: Code,
    /// What support looks up.
    pub reference: Reference,
    /// The one primary action.
    pub button: Option<Button<'a>>,
    /// When trying again makes sense.
    pub retry_after_minutes: Option<i64>,
    /// The host under which the service is to be reached.
    pub endpoint_host: &'a str,
    /// Whether this browser reached it under another one.
    pub host_differs: bool,
}

/// The one primary action of a failure page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button<'a> {
    /// Begin the sign-in again, at this address.
    StartAgain {
        /// The address.
        url: &'a str,
    },
    /// Begin again from the stored request of this flow: a form posted to `/restart`.
    Replay {
        /// The id of the flow.
        flow: &'a str,
    },
    /// Go on to the application.
    ToApplication {
        /// Its name.
        name: &'a str,
        /// Its address.
        url: &'a str,
    },
    /// The same request once more.
    TryAgain {
        /// Its address.
        url: &'a str,
    },
}

impl FailurePage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }
}
