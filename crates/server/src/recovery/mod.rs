//! The one road of failures of human pages.
//!
//! A handler returns a [`Failure`]. The [`layer`] asks `recovery::decide` what it leads to, [`perform`]s that,
//! and [`note`]s it: reference, log line, metric, incident. Nothing else builds an error page.

mod failure;
mod layer;
mod note;
mod perform;

pub(crate) use failure::{Failure, InvitationNames, Known, chain};
pub(crate) use layer::recover;
pub(crate) use perform::{authorization_response, form_targets, reverify, see_other, whole_minutes};
