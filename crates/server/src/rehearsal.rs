//! Rehearsals: each failure produced for real, for an operator who holds a sealed ticket.
//!
//! A ticket is made by the command, from the secret kept outside the database. It opens one path for ten
//! minutes; what follows is marked, kept out of the metrics, and can never yield a session.

use std::fmt;
use std::time::Duration;

use fault::Code;
use keys::{MasterSecret, Sealer};
use model::{ApplicationId, Entropy, Timestamp};

use crate::app::App;
use crate::cookies::Name;
use crate::visit::Visit;

const PURPOSE: &str = "rehearsal";
/// How long a ticket, and the mark in the browser, are good.
pub(crate) const LIFETIME: Duration = Duration::from_secs(600);

/// Allows one rehearsal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The failure to be produced.
    pub code: Code,
    /// For which application.
    pub application: ApplicationId,
    /// Whether a dead link is that of an invitation.
    pub invitation: bool,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

impl Ticket {
    /// A ticket that is good for ten minutes.
    pub fn new(code: Code, application: ApplicationId, now: Timestamp) -> Self {
        Self::lasting(code, application, now, LIFETIME)
    }

    /// A ticket that is good for as long as a demonstration lasts.
    pub fn lasting(code: Code, application: ApplicationId, now: Timestamp, lifetime: Duration) -> Self {
        Self { code, application, invitation: false, expires_at: now.plus(lifetime) }
    }

    /// The same, where a dead link is that of an invitation.
    #[must_use]
    pub const fn of_invitation(mut self, invitation: bool) -> Self {
        self.invitation = invitation;
        self
    }

    /// The path at which the ticket is shown.
    pub fn path(&self, secret: &MasterSecret, entropy: &dyn Entropy) -> String {
        let sealed = Sealer::new(secret, PURPOSE).seal_text(&self.to_bytes(), entropy);
        format!("/rehearse?ticket={sealed}")
    }

    fn to_bytes(self) -> Vec<u8> {
        let mut bytes = self.expires_at.as_micros().to_be_bytes().to_vec();
        bytes.extend_from_slice(self.application.as_bytes());
        bytes.push(u8::from(self.invitation));
        bytes.extend_from_slice(self.code.as_str().as_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (expires_at, rest) = bytes.split_first_chunk::<8>()?;
        let (application, rest) = rest.split_first_chunk::<16>()?;
        let (invitation, code) = rest.split_first()?;
        Some(Self {
            code: std::str::from_utf8(code).ok()?.parse().ok()?,
            application: ApplicationId::from_bytes(*application),
            invitation: *invitation == 1,
            expires_at: Timestamp::from_micros(i64::from_be_bytes(*expires_at)),
        })
    }
}

/// Reads tickets, and the mark that a rehearsal leaves in the browser.
pub(crate) struct Rehearsals(Sealer);

impl Rehearsals {
    pub(crate) fn new(secret: &MasterSecret) -> Self {
        Self(Sealer::new(secret, PURPOSE))
    }

    /// The ticket of a text, while it is good.
    pub(crate) fn admit(&self, text: &str, now: Timestamp) -> Option<Ticket> {
        let ticket = Ticket::from_bytes(&self.0.open_text(text)?)?;
        (now < ticket.expires_at).then_some(ticket)
    }

    /// Whether this browser is in the middle of rehearsing this very failure: the mark is the ticket itself. Any other
    /// failure that it meets meanwhile is a real one.
    pub(crate) fn is_on(&self, app: &App, visit: &Visit, code: Code) -> bool {
        let marks = app.cookies.values(&visit.headers, Name::Rehearsal);
        marks.iter().any(|mark| self.admit(mark, app.clock().now()).is_some_and(|ticket| ticket.code == code))
    }
}

impl fmt::Debug for Rehearsals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rehearsals(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::SeededEntropy;

    #[test]
    fn a_ticket_is_good_for_ten_minutes_and_for_its_maker_only() {
        let entropy = SeededEntropy::new(1);
        let secret = MasterSecret::draw(&entropy);
        let now = Timestamp::from_seconds(1_000);
        let ticket = Ticket::new(Code::FlowExpired, ApplicationId::from_bytes([3; 16]), now);
        let path = ticket.path(&secret, &entropy);
        let text = path.strip_prefix("/rehearse?ticket=").unwrap();
        let desk = Rehearsals::new(&secret);
        assert_eq!(desk.admit(text, now), Some(ticket));
        assert_eq!(desk.admit(text, now.plus(LIFETIME)), None);
        assert_eq!(Rehearsals::new(&MasterSecret::draw(&entropy)).admit(text, now), None);
        assert_eq!(desk.admit("", now), None);
    }
}
