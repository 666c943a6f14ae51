//! The state of a request: sealed, so that only we can have made it, and whole, so that it says for which application
//! and to which provider somebody left, even to a browser that has lost every cookie.
//!
//! It opens no door by itself: what it names is claimed once in the store, by the browser of its flow (C172).

use std::sync::Arc;

use keys::{MasterSecret, Sealer};
use model::{ApplicationId, ConnectorId, DepartureId, Entropy, FlowId};

/// What a state says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The way itself.
    pub departure: DepartureId,
    /// To which provider.
    pub connector: ConnectorId,
    /// For which application.
    pub application: ApplicationId,
    /// During which sign-in.
    pub flow: FlowId,
}

/// Seals and opens states, and what is kept until somebody is back.
#[derive(Clone, Debug)]
pub struct Tickets {
    states: Arc<Sealer>,
    kept: Arc<Sealer>,
}

impl Tickets {
    /// With keys of their own.
    pub fn new(secret: &MasterSecret) -> Self {
        let sealer = |purpose| Arc::new(Sealer::new(secret, purpose));
        Self { states: sealer("upstream state"), kept: sealer("upstream departure") }
    }

    /// The state that says this.
    pub fn write(&self, ticket: &Ticket, entropy: &dyn Entropy) -> String {
        let parts = [
            ticket.departure.as_bytes(),
            ticket.connector.as_bytes(),
            ticket.application.as_bytes(),
            ticket.flow.as_bytes(),
        ];
        self.states.seal_text(&parts.map(|part| *part).concat(), entropy)
    }

    /// What a state says; none when it is not one of ours.
    pub fn read(&self, state: &str) -> Option<Ticket> {
        let bytes = self.states.open_text(state)?;
        let (parts, rest) = bytes.as_chunks::<16>();
        let [departure, connector, application, flow] = *parts else { return None };
        rest.is_empty().then(|| Ticket {
            departure: DepartureId::from_bytes(departure),
            connector: ConnectorId::from_bytes(connector),
            application: ApplicationId::from_bytes(application),
            flow: FlowId::from_bytes(flow),
        })
    }

    /// Seals what is kept until somebody is back.
    pub fn seal(&self, plain: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        self.kept.seal(plain, entropy)
    }

    /// Opens it.
    pub fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        self.kept.open(sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::SeededEntropy;

    #[test]
    fn c172_a_state_is_read_back_and_nothing_else_is() {
        let entropy = SeededEntropy::new(1);
        let tickets = Tickets::new(&MasterSecret::draw(&entropy));
        let ticket = Ticket {
            departure: DepartureId::from_bytes([1; 16]),
            connector: ConnectorId::from_bytes([2; 16]),
            application: ApplicationId::from_bytes([3; 16]),
            flow: FlowId::from_bytes([4; 16]),
        };
        let state = tickets.write(&ticket, &entropy);
        assert_eq!(tickets.read(&state), Some(ticket));
        assert_ne!(tickets.write(&ticket, &entropy), state, "each looks different");
        assert!(state.len() < 200, "providers take so much: {}", state.len());
        assert_eq!(tickets.read(&state[1..]), None);
        assert_eq!(tickets.read(""), None);
        let other = Tickets::new(&MasterSecret::draw(&entropy));
        assert_eq!(other.read(&state), None, "of another server");
        assert_eq!(
            tickets.open(&tickets.states.seal(b"x", &entropy)),
            None,
            "what is kept has a key of its own"
        );
    }
}
