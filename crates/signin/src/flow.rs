//! Flows: begun for a verified request, bound to the browser, told apart when they come back.

use std::time::Duration;

use keys::opaque;
use model::{ApplicationId, BrowserSessionId, FlowId, Timestamp};
use store::Error;
use store::flows::Flow;
use store::purge::TOMBSTONE;

use crate::Reception;

/// A flow that comes without its binding cookie this soon was begun by a browser that keeps none.
const COOKIE_GRACE: Duration = Duration::from_secs(60);

/// How many restarts are followed.
const MOST_RESTARTS: usize = 8;

/// What a browser shows of itself: the values of its binding cookie. A browser may send several of one name
/// (C122); each is a candidate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Browser(Vec<[u8; 32]>);

impl Browser {
    /// From the values of the cookie.
    pub fn from_values<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        Self(values.into_iter().take(4).map(|value| opaque::hash(value.as_bytes())).collect())
    }

    /// What a new flow is bound to: the first value.
    pub fn binding(&self) -> Option<[u8; 32]> {
        self.0.first().copied()
    }

    /// Whether it shows this one.
    pub fn is(&self, hash: &[u8; 32]) -> bool {
        self.0.iter().any(|known| opaque::equal(known, hash))
    }
}

/// What a flow is to the browser that presents it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Usable.
    Live(Flow),
    /// This browser's, and too old.
    Expired(Flow),
    /// This browser's, and answered.
    Completed(Flow),
    /// Of another browser, or unknown. A row names its application, for a button only.
    Foreign(Option<ApplicationId>),
    /// Begun a moment ago, and the browser has sent no cookie back. The row names its application.
    NoCookies(ApplicationId),
    /// The address names no flow.
    Missing,
}

/// A flow to be begun.
#[derive(Clone, Debug)]
pub struct NewFlow {
    /// The application that asks.
    pub application: ApplicationId,
    /// Its verified request, as text.
    pub request: String,
    /// The hash of the binding cookie.
    pub browser: [u8; 32],
    /// What the person typed before, if this is a restart.
    pub identifier: Option<String>,
    /// The request is replayed.
    pub restarted: bool,
    /// It is played for an operator.
    pub rehearsal: bool,
    /// The session that the browser has, when only consent is missing.
    pub session: Option<BrowserSessionId>,
}

impl Reception {
    /// Begins a flow.
    pub async fn begin(&self, new: NewFlow) -> Result<Flow, Error> {
        let flow = self.draw_up(new);
        self.store.begin_flow(&flow).await?;
        Ok(flow)
    }

    /// Begins a flow that replays the request of another, once. `None` when that was replayed or answered before.
    pub async fn begin_again(&self, before: &Flow, new: NewFlow) -> Result<Option<Flow>, Error> {
        let flow = self.draw_up(new);
        let begun = self.store.replay_flow(before.id, &flow).await?;
        Ok(begun.then_some(flow))
    }

    fn draw_up(&self, new: NewFlow) -> Flow {
        let now = self.clock.now();
        Flow {
            id: FlowId::new(&*self.clock, &*self.entropy),
            browser_hash: new.browser,
            application: new.application,
            request: new.request,
            identifier: new.identifier,
            restarted: new.restarted,
            rehearsal: new.rehearsal,
            session: new.session,
            signed_in_at: None,
            created_at: now,
            expires_at: now.plus(self.lifetimes.flow),
            replayed_at: None,
            replayed_as: None,
            finished_at: None,
        }
    }

    /// What the flow of an address is to this browser.
    pub async fn standing(&self, presented: Option<&str>, browser: &Browser) -> Result<Standing, Error> {
        let Some(presented) = presented.filter(|text| !text.is_empty()) else { return Ok(Standing::Missing) };
        let Ok(id) = presented.parse::<FlowId>() else { return Ok(Standing::Foreign(None)) };
        let mut flow = self.store.flow(id).await?;
        // A flow that was started again stands where its successor stands: a reload or a second submit of the
        // old page carries on.
        for _ in 0..MOST_RESTARTS {
            let Some(next) =
                flow.as_ref().filter(|flow| browser.is(&flow.browser_hash)).and_then(|flow| flow.replayed_as)
            else {
                break;
            };
            flow = self.store.flow(next).await?.or(flow);
        }
        Ok(stand(flow, browser, self.clock.now()))
    }

    /// Whether the request of a flow may be replayed: once, and within a day of its end.
    pub fn may_replay(&self, flow: &Flow) -> bool {
        let kept = self.clock.now() < flow.expires_at.plus(TOMBSTONE);
        kept && flow.replayed_at.is_none() && flow.finished_at.is_none()
    }
}

fn stand(flow: Option<Flow>, browser: &Browser, now: Timestamp) -> Standing {
    let Some(flow) = flow else { return Standing::Foreign(None) };
    if !browser.is(&flow.browser_hash) {
        let young = now.since(flow.created_at) < COOKIE_GRACE;
        return if young && *browser == Browser::default() {
            Standing::NoCookies(flow.application)
        } else {
            Standing::Foreign(Some(flow.application))
        };
    }
    if flow.finished_at.is_some() || flow.replayed_at.is_some() {
        Standing::Completed(flow)
    } else if now >= flow.expires_at {
        Standing::Expired(flow)
    } else {
        Standing::Live(flow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGAN: Timestamp = Timestamp::from_seconds(10_000);

    fn flow(of: &Browser) -> Flow {
        Flow {
            id: FlowId::from_bytes([1; 16]),
            browser_hash: of.binding().unwrap(),
            application: ApplicationId::from_bytes([2; 16]),
            request: String::new(),
            identifier: None,
            restarted: false,
            rehearsal: false,
            session: None,
            signed_in_at: None,
            created_at: BEGAN,
            expires_at: BEGAN.plus(Duration::from_secs(3_600)),
            replayed_at: None,
            replayed_as: None,
            finished_at: None,
        }
    }

    #[test]
    fn c036_a_flow_is_bound_to_the_browser_that_began_it() {
        let (mine, other) = (Browser::from_values(["mine"]), Browser::from_values(["other"]));
        let later = BEGAN.plus(Duration::from_secs(1));
        assert!(matches!(stand(Some(flow(&mine)), &mine, later), Standing::Live(_)));
        assert!(matches!(stand(Some(flow(&mine)), &other, later), Standing::Foreign(Some(_))));
        let both = Browser::from_values(["other", "mine"]);
        assert!(
            matches!(stand(Some(flow(&mine)), &both, later), Standing::Live(_)),
            "c122 every candidate counts"
        );
        assert_eq!(stand(None, &mine, later), Standing::Foreign(None));
    }

    #[test]
    fn a_browser_without_cookies_is_noticed_within_a_minute_only() {
        let (mine, none) = (Browser::from_values(["mine"]), Browser::default());
        assert_eq!(
            stand(Some(flow(&mine)), &none, BEGAN.plus(Duration::from_secs(59))),
            Standing::NoCookies(ApplicationId::from_bytes([2; 16]))
        );
        let later = BEGAN.plus(Duration::from_secs(60));
        assert!(matches!(stand(Some(flow(&mine)), &none, later), Standing::Foreign(Some(_))));
    }

    #[test]
    fn an_answered_flow_is_completed_whatever_its_age() {
        let mine = Browser::from_values(["mine"]);
        let late = BEGAN.plus(Duration::from_secs(3_600));
        assert!(matches!(stand(Some(flow(&mine)), &mine, late), Standing::Expired(_)));
        let finished = Flow { finished_at: Some(BEGAN), ..flow(&mine) };
        assert!(matches!(stand(Some(finished), &mine, late), Standing::Completed(_)));
    }
}
