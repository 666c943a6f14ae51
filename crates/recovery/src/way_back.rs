//! The way back: what a browser keeps so that a failure can still name the application.
//!
//! At most three of (application, flow, time), sealed in a cookie. It is written only after a page of a fully
//! verified request was shown, and read only after a failure. It never holds a user, an identifier or a request.

use model::{ApplicationId, FlowId, Timestamp};

const MOST: usize = 3;
const WIDTH: usize = 40;

/// One sign-in that this browser began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The application that asked.
    pub application: ApplicationId,
    /// The flow.
    pub flow: FlowId,
    /// When its first page was shown.
    pub at: Timestamp,
}

/// The sign-ins that this browser began, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WayBack(Vec<Visit>);

impl WayBack {
    /// The newest visit.
    pub fn newest(&self) -> Option<Visit> {
        self.0.first().copied()
    }

    /// The visit of a flow.
    pub fn visit(&self, flow: FlowId) -> Option<Visit> {
        self.0.iter().find(|visit| visit.flow == flow).copied()
    }

    /// With one more visit; an older one of the same application gives way first, then the oldest.
    #[must_use]
    pub fn with(mut self, visit: Visit) -> Self {
        self.0.retain(|kept| kept.flow != visit.flow);
        self.0.insert(0, visit);
        if self.0.len() > MOST {
            let duplicate = self.0.iter().skip(1).rposition(|kept| kept.application == visit.application);
            self.0.remove(duplicate.map_or(self.0.len() - 1, |position| position + 1));
        }
        self
    }

    /// The content of the cookie, to be sealed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * WIDTH);
        for visit in &self.0 {
            bytes.extend_from_slice(visit.application.as_bytes());
            bytes.extend_from_slice(visit.flow.as_bytes());
            bytes.extend_from_slice(&visit.at.as_micros().to_be_bytes());
        }
        bytes
    }

    /// Reads what [`Self::to_bytes`] wrote; anything else is no way back.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let (visits, rest) = bytes.as_chunks::<WIDTH>();
        if !rest.is_empty() || visits.len() > MOST {
            return Self::default();
        }
        Self(visits.iter().map(read).collect())
    }
}

fn read(bytes: &[u8; WIDTH]) -> Visit {
    let (application, rest) = bytes.split_first_chunk().expect("a visit is 40 bytes wide");
    let (flow, rest) = rest.split_first_chunk().expect("a visit is 40 bytes wide");
    let at = rest.first_chunk().expect("a visit is 40 bytes wide");
    Visit {
        application: ApplicationId::from_bytes(*application),
        flow: FlowId::from_bytes(*flow),
        at: Timestamp::from_micros(i64::from_be_bytes(*at)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(application: u8, flow: u8) -> Visit {
        Visit {
            application: ApplicationId::from_bytes([application; 16]),
            flow: FlowId::from_bytes([flow; 16]),
            at: Timestamp::from_seconds(i64::from(flow)),
        }
    }

    #[test]
    fn keeps_three_and_prefers_different_applications() {
        let way = WayBack::default().with(visit(1, 1)).with(visit(2, 2)).with(visit(1, 3));
        assert_eq!(way.newest(), Some(visit(1, 3)));
        assert_eq!(way.visit(FlowId::from_bytes([1; 16])), Some(visit(1, 1)));
        let way = way.with(visit(1, 4));
        assert_eq!(
            way,
            WayBack(vec![visit(1, 4), visit(1, 3), visit(2, 2)]),
            "the older one of application 1 went"
        );
        let way = way.with(visit(3, 5));
        assert_eq!(way, WayBack(vec![visit(3, 5), visit(1, 4), visit(1, 3)]));
    }

    #[test]
    fn is_read_back_and_garbage_is_nothing() {
        let way = WayBack::default().with(visit(1, 1)).with(visit(2, 2));
        assert_eq!(WayBack::from_bytes(&way.to_bytes()), way);
        assert_eq!(WayBack::from_bytes(&[7; 39]), WayBack::default());
        assert_eq!(WayBack::from_bytes(&[7; 160]), WayBack::default());
    }
}
