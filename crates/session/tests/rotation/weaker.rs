//! The rules the field uses, explored in the same worlds: why each of them was not taken.

use session::rotation::{AccessSeen, Answer, confirm, decide};

use crate::ages::{self, Aged, Status};
use crate::explorer::{Heard, Path, Rule, World, explore};

/// A rule that does not do.
#[derive(Clone, Copy, Debug)]
enum Weaker {
    /// Whatever is not the current token is theft.
    SingleUse,
    /// Within the window the previous token, and a sibling, yields a fresh token; after it is theft.
    FreshInGrace,
    /// Within the window the previous token yields the current one again, but only so often.
    CountedRepeats(u8),
    /// The previous token yields the current one again, at any time.
    AlwaysTheSame,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Row {
    theft: bool,
    current: Path,
    previous: Option<Path>,
    age: u8,
    repeats: u8,
}

struct Rated(Weaker, World);

impl Rated {
    fn repeat(&self, row: Row, token: Path) -> Option<(Row, Path)> {
        let within = row.age < self.1.window;
        let previous = row.previous == Some(token);
        let sibling = row.previous.is_some() && token.parent() == row.previous;
        match self.0 {
            Weaker::SingleUse => None,
            Weaker::FreshInGrace => (within && (previous || sibling)).then(|| {
                let current = row.previous.expect("checked").child(row.current.position().sibling + 1);
                (Row { current, ..row }, current)
            }),
            Weaker::CountedRepeats(most) => (within && previous && row.repeats < most)
                .then(|| (Row { repeats: row.repeats + 1, ..row }, row.current)),
            Weaker::AlwaysTheSame => previous.then_some((row, row.current)),
        }
    }
}

impl Rule for Rated {
    type Row = Row;

    fn start(&self, old: u8) -> Row {
        Row { theft: false, current: Path::FIRST, previous: None, age: old, repeats: 0 }
    }

    fn present(&self, row: &Row, token: Path, _skew: i8) -> (Row, Heard) {
        if token == row.current {
            let current = token.child(0);
            let row = Row { current, previous: Some(token), age: 0, repeats: 0, ..*row };
            return (row, Heard::Granted(Some(current)));
        }
        match self.repeat(*row, token) {
            Some((row, token)) => (row, Heard::Granted(Some(token))),
            None => (Row { theft: true, ..*row }, Heard::SignedOut),
        }
    }

    fn seen(&self, row: &Row, _token: Path) -> Row {
        *row
    }

    fn tick(&self, row: &Row, old: u8) -> Row {
        Row { age: (row.age + 1).min(old), ..*row }
    }

    fn fallen_back(&self, row: &Row) -> Row {
        *row
    }

    fn current(&self, row: &Row) -> Path {
        row.current
    }

    fn confirmed(&self, _row: &Row) -> bool {
        true
    }

    fn theft(&self, row: &Row) -> bool {
        row.theft
    }
}

/// The shortest false alarm of a rule, in steps.
fn shortest(rule: Weaker, world: World) -> Option<usize> {
    let found = explore(&Rated(rule, world), &world, |_| ());
    let steps = found.false_alarm.as_ref().map(|run| run.len() - 1);
    println!("{rule:?}: {} states, false alarm in {steps:?} steps", found.states);
    for state in found.false_alarm.iter().flatten() {
        println!("    {state:?}");
    }
    steps
}

#[test]
fn single_use_signs_out_after_one_race() {
    let world = World { losses: 0, ..World::SMALL };
    assert_eq!(shortest(Weaker::SingleUse, world), Some(4), "two tabs send, two arrive");
}

#[test]
fn grace_with_fresh_tokens_forks_the_chain() {
    let world = World { losses: 0, ..World::SMALL };
    assert_eq!(
        shortest(Weaker::FreshInGrace, world),
        Some(7),
        "a repeated request arrives two generations late"
    );
}

#[test]
fn counted_repeats_sign_out_whoever_opens_one_tab_too_many() {
    let world = World { flight: 4, losses: 0, generations: 2, ..World::SMALL };
    assert_eq!(shortest(Weaker::CountedRepeats(2), world), Some(8), "four tabs send, four arrive");
}

/// The same answer for ever raises no false alarm without losses, and lets a thief who is patient ride along for
/// ever. The production rule finds him.
#[test]
fn always_the_same_answer_never_finds_the_thief() {
    let world = World { losses: 0, ..World::SMALL };
    let rule = Rated(Weaker::AlwaysTheSame, world);
    let mut row = rule.start(world.old());
    let mut jar = Path::FIRST;
    for _ in 0..5 {
        let copy = jar;
        let (after, Heard::Granted(Some(token))) = rule.present(&row, jar, 0) else { panic!("signed out") };
        (row, jar) = (after, token);
        let (after, heard) = rule.present(&rule.tick(&row, world.old()), copy, 0);
        assert_eq!(heard, Heard::Granted(Some(jar)), "the thief has what the client has, at any time");
        row = after;
    }

    let settings = ages::settings(3, Some(3));
    let old = Aged {
        status: Status::Live,
        current: Path::FIRST.position(),
        prev_sibling: None,
        handed_out: 4,
        confirmed: Some(4),
        minted: 4,
        recoveries: 0,
    };
    let now = ages::node_time(0);
    let rotated = decide(&ages::chain(&old), Path::FIRST.position(), now, &settings);
    let used = confirm(&rotated.chain, rotated.chain.position(), now, &settings);
    assert_eq!(used.seen, AccessSeen::Confirmed);
    let thief = decide(&used.chain, Path::FIRST.position(), now.plus(ages::TICK * 3), &settings);
    assert!(matches!(thief.answer, Answer::Theft(_)), "{:?}", thief.answer);
}
