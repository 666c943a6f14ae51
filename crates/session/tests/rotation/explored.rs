//! The worlds of `docs/rotation_model.py`, explored over the production function at full bounds.

use std::collections::HashSet;

use session::rotation::{Answer, Chain, Decision, Position, RotationSettings, confirm, decide};

use crate::ages::{self, Aged, Status};
use crate::explorer::{Heard, Path, Rule, State, World, explore};

/// The production function, with the pedigree of its tokens noted beside each row.
pub(crate) struct Production(pub(crate) RotationSettings);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Row {
    aged: Aged,
    current: Path,
    previous: Option<Path>,
}

impl Row {
    pub(crate) fn chain(&self) -> Chain {
        ages::chain(&self.aged)
    }

    pub(crate) fn position(&self) -> Position {
        self.aged.current
    }
}

impl Production {
    fn of(world: &World) -> Self {
        Self(ages::settings(world.window, Some(99)).with_must_name_token(world.names_token))
    }

    /// The row after `decision`. Checks what must hold of every decision.
    fn decided(row: &Row, token: Path, decision: &Decision, aged: Aged) -> Row {
        let (current, previous) = match decision.answer {
            Answer::Rotated | Answer::Promoted => (token.child(0), Some(token)),
            Answer::Recovered { .. } => {
                let parent = row.previous.expect("only a child is minted again");
                (parent.child(decision.chain.sibling), Some(parent))
            }
            Answer::RollbackSuspected { .. } => (token, token.parent()),
            Answer::AccessOnly
            | Answer::Again { .. }
            | Answer::Kept
            | Answer::Named
            | Answer::NotNow { .. }
            | Answer::Theft(_)
            | Answer::Unauthorised(_) => (row.current, row.previous),
        };
        assert_eq!(current.position(), decision.chain.position(), "generation and sibling tell tokens apart");
        let moved = decision.chain.idle_expires_at != ages::chain(&row.aged).idle_expires_at;
        let rotated = matches!(decision.answer, Answer::Rotated | Answer::Promoted);
        assert_eq!(moved, rotated, "the idle expiry moves by rotation only");
        assert_eq!(decision.changed, decision.chain != ages::chain(&row.aged));
        Row { aged, current, previous }
    }
}

impl Rule for Production {
    type Row = Row;

    fn start(&self, old: u8) -> Row {
        let current = Path::FIRST;
        let aged = Aged {
            status: Status::Live,
            current: current.position(),
            prev_sibling: None,
            handed_out: old,
            confirmed: Some(old),
            minted: old,
            recoveries: 0,
        };
        Row { aged, current, previous: None }
    }

    fn present(&self, row: &Row, token: Path, skew: i8) -> (Row, Heard) {
        let now = ages::node_time(skew);
        let decision = decide(&ages::chain(&row.aged), token.position(), now, &self.0);
        let after = Self::decided(row, token, &decision, ages::aged(&row.aged, &decision.chain, now));
        let refresh_token = decision.refresh_token();
        assert!(
            refresh_token.is_none_or(|token| token == after.current.position()),
            "only the current token"
        );
        let heard = match decision.answer {
            Answer::NotNow { .. } | Answer::RollbackSuspected { retry_after: Some(_) } => Heard::NotNow,
            Answer::Theft(_) | Answer::Unauthorised(_) => Heard::SignedOut,
            Answer::AccessOnly
            | Answer::Again { .. }
            | Answer::Kept
            | Answer::Named
            | Answer::Promoted
            | Answer::Recovered { .. }
            | Answer::RollbackSuspected { retry_after: None }
            | Answer::Rotated => Heard::Granted(refresh_token.map(|_| after.current)),
        };
        (after, heard)
    }

    fn seen(&self, row: &Row, token: Path) -> Row {
        let now = ages::node_time(0);
        let confirmation = confirm(&ages::chain(&row.aged), token.position(), now, &self.0);
        let aged = ages::aged(&row.aged, &confirmation.chain, now);
        let current = if aged.current == row.aged.current { row.current } else { token };
        Row { aged, current, ..*row }
    }

    fn tick(&self, row: &Row, old: u8) -> Row {
        let older = |age: u8| (age + 1).min(old);
        let aged = Aged {
            handed_out: older(row.aged.handed_out),
            confirmed: row.aged.confirmed.map(older),
            minted: older(row.aged.minted),
            ..row.aged
        };
        Row { aged, ..*row }
    }

    fn fallen_back(&self, row: &Row) -> Row {
        Row { aged: Aged { handed_out: 0, ..row.aged }, ..*row }
    }

    fn current(&self, row: &Row) -> Path {
        row.current
    }

    fn confirmed(&self, row: &Row) -> bool {
        row.aged.confirmed.is_some()
    }

    fn theft(&self, row: &Row) -> bool {
        row.aged.status == Status::Theft
    }
}

/// Whatever the state of the network, a client that asks again and again over a quiet one is signed in within
/// the window.
fn ends_signed_in(rule: &Production, world: &World, state: &State<Row>) {
    let mut row = state.row;
    for _ in 0..=world.old() {
        let (after, heard) = rule.present(&row, state.jar, 0);
        match heard {
            Heard::Granted(_) => return,
            Heard::NotNow => row = rule.tick(&after, world.old()),
            Heard::SignedOut => panic!("signed out: {state:?}"),
        }
    }
    panic!("kept waiting: {state:?}");
}

/// The state as the model writes it. The production row does not know the parent of a token that is newer than
/// itself, which tells some states apart that are one to the model.
fn as_model(state: &State<Row>) -> State<Row> {
    state.clone().with_rows(|row| {
        let prev_sibling = row.previous.map(|previous| previous.position().sibling);
        Row { aged: Aged { prev_sibling, ..row.aged }, ..row }
    })
}

/// Explores a world in which the promise must hold, and compares the number of states with the model's.
#[track_caller]
fn check(name: &str, world: &World, states: usize) {
    let rule = Production::of(world);
    let mut of_model = HashSet::new();
    let found = explore(&rule, world, |state| {
        ends_signed_in(&rule, world, state);
        of_model.insert(as_model(state));
    });
    assert!(found.false_alarm.is_none(), "{:#?}", found.false_alarm);
    println!("{name:44}{:9} states ({} of the model)   no false alarm", found.states, of_model.len());
    assert_eq!(of_model.len(), states, "the model counts {states}");
}

/// Explores a world that breaks an assumption of the promise: the alarm must be found.
#[track_caller]
fn check_weaker(name: &str, world: &World, steps: usize) {
    let rule = Production::of(world);
    let found = explore(&rule, world, |_| ());
    let run = found.false_alarm.expect("the assumption is needed");
    println!("{name:44}{:9} states   FALSE ALARM in {}", found.states, run.len() - 1);
    assert_eq!(run.len() - 1, steps);
}

#[test]
fn two_in_flight_two_losses() {
    check("two in flight, two losses", &World::SMALL, 14_099);
}

#[test]
fn three_in_flight_two_losses() {
    check("three in flight", &World { flight: 3, generations: 3, ..World::SMALL }, 18_322);
}

#[test]
fn five_at_once() {
    check("five at once", &World { flight: 5, generations: 2, losses: 0, ..World::SMALL }, 3_618);
}

#[test]
fn legs_of_two_ticks() {
    check("legs of two ticks", &World { window: 5, leg: 2, generations: 3, ..World::SMALL }, 31_352);
}

#[test]
fn f54_requests_repeated_by_a_proxy() {
    check("requests repeated", &World { generations: 3, repeats: 2, ..World::SMALL }, 32_713);
}

#[test]
fn confirmed_late_by_api_calls() {
    check("confirmed late by API calls", &World { late: Some(2), ..World::SMALL }, 54_919);
}

#[test]
fn transport_that_must_name_a_token() {
    check("must name a token", &World { names_token: true, ..World::SMALL }, 16_197);
}

#[test]
fn two_nodes_with_clocks_one_tick_apart() {
    check("clocks one tick apart", &World { window: 4, skew: 1, generations: 3, ..World::SMALL }, 13_904);
}

#[test]
fn f04_database_falls_back_once() {
    check("database falls back once", &World { fall_backs: 1, losses: 0, ..World::SMALL }, 26_307);
}

#[test]
fn f04_database_falls_back_where_a_token_must_be_named() {
    let world = World { fall_backs: 1, losses: 0, names_token: true, ..World::SMALL };
    check("falls back, must name a token", &world, 29_835);
}

#[test]
fn weaker_window_shorter_than_a_round_trip() {
    check_weaker("WEAKER: window shorter than a round trip", &World { window: 2, ..World::SMALL }, 9);
}

#[test]
fn weaker_clocks_apart_and_the_window_not_widened() {
    check_weaker("WEAKER: clocks apart", &World { skew: 1, generations: 3, ..World::SMALL }, 9);
}
