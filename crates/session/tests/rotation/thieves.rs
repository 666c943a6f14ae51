//! Promise 2 of `docs/rotation.md`: every run of a thief beside a rightful client, who presents whatever he has
//! whenever he likes. Left out are the turns of either inside a window that the other opened: there nothing but a
//! sender-constrained token can tell the two apart, and the promise says so.

use std::collections::HashSet;

use crate::ages;
use crate::explored::{Production, Row};
use crate::explorer::{Heard, Path, Rule};
use session::rotation::{Answer, decide};

const WINDOW: u8 = 2;
const OLD: u8 = WINDOW + 1;
const GENERATIONS: u32 = 4;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Game {
    row: Row,
    client: Path,
    /// What the thief has, in order of gain.
    loot: Vec<Path>,
    /// Whether the client was answered since the thief last was.
    clients_turn_over: bool,
    /// How often the thief was answered after the client had been, since the copy.
    rides: u32,
    robbed: bool,
}

/// Plays all games. Yields the most rides a thief got in one.
fn most_rides(limit: u32, client_uses: bool, thief_uses: bool) -> u32 {
    let rule = Production(ages::settings(WINDOW, Some(limit)));
    let row = rule.start(OLD);
    let start = Game {
        row,
        client: Path::FIRST,
        loot: vec![Path::FIRST],
        clients_turn_over: false,
        rides: 0,
        robbed: false,
    };
    let (mut seen, mut todo) = (HashSet::from([start.clone()]), vec![start]);
    let (mut most, mut thefts) = (0, 0);
    while let Some(game) = todo.pop() {
        most = most.max(game.rides);
        if rule.theft(&game.row) {
            thefts += 1;
            continue;
        }
        if game.row.position().generation >= GENERATIONS {
            continue;
        }
        let mut next = vec![Game { row: rule.tick(&game.row, OLD), ..game.clone() }];
        next.extend(refresh(&rule, &game, client_uses));
        for &token in &game.loot {
            next.extend(steal(&rule, &game, token));
            if thief_uses && game.robbed {
                next.push(Game { row: rule.seen(&game.row, token), ..game.clone() });
            }
        }
        todo.extend(next.into_iter().filter(|game| seen.insert(game.clone())));
    }
    println!(
        "limit {limit}, client uses {client_uses}, thief uses {thief_uses}: {} states, {thefts} thefts found, {most} rides",
        seen.len()
    );
    most
}

/// Whether a token is presented inside a window.
fn within(rule: &Production, game: &Game, token: Path) -> bool {
    match decide(&game.row.chain(), token.position(), ages::node_time(0), &rule.0).answer {
        Answer::AccessOnly | Answer::Again { .. } | Answer::Named | Answer::NotNow { .. } | Answer::Kept => {
            true
        }
        Answer::Promoted
        | Answer::Recovered { .. }
        | Answer::RollbackSuspected { .. }
        | Answer::Rotated
        | Answer::Theft(_)
        | Answer::Unauthorised(_) => false,
    }
}

/// The rightful client refreshes, and uses what it got.
fn refresh(rule: &Production, game: &Game, uses: bool) -> Option<Game> {
    if within(rule, game, game.client) {
        return None;
    }
    let (mut row, heard) = rule.present(&game.row, game.client, 0);
    let Heard::Granted(token) = heard else { return Some(Game { row, ..game.clone() }) };
    let client = token.unwrap_or(game.client);
    if uses {
        row = rule.seen(&row, client);
    }
    Some(Game { row, client, clients_turn_over: true, ..game.clone() })
}

/// The thief presents a token.
fn steal(rule: &Production, game: &Game, token: Path) -> Option<Game> {
    if within(rule, game, token) {
        return None;
    }
    let (row, heard) = rule.present(&game.row, token, 0);
    let mut after = Game { row, ..game.clone() };
    if let Heard::Granted(token) = heard {
        after.loot.extend(token.filter(|token| !game.loot.contains(token)));
        after.rides += u32::from(game.clients_turn_over);
        (after.clients_turn_over, after.robbed) = (false, true);
    }
    Some(after)
}

/// The thief was answered, then the client was: the thief is never answered again.
#[test]
fn a_thief_is_answered_no_more_once_the_client_has_gone_on() {
    for thief_uses in [false, true] {
        assert_eq!(most_rides(2, true, thief_uses), 0);
    }
}

/// A client whose access tokens nobody ever confirms leaves the thief one answer more.
#[test]
fn a_thief_is_answered_once_more_when_nothing_confirms() {
    for limit in [1, 2, 3] {
        assert_eq!(most_rides(limit, false, false), 1);
    }
}
