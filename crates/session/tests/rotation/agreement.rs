//! The production function and the executable model, `docs/rotation_model.py`, agree on every transition that
//! can be reached. `transitions.txt` holds the model's answers; `transitions.py` beside it writes them anew.

use std::collections::BTreeMap;

use session::rotation::{AccessSeen, Answer, Decision, Position, RotationSettings, confirm, decide};

use crate::ages::{self, Aged, Status};

const TRANSITIONS: &str = include_str!("transitions.txt");

#[test]
fn the_production_function_agrees_with_the_model_on_every_reachable_transition() {
    let mut settings = None;
    let mut counts = BTreeMap::new();
    for line in TRANSITIONS.lines() {
        if let Some(header) = line.strip_prefix("@ ") {
            settings = Some(Header::parse(header));
            continue;
        }
        let header = settings.as_ref().expect("settings come first");
        let (row, items) = line.split_once(' ').unwrap();
        let before = parse_row(row);
        for item in items.split(' ') {
            let (kind, rest) = item.split_at(1);
            let (token, expected) = rest.split_at(2);
            let found = match kind {
                "p" => header.present(&before, parse_token(token)),
                "u" => header.seen(&before, parse_token(token)),
                other => panic!("{other}: neither presented nor used"),
            };
            let dead = if kind == "p" { ".-u" } else { "" };
            let expected = if before.status == Status::Live { expected } else { dead };
            assert_eq!(found, expected, "{header:?} {row} {item}");
            *counts.entry(if kind == "u" { "use" } else { &expected[expected.len() - 1..] }).or_insert(0) +=
                1;
        }
    }
    println!("{} transitions agree: {counts:?}", counts.values().sum::<u32>());
    for name in ["a", "s", "w", "r", "b", "g", "t", "m", "c", "l", "u", "use"] {
        assert!(counts.contains_key(name), "no transition {name:?}: the fixture lacks a row of the table");
    }
}

#[derive(Debug)]
struct Header {
    settings: RotationSettings,
    skew: i8,
}

impl Header {
    fn parse(text: &str) -> Self {
        let [window, limit, echo, skew] = text.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{text}: four settings are expected")
        };
        let window = window.parse().unwrap();
        let limit = (limit != "-").then(|| limit.parse().unwrap());
        let settings = ages::settings(window, limit).with_must_name_token(echo == "1");
        Self { settings, skew: skew.parse().unwrap() }
    }

    fn present(&self, before: &Aged, token: Position) -> String {
        let now = ages::node_time(self.skew);
        let decision = decide(&ages::chain(before), token, now, &self.settings);
        let after = ages::aged(before, &decision.chain, now);
        assert_eq!(decision.changed, decision.chain != ages::chain(before));
        let handed_out = decision.refresh_token().map_or("-".into(), write_token);
        format!("{}{handed_out}{}", write_change(before, &after), name(&decision))
    }

    fn seen(&self, before: &Aged, token: Position) -> String {
        let now = ages::node_time(self.skew);
        let confirmation = confirm(&ages::chain(before), token, now, &self.settings);
        let after = ages::aged(before, &confirmation.chain, now);
        assert_eq!(confirmation.changed, confirmation.chain != ages::chain(before));
        let changes = match confirmation.seen {
            AccessSeen::Confirmed | AccessSeen::Promoted | AccessSeen::Theft(_) => true,
            AccessSeen::AlreadyConfirmed | AccessSeen::NotCurrent | AccessSeen::Ended(_) => false,
        };
        assert_eq!(confirmation.changed, changes);
        if changes { write_row(&after) } else { String::new() }
    }
}

fn name(decision: &Decision) -> char {
    match &decision.answer {
        Answer::AccessOnly => 'a',
        Answer::Again { .. } => 'g',
        Answer::Kept => panic!("these settings rotate"),
        Answer::Named => 's',
        Answer::NotNow { .. } => 'w',
        Answer::Promoted => 'm',
        Answer::Recovered { .. } => 'c',
        Answer::RollbackSuspected { .. } => 'b',
        Answer::Rotated => 'r',
        Answer::Theft(_) => 't',
        Answer::Unauthorised(_) if decision.changed => 'l',
        Answer::Unauthorised(_) => 'u',
    }
}

fn digit(byte: u8) -> u8 {
    u8::try_from(char::from(byte).to_digit(36).unwrap()).unwrap()
}

fn parse_token(text: &str) -> Position {
    let &[generation, sibling] = text.as_bytes() else { panic!("{text}: not a token") };
    Position { generation: digit(generation).into(), sibling: digit(sibling).into() }
}

fn parse_row(text: &str) -> Aged {
    let &[status, generation, sibling, previous, handed_out, confirmed, minted, recoveries] = text.as_bytes()
    else {
        panic!("{text}: not a row")
    };
    let optional = |byte| (byte != b'-').then(|| digit(byte));
    Aged {
        status: match status {
            b'L' => Status::Live,
            b'T' => Status::Theft,
            b'E' => Status::Ended,
            other => panic!("{other}: not a status"),
        },
        current: Position { generation: digit(generation).into(), sibling: digit(sibling).into() },
        prev_sibling: optional(previous).map(u32::from),
        handed_out: digit(handed_out),
        confirmed: optional(confirmed),
        minted: digit(minted),
        recoveries: digit(recoveries).into(),
    }
}

fn write_digit(number: u32) -> char {
    char::from_digit(number, 36).unwrap()
}

fn write_token(token: Position) -> String {
    [token.generation, token.sibling].map(write_digit).into_iter().collect()
}

fn write_change(before: &Aged, after: &Aged) -> String {
    if before == after { ".".into() } else { write_row(after) }
}

fn write_row(row: &Aged) -> String {
    let status = match row.status {
        Status::Live => 'L',
        Status::Theft => 'T',
        Status::Ended => 'E',
    };
    let optional = |number: Option<u32>| number.map_or('-', write_digit);
    let rest = [
        optional(row.prev_sibling),
        write_digit(row.handed_out.into()),
        optional(row.confirmed.map(u32::from)),
        write_digit(row.minted.into()),
        write_digit(row.recoveries),
    ];
    format!("{status}{}{}", write_token(row.current), rest.into_iter().collect::<String>())
}
