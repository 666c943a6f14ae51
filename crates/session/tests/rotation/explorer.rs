//! Breadth-first exploration of every run of a small world, the same worlds as in `docs/rotation_model.py`.
//!
//! A world is one client (a cookie jar shared by tabs, or a client with its own store), requests and answers in
//! flight over a network that delays them, reorders, loses and repeats them, API calls that confirm late, a node
//! whose clock differs, a database that may fall back to an earlier row. Nobody steals here: a run that ends in
//! theft is a false alarm.

use std::collections::HashSet;
use std::hash::Hash;

use session::rotation::Position;

/// A token by its pedigree: the siblings from the first token on, in 4 bits each behind a leading 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Path(u32);

impl Path {
    pub(crate) const FIRST: Self = Self(0x10);

    pub(crate) fn child(self, sibling: u32) -> Self {
        assert!(sibling < 16, "the bounds of the worlds are small");
        Self(self.0 << 4 | sibling)
    }

    pub(crate) fn parent(self) -> Option<Self> {
        (self.0 >= 0x100).then_some(Self(self.0 >> 4))
    }

    pub(crate) fn position(self) -> Position {
        Position { generation: self.0.ilog2() / 4 - 1, sibling: self.0 & 15 }
    }
}

/// A rule of rotation over rows of its own. The row's ages grow by ticks.
pub(crate) trait Rule {
    type Row: Clone + Eq + Hash + Ord;
    /// The row of a chain begun long ago, whose first token is current.
    fn start(&self, old: u8) -> Self::Row;
    fn present(&self, row: &Self::Row, token: Path, skew: i8) -> (Self::Row, Heard);
    /// An access token minted with `token` is verified by somebody who reaches the store.
    fn seen(&self, row: &Self::Row, token: Path) -> Self::Row;
    fn tick(&self, row: &Self::Row, old: u8) -> Self::Row;
    /// An unclean start counts every chain as handed out now.
    fn fallen_back(&self, row: &Self::Row) -> Self::Row;
    fn current(&self, row: &Self::Row) -> Path;
    fn confirmed(&self, row: &Self::Row) -> bool;
    fn theft(&self, row: &Self::Row) -> bool;
}

/// What the client hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// An access token, and this refresh token if any.
    Granted(Option<Path>),
    NotNow,
    SignedOut,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct World {
    pub(crate) window: u8,
    /// The ticks a leg of an exchange takes at most.
    pub(crate) leg: u8,
    pub(crate) losses: u8,
    pub(crate) flight: usize,
    pub(crate) generations: u32,
    pub(crate) repeats: u8,
    /// The ticks an API call takes at most; `None` for calls that arrive at once.
    pub(crate) late: Option<u8>,
    pub(crate) skew: i8,
    pub(crate) fall_backs: u8,
    pub(crate) names_token: bool,
}

impl World {
    pub(crate) const SMALL: Self = Self {
        window: 3,
        leg: 1,
        losses: 2,
        flight: 2,
        generations: 4,
        repeats: 0,
        late: None,
        skew: 0,
        fall_backs: 0,
        names_token: false,
    };

    /// The age from which on all ages are alike.
    pub(crate) fn old(&self) -> u8 {
        self.window + self.skew.unsigned_abs() + 1
    }
}

/// Something on its way, and for how many ticks.
type Flying = Vec<(Path, u8)>;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State<R> {
    pub(crate) row: R,
    pub(crate) jar: Path,
    requests: Flying,
    answers: Flying,
    calls: Flying,
    lost: u8,
    repeated: u8,
    history: Vec<R>,
    fallen: u8,
}

impl<R> State<R> {
    /// The same state with its rows written otherwise.
    pub(crate) fn with_rows<S>(self, write: impl Fn(R) -> S) -> State<S> {
        State {
            row: write(self.row),
            history: self.history.into_iter().map(write).collect(),
            jar: self.jar,
            requests: self.requests,
            answers: self.answers,
            calls: self.calls,
            lost: self.lost,
            repeated: self.repeated,
            fallen: self.fallen,
        }
    }
}

/// What an exploration found.
pub(crate) struct Found<R> {
    pub(crate) states: usize,
    /// The shortest run that ends in theft, if any.
    pub(crate) false_alarm: Option<Vec<State<R>>>,
}

/// Explores every run of `world`, and hands each state to `check` once.
pub(crate) fn explore<R: Rule>(
    rule: &R,
    world: &World,
    mut check: impl FnMut(&State<R::Row>),
) -> Found<R::Row> {
    let start = State {
        row: rule.start(world.old()),
        jar: Path::FIRST,
        requests: vec![],
        answers: vec![],
        calls: vec![],
        lost: 0,
        repeated: 0,
        history: vec![],
        fallen: 0,
    };
    let mut states = vec![(start.clone(), 0)];
    let mut seen = HashSet::from([start]);
    let mut at = 0;
    while at < states.len() {
        let state = states[at].0.clone();
        if rule.theft(&state.row) {
            let mut run = vec![state];
            let mut step = at;
            while step != 0 {
                step = states[step].1;
                run.push(states[step].0.clone());
            }
            run.reverse();
            return Found { states: at + 1, false_alarm: Some(run) };
        }
        check(&state);
        if rule.current(&state.row).position().generation < world.generations {
            for mut next in successors(rule, world, &state) {
                next.requests.sort_unstable();
                next.answers.sort_unstable();
                next.calls.sort_unstable();
                if seen.insert(next.clone()) {
                    states.push((next, at));
                }
            }
        }
        at += 1;
    }
    Found { states: at, false_alarm: None }
}

fn successors<R: Rule>(rule: &R, world: &World, state: &State<R::Row>) -> Vec<State<R::Row>> {
    let mut next = vec![];
    send_and_deliver(rule, world, state, &mut next);
    receive(world, state, &mut next);
    call(rule, world, state, &mut next);
    fall_back_and_tick(rule, world, state, &mut next);
    next
}

fn without(flying: &Flying, index: usize) -> Flying {
    let mut rest = flying.clone();
    rest.remove(index);
    rest
}

fn send_and_deliver<R: Rule>(rule: &R, world: &World, state: &State<R::Row>, next: &mut Vec<State<R::Row>>) {
    if state.requests.len() + state.answers.len() < world.flight {
        let mut sent = state.clone();
        sent.requests.push((state.jar, 0));
        next.push(sent);
    }
    for (index, &(token, _)) in state.requests.iter().enumerate() {
        let rest = without(&state.requests, index);
        let skews = if world.skew == 0 { vec![0] } else { vec![-world.skew, 0, world.skew] };
        for skew in skews {
            let (row, heard) = rule.present(&state.row, token, skew);
            let mut decided = State { requests: rest.clone(), ..state.clone() };
            if world.fall_backs > 0 && row != state.row {
                decided.history.push(state.row.clone());
                let extra = decided.history.len().saturating_sub(2);
                decided.history.drain(..extra);
            }
            decided.row = row;
            if let Heard::Granted(Some(token)) = heard {
                decided.answers.push((token, 0));
            }
            if state.repeated < world.repeats {
                let requests = state.requests.clone();
                next.push(State { requests, repeated: state.repeated + 1, ..decided.clone() });
            }
            next.push(decided);
        }
        if state.lost < world.losses {
            next.push(State { requests: rest, lost: state.lost + 1, ..state.clone() });
        }
    }
}

fn receive<R: Clone>(world: &World, state: &State<R>, next: &mut Vec<State<R>>) {
    for (index, &(token, _)) in state.answers.iter().enumerate() {
        let answers = without(&state.answers, index);
        next.push(State { jar: token, answers: answers.clone(), ..state.clone() });
        if state.lost < world.losses {
            next.push(State { answers, lost: state.lost + 1, ..state.clone() });
        }
    }
}

fn call<R: Rule>(rule: &R, world: &World, state: &State<R::Row>, next: &mut Vec<State<R::Row>>) {
    if world.late.is_none() {
        next.push(State { row: rule.seen(&state.row, state.jar), ..state.clone() });
        return;
    }
    let told = rule.current(&state.row) == state.jar && rule.confirmed(&state.row);
    if state.calls.is_empty() && !told {
        next.push(State { calls: vec![(state.jar, 0)], ..state.clone() });
    }
    for (index, &(token, _)) in state.calls.iter().enumerate() {
        let calls = without(&state.calls, index);
        next.push(State { row: rule.seen(&state.row, token), calls, ..state.clone() });
    }
}

fn fall_back_and_tick<R: Rule>(
    rule: &R,
    world: &World,
    state: &State<R::Row>,
    next: &mut Vec<State<R::Row>>,
) {
    if state.fallen < world.fall_backs {
        for row in &state.history {
            let row = rule.fallen_back(row);
            next.push(State { row, fallen: state.fallen + 1, history: vec![], ..state.clone() });
        }
    }
    let exchanges_wait = state.requests.iter().chain(&state.answers).all(|&(_, age)| age < world.leg);
    let calls_wait = state.calls.iter().all(|&(_, age)| world.late.is_none_or(|late| age < late));
    if exchanges_wait && calls_wait {
        let aged = |flying: &Flying| flying.iter().map(|&(token, age)| (token, age + 1)).collect();
        next.push(State {
            row: rule.tick(&state.row, world.old()),
            requests: aged(&state.requests),
            answers: aged(&state.answers),
            calls: aged(&state.calls),
            history: state.history.iter().map(|row| rule.tick(row, world.old())).collect(),
            ..state.clone()
        });
    }
}
