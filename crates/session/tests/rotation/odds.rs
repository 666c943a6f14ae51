//! What a thief's odds are who tries to be quick: games of an owner and a thief, with the lifetimes that are in use.
//!
//! The owner refreshes when the access token is over and uses the new one at once. The thief has copied the refresh
//! token. To stay, he must present within the window of each rightful rotation, before or after it.

use std::time::Duration;

use model::{ChainId, Entropy as _, SeededEntropy, Timestamp};
use session::rotation::{Answer, Chain, Position, RotationSettings, confirm, decide, jittered_lifetime};

const LIFETIME: Duration = Duration::from_secs(3_600);
const GAMES: u32 = 20_000;

/// When the thief presents, in seconds since the owner last was answered.
#[derive(Clone, Copy)]
enum Strategy {
    /// Whenever his own access token is over.
    WhenOver,
    /// In the middle of the time in which the owner must come.
    InTheMiddle,
    /// At any moment of it.
    AtRandom,
    /// Before the owner can come, and he uses what he gets.
    Ahead,
}

/// How the games of a strategy went.
#[derive(Debug, Default)]
struct Odds {
    /// Owner's refreshes that a thief was there for.
    rounds: u32,
    /// Rounds after which he was still in and nobody knew.
    stayed: u32,
    /// The most access tokens that a thief got in a game after the copy.
    most: u32,
    /// Games that did not end with the thief found or locked out.
    open: u32,
}

struct Game {
    chain: Chain,
    settings: RotationSettings,
    entropy: SeededEntropy,
}

impl Game {
    /// Presents a token; the answer, and the token that the client has then.
    fn present(&mut self, token: Position, now: Timestamp) -> (Answer, Position) {
        let decision = decide(&self.chain, token, now, &self.settings);
        self.chain = decision.chain.clone();
        let has = decision.refresh_token().unwrap_or(token);
        (decision.answer, has)
    }

    fn use_access_token(&mut self, token: Position, now: Timestamp) {
        self.chain = confirm(&self.chain, token, now, &self.settings).chain;
    }

    /// The thief presents what he has, and uses what he gets. Whether he got anything.
    fn steal(&mut self, thief: &mut Position, now: Timestamp) -> bool {
        let (answer, has) = self.present(*thief, now);
        *thief = has;
        if is_good(&answer) {
            self.use_access_token(has, now);
        }
        is_good(&answer)
    }

    fn lifetime(&self) -> Duration {
        jittered_lifetime(LIFETIME, &self.entropy)
    }

    fn chance(&self) -> f64 {
        let mut bytes = [0; 4];
        self.entropy.fill(&mut bytes);
        f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
    }

    fn thief_comes_after(&self, strategy: Strategy) -> Duration {
        match strategy {
            Strategy::WhenOver => self.lifetime(),
            Strategy::InTheMiddle => LIFETIME * 7 / 8,
            Strategy::AtRandom => LIFETIME.mul_f64(0.75 + 0.25 * self.chance()),
            Strategy::Ahead => LIFETIME / 2,
        }
    }
}

const fn is_good(answer: &Answer) -> bool {
    matches!(
        answer,
        Answer::AccessOnly
            | Answer::Again { .. }
            | Answer::Promoted
            | Answer::Recovered { .. }
            | Answer::Rotated
    )
}

fn play(strategy: Strategy) -> Odds {
    let settings = RotationSettings::default();
    let mut odds = Odds::default();
    for seed in 0..GAMES {
        let entropy = SeededEntropy::new(u64::from(seed));
        let start = Timestamp::from_seconds(1_800_000_000);
        let chain =
            Chain::begin(ChainId::from_bytes([7; 16]), &entropy, start, &settings, LIFETIME * 24 * 365);
        let mut game = Game { chain, settings, entropy };
        let (mut owner, mut thief) = (game.chain.position(), game.chain.position());
        game.use_access_token(owner, start);
        let (mut answered_at, mut gained, mut found) = (start, 0, false);
        for _ in 0..200 {
            let owner_at = answered_at.plus(game.lifetime());
            let thief_at = answered_at.plus(game.thief_comes_after(strategy));
            let mut thief_in = false;
            if thief_at < owner_at {
                thief_in = game.steal(&mut thief, thief_at);
            }
            let (answer, has) = game.present(owner, owner_at);
            owner = has;
            let mut owner_in = is_good(&answer);
            if owner_in {
                game.use_access_token(owner, owner_at);
            }
            if thief_at >= owner_at && owner_in {
                thief_in = game.steal(&mut thief, thief_at);
                owner_in = game.chain.revoked.is_none();
            }
            gained += u32::from(thief_in);
            odds.rounds += 1;
            if !owner_in {
                found = true;
                break;
            }
            odds.stayed += u32::from(thief_in);
            answered_at = owner_at;
        }
        odds.most = odds.most.max(gained);
        odds.open += u32::from(!found);
    }
    odds
}

/// The part of rounds after which a thief was still in, in percent.
fn percent(odds: &Odds) -> f64 {
    f64::from(odds.stayed) / f64::from(odds.rounds) * 100.0
}

#[test]
fn a_quick_thief_stays_a_round_with_the_odds_that_the_documentation_says() {
    // Twice the window over the span of the shortening: 60 s of 900 s.
    for strategy in [Strategy::InTheMiddle, Strategy::AtRandom, Strategy::WhenOver] {
        let odds = play(strategy);
        assert_eq!(odds.open, 0, "every game ends with the thief found: {odds:?}");
        assert!((5.0..9.0).contains(&percent(&odds)), "{:.1} % {odds:?}", percent(&odds));
    }
}

#[test]
fn a_thief_who_comes_ahead_of_the_owner_is_found_at_the_owners_next_refresh() {
    let odds = play(Strategy::Ahead);
    assert_eq!((odds.open, odds.most, odds.stayed), (0, 1, 0), "{odds:?}");
}
