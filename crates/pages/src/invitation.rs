//! The pages of an invitation to an organization.

use askama::Template;

use crate::{Frame, inline};

/// Who invites, and where to: what every page of an invitation names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvitedBy<'a> {
    /// The name of the organization; empty when it is gone.
    pub organization: &'a str,
    /// Who invites, as others reach them.
    pub inviter: Option<&'a str>,
}

impl InvitedBy<'_> {
    /// Whether somebody can be asked, as the texts select by it.
    pub(crate) const fn known(&self) -> &'static str {
        if self.inviter.is_some() { "yes" } else { "no" }
    }
}

/// Where the link of an invitation leads: one button, which accepts it. Opening the page changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/invitation.html")]
pub struct InvitationPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// Who invites, and where to.
    pub by: InvitedBy<'a>,
    /// Who is invited: a hint, or for somebody who is signed in as they know themselves.
    pub person: &'a str,
    /// What the button does.
    pub step: InvitationStep,
    /// What shows that the form is ours, in this browser.
    pub nonce: &'a str,
}

/// What the button of an invitation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationStep {
    /// The invited person is signed in: they join.
    Join,
    /// An account is made, and joins.
    Register,
    /// The invited person has an account: a letter with a code goes out, and signs them in first.
    SignIn,
}

/// Says that the person belongs to the organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "pages/joined.html")]
pub struct JoinedPage<'a> {
    /// What all pages share.
    pub frame: Frame<'a>,
    /// The name of the organization.
    pub organization: &'a str,
    /// Whether it was accepted before.
    pub already: bool,
    /// Where people go on to, if an operator has said so.
    pub forward: Option<&'a str>,
}

impl InvitationPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }

    const fn what(&self) -> &'static str {
        match self.step {
            InvitationStep::Join => "invitation.what-join",
            InvitationStep::Register => "invitation.what-register",
            InvitationStep::SignIn => "invitation.what-sign-in",
        }
    }

    const fn submit(&self) -> &'static str {
        match self.step {
            InvitationStep::Join => "invitation.join",
            InvitationStep::Register => "invitation.register",
            InvitationStep::SignIn => "invitation.sign-in",
        }
    }
}

impl JoinedPage<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        inline::page(self)
    }

    const fn title(&self) -> &'static str {
        if self.already { "joined.title-already" } else { "joined.title" }
    }
}
