//! Random lives of a session: tabs that share a jar, a network that delays, reorders, repeats and loses, nodes whose
//! clocks differ, a store that fails before or after it has written. Nobody steals, so nobody may be taken for a
//! thief or signed out: promise 1 of `docs/rotation.md`, kept by the real engine over a real store.
//!
//! A [`Service`] is what is rehearsed: an engine, or a whole server over HTTP.

use std::fmt::Write as _;
use std::time::Duration;

use model::Timestamp;

/// The longest way of a request or an answer: half the window of 30 s, less the difference of the clocks.
const LEG: u64 = 14_000;
/// How far the clocks of two nodes are apart, in milliseconds.
const SKEW: u64 = 2_000;
/// How long a client waits for an answer: after that no leg of it is on its way.
const PATIENCE: u64 = 2 * LEG;

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A call was answered as it should be.
    Good,
    /// Tokens: an access token, and perhaps a refresh token.
    Tokens(String, Option<String>),
    /// The access token is over.
    TryRefresh,
    /// Later, please: 503.
    Later,
    /// There is no session any more.
    Ended,
    /// A theft was found.
    Theft,
}

/// What is rehearsed: a service of two nodes over one store, with a window of 30 s and a recovery limit of 100.
pub trait Service {
    /// Sets the time of both nodes.
    fn set_time(&self, node: usize, now: Timestamp);
    /// Signs somebody in.
    fn sign_in(&self, node: usize) -> impl Future<Output = Told>;
    /// Refreshes.
    fn refresh(&self, node: usize, token: &str) -> impl Future<Output = Told>;
    /// Calls with an access token, which the store learns of.
    fn call(&self, node: usize, token: &str) -> impl Future<Output = Told>;
    /// Merges something into the claims of the session of an access token, and answers with a new one.
    fn merge(&self, node: usize, token: &str) -> impl Future<Output = Told>;
    /// Ends the faults of the store, where there are any.
    fn calm_down(&self) {}
}

/// What happened in a life, so that a test can see that it saw something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Life {
    /// Requests that reached a node.
    pub refreshes: usize,
    /// Requests and answers that were lost, and answers that came too late.
    pub lost: usize,
    /// Requests that arrived twice.
    pub repeated: usize,
    /// Answers of 503.
    pub later: usize,
    /// Claims that were merged, for which the access token was signed anew.
    pub merges: usize,
}

impl std::ops::AddAssign for Life {
    fn add_assign(&mut self, other: Self) {
        self.refreshes += other.refreshes;
        self.lost += other.lost;
        self.repeated += other.repeated;
        self.later += other.later;
        self.merges += other.merges;
    }
}

/// How a life ended that should have gone on, and everything that led to it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}\n{story}")]
pub struct BadEnd {
    what: String,
    story: String,
}

/// Lives one life. A [`BadEnd`] when somebody was signed out or taken for a thief.
pub async fn live(service: &impl Service, seed: u64, steps: usize) -> Result<Life, BadEnd> {
    let mut life = Living::begin(service, seed).await?;
    for _ in 0..steps {
        life.step().await?;
    }
    life.end().await
}

/// Something that will happen.
#[derive(Clone, Debug)]
enum Event {
    Wake,
    Arrives { token: String, request: u64 },
    Answered { told: Told, request: u64 },
    GivesUp { request: u64 },
}

struct Living<'a, S> {
    service: &'a S,
    chance: u64,
    /// Milliseconds since the start.
    now: u64,
    /// When, which tab, what; and a number that keeps the order.
    events: Vec<(u64, u64, usize, Event)>,
    numbers: u64,
    access: String,
    refresh: String,
    /// Which request each tab waits for.
    waiting: Vec<Option<u64>>,
    life: Life,
    story: String,
}

impl<'a, S: Service> Living<'a, S> {
    async fn begin(service: &'a S, seed: u64) -> Result<Self, BadEnd> {
        let mut life = Self {
            service,
            chance: seed,
            now: 0,
            events: Vec::new(),
            numbers: 0,
            access: String::new(),
            refresh: String::new(),
            waiting: Vec::new(),
            life: Life::default(),
            story: format!("seed {seed}"),
        };
        life.set_time();
        let signed_in = loop {
            match service.sign_in(0).await {
                Told::Later => {}
                told @ (Told::Good | Told::Tokens(..) | Told::TryRefresh | Told::Ended | Told::Theft) => {
                    break told;
                }
            }
        };
        life.keep(signed_in)?;
        let tabs = life.below(3) + 1;
        for tab in 0..tabs {
            life.waiting.push(None);
            let wait = life.below(5_000);
            life.plan(wait, usize::try_from(tab).unwrap_or(0), Event::Wake);
        }
        Ok(life)
    }

    async fn step(&mut self) -> Result<(), BadEnd> {
        let next = self.events.iter().enumerate().min_by_key(|(_, (at, number, ..))| (*at, *number));
        let Some(next) = next.map(|(index, _)| index) else { return Ok(()) };
        let (at, _, tab, event) = self.events.remove(next);
        self.now = self.now.max(at);
        self.set_time();
        match event {
            Event::Wake => self.wake(tab).await?,
            Event::Arrives { token, request } => self.arrives(tab, token, request).await?,
            Event::Answered { told, request } => self.answered(tab, told, request)?,
            Event::GivesUp { request } => {
                if self.waiting[tab] == Some(request) {
                    self.life.lost += 1;
                    self.tell(tab, "gives up");
                    self.waiting[tab] = None;
                    let wait = self.below(5_000);
                    self.plan(wait, tab, Event::Wake);
                }
            }
        }
        Ok(())
    }

    /// A tab calls, and refreshes when its access token is over, or early, as some clients do.
    async fn wake(&mut self, tab: usize) -> Result<(), BadEnd> {
        let node = self.node();
        let access = self.access.clone();
        if self.one_in(6) {
            let told = self.service.merge(node, &access).await;
            self.tell(tab, &format!("merges: {told:?}"));
            if let Told::Tokens(..) = told {
                self.life.merges += 1;
                self.keep(told)?;
            }
        }
        let told = self.service.call(node, &self.access.clone()).await;
        self.tell(tab, &format!("calls: {told:?}"));
        match told {
            Told::Good | Told::Later if self.below(3) > 0 => {
                let wait =
                    [self.below(2_000), self.below(40_000), self.below(4_000_000)][self.below_usize(3)];
                self.plan(wait, tab, Event::Wake);
            }
            Told::Good | Told::Later | Told::TryRefresh => self.send(tab),
            Told::Tokens(..) | Told::Ended | Told::Theft => {
                return Err(self.bad_end("a call was answered like that"));
            }
        }
        Ok(())
    }

    fn send(&mut self, tab: usize) {
        self.numbers += 1;
        let request = self.numbers;
        self.waiting[tab] = Some(request);
        self.plan(PATIENCE, tab, Event::GivesUp { request });
        let arrives = Event::Arrives { token: self.refresh.clone(), request };
        if self.one_in(8) {
            return;
        }
        if self.one_in(8) {
            self.life.repeated += 1;
            let again = self.below(LEG);
            self.plan(again, tab, arrives.clone());
        }
        let way = self.way();
        self.plan(way, tab, arrives);
    }

    async fn arrives(&mut self, tab: usize, token: String, request: u64) -> Result<(), BadEnd> {
        let node = self.node();
        let told = self.service.refresh(node, &token).await;
        self.life.refreshes += 1;
        self.tell(tab, &format!("is answered {told:?} for {token}"));
        match told {
            Told::Theft => return Err(self.bad_end("nobody steals, and a theft was found")),
            Told::Ended => return Err(self.bad_end("somebody was signed out")),
            Told::Good | Told::TryRefresh => return Err(self.bad_end("a refresh was answered like that")),
            Told::Tokens(..) | Told::Later => {}
        }
        if !self.one_in(6) {
            let way = self.way();
            self.plan(way, tab, Event::Answered { told, request });
        }
        Ok(())
    }

    fn answered(&mut self, tab: usize, told: Told, request: u64) -> Result<(), BadEnd> {
        if self.waiting[tab] != Some(request) {
            return Ok(());
        }
        self.waiting[tab] = None;
        let wait = if told == Told::Later {
            self.life.later += 1;
            1_000 + self.below(20_000)
        } else {
            self.tell(tab, "keeps the answer");
            self.keep(told)?;
            self.below(1_000)
        };
        self.plan(wait, tab, Event::Wake);
        Ok(())
    }

    /// At the end the network is quiet: the client asks, and is answered.
    async fn end(mut self) -> Result<Life, BadEnd> {
        self.service.calm_down();
        self.now += 3 * PATIENCE;
        for _ in 0..8 {
            self.set_time();
            match self.service.refresh(0, &self.refresh.clone()).await {
                told @ Told::Tokens(..) => {
                    self.keep(told)?;
                    let called = self.service.call(0, &self.access).await;
                    let good = called == Told::Good;
                    let bad_end = || self.bad_end(&format!("the last call was answered {called:?}"));
                    return if good { Ok(self.life) } else { Err(bad_end()) };
                }
                Told::Later => self.now += 10_000,
                other @ (Told::Good | Told::TryRefresh | Told::Ended | Told::Theft) => {
                    return Err(self.bad_end(&format!("at the end the answer was {other:?}")));
                }
            }
        }
        Err(self.bad_end("at the end nobody was answered"))
    }

    fn keep(&mut self, told: Told) -> Result<(), BadEnd> {
        let Told::Tokens(access, refresh) = told else { return Err(self.bad_end("tokens were expected")) };
        self.access = access;
        if let Some(refresh) = refresh {
            self.refresh = refresh;
        }
        Ok(())
    }

    fn plan(&mut self, wait: u64, tab: usize, event: Event) {
        self.numbers += 1;
        self.events.push((self.now + wait, self.numbers, tab, event));
    }

    fn set_time(&self) {
        for node in 0..2 {
            let now = Duration::from_millis(self.now + SKEW * node as u64);
            self.service.set_time(node, Timestamp::from_seconds(1_800_000_000).plus(now));
        }
    }

    fn tell(&mut self, tab: usize, what: &str) {
        let _ = write!(self.story, "\n{:>9} ms  tab {tab} {what}", self.now);
    }

    fn bad_end(&self, what: &str) -> BadEnd {
        BadEnd { what: what.to_owned(), story: self.story.clone() }
    }

    /// Mostly quick, sometimes as slow as can be.
    fn way(&mut self) -> u64 {
        if self.one_in(3) { self.below(LEG) } else { self.below(50) }
    }

    fn node(&mut self) -> usize {
        self.below_usize(2)
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn below_usize(&mut self, bound: u64) -> usize {
        usize::try_from(self.below(bound)).unwrap_or(0)
    }

    /// SplitMix64: enough to make a life repeatable.
    fn below(&mut self, bound: u64) -> u64 {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.chance;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ (word >> 31)) % bound.max(1)
    }
}
