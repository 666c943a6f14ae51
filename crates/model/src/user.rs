//! A person who signs in.

use crate::{EmailAddress, Timestamp, UserId};

/// A person's account, without its credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id: the claim `sub`.
    pub id: UserId,
    /// The name the person signs in with, as they wrote it.
    pub username: Option<String>,
    /// Their e-mail address.
    pub email: Option<EmailAddress>,
    /// Whether they have shown that the address is theirs.
    pub email_verified: bool,
    /// What they are called.
    pub name: Option<String>,
    /// When an operator suspended the account, if one did.
    pub suspended_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl User {
    /// Whether it has an e-mail address that nobody has shown to be theirs.
    pub const fn is_unproven(&self) -> bool {
        self.email.is_some() && !self.email_verified
    }

    /// How others reach the person: the address, else the identifier.
    pub fn contact(&self) -> &str {
        self.email.as_ref().map_or_else(|| self.label(), EmailAddress::as_str)
    }

    /// What they can type to sign in: the user name, else the address.
    pub fn identifier(&self) -> Option<&str> {
        self.username.as_deref().or_else(|| self.email.as_ref().map(EmailAddress::as_str))
    }

    /// The identifier to show: the user name, else the address.
    pub fn label(&self) -> &str {
        self.identifier().or(self.name.as_deref()).unwrap_or("?")
    }
}
