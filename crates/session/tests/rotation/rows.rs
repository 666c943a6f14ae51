//! Named rows of the security and failure catalogues, each with a clock of its own, through keys and rule.

use std::time::Duration;

use model::{ChainId, Clock, FrozenClock, SeededEntropy, TenantId, Timestamp};
use session::rotation::{
    AccessSeen, Answer, Chain, KeyId, MasterSecret, Position, RefreshKey, RefreshKeys, RefreshToken, Refusal,
    RevocationReason, Rotate, RotationSettings, TheftRow, choose, confirm, decide,
};

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(86_400);

/// A server with one chain.
struct Server {
    clock: FrozenClock,
    keys: RefreshKeys,
    settings: RotationSettings,
    chain: Chain,
}

impl Server {
    /// A chain begun an hour ago, whose first token the client holds.
    fn start() -> (Self, RefreshToken) {
        Self::with(RotationSettings::default())
    }

    fn with(settings: RotationSettings) -> (Self, RefreshToken) {
        let clock = FrozenClock::at(Timestamp::from_seconds(1_000_000));
        let entropy = SeededEntropy::new(1);
        let key = RefreshKey::derive(KeyId(1), &MasterSecret::generate(&entropy));
        let keys = RefreshKeys::new("test", TenantId::default_tenant(), key, vec![]);
        let chain = Chain::begin(ChainId::new(&clock, &entropy), &entropy, clock.now(), &settings, DAY * 365);
        let token = keys.mint_current(&chain);
        clock.advance(SECOND * 3_600);
        (Self { clock, keys, settings, chain }, token)
    }

    fn position(&self, token: &RefreshToken) -> Position {
        let presented = self.keys.open(token.expose()).unwrap();
        self.keys.verify(&presented, &self.chain.salt).unwrap()
    }

    fn present(&mut self, token: &RefreshToken) -> (Answer, Option<RefreshToken>) {
        let position = self.position(token);
        let decision = decide(&self.chain, position, self.clock.now(), &self.settings);
        let token = decision.refresh_token().map(|at| self.keys.mint(self.chain.id, at, &self.chain.salt));
        self.chain = decision.chain;
        (decision.answer, token)
    }

    /// Presents a token and keeps the one that is handed out.
    #[track_caller]
    fn refresh(&mut self, token: &RefreshToken, expected: &Answer) -> RefreshToken {
        let (answer, token) = self.present(token);
        assert_eq!(answer, *expected);
        token.expect("a refresh token is handed out")
    }

    fn use_access_token_of(&mut self, token: &RefreshToken) -> AccessSeen {
        let seen = confirm(&self.chain, self.position(token), self.clock.now(), &self.settings);
        self.chain = seen.chain;
        seen.seen
    }

    /// Presents `token`, which must be found to be stolen.
    #[track_caller]
    fn must_be_theft(&mut self, token: &RefreshToken, row: TheftRow) {
        let (answer, _) = self.present(token);
        let Answer::Theft(evidence) = answer else { panic!("{answer:?}") };
        assert_eq!(evidence.row, row);
        assert_eq!(self.chain.revoked, Some((RevocationReason::Theft, self.clock.now())));
    }
}

#[test]
fn c049_reuse_outside_the_window_revokes_the_family() {
    let (mut server, first) = Server::start();
    let second = server.refresh(&first, &Answer::Rotated);
    assert_eq!(server.use_access_token_of(&second), AccessSeen::Confirmed);
    server.clock.advance(SECOND * 30);
    server.must_be_theft(&first, TheftRow::ReusedAfterConfirmation);
    let refused = Answer::Unauthorised(Refusal::Revoked(RevocationReason::Theft));
    assert_eq!(server.present(&second).0, refused, "the whole family, and no second theft");
    assert_eq!(server.present(&first).0, refused);
}

#[test]
fn c049_a_token_older_than_the_previous_one_is_theft_at_any_time() {
    let (mut server, first) = Server::start();
    let second = server.refresh(&first, &Answer::Rotated);
    server.clock.advance(SECOND * 31);
    server.refresh(&second, &Answer::Rotated);
    server.must_be_theft(&first, TheftRow::Older);
}

#[test]
fn c050_rotation_never_extends_the_absolute_expiry() {
    let (mut server, mut token) = Server::start();
    let end = server.chain.absolute_expires_at;
    for _ in 0..364 {
        server.clock.advance(DAY);
        token = server.refresh(&token, &Answer::Rotated);
        assert_eq!(server.chain.absolute_expires_at, end);
        assert!(server.chain.idle_expires_at <= end);
    }
    server.clock.advance(DAY);
    assert_eq!(server.present(&token).0, Answer::Unauthorised(Refusal::AbsoluteExpired));
}

#[test]
fn c050_a_chain_not_rotated_ends_by_its_idle_expiry() {
    let (mut server, token) = Server::start();
    server.clock.set(server.chain.idle_expires_at);
    assert_eq!(server.present(&token).0, Answer::Unauthorised(Refusal::IdleExpired));
}

#[test]
fn c055_replay_after_logout_is_not_theft() {
    let (mut server, first) = Server::start();
    let second = server.refresh(&first, &Answer::Rotated);
    server.use_access_token_of(&second);
    let logout = Some((RevocationReason::Logout, server.clock.now()));
    server.chain.revoked = logout;
    server.clock.advance(DAY);
    for token in [&second, &first] {
        let (answer, _) = server.present(token);
        assert_eq!(answer, Answer::Unauthorised(Refusal::Revoked(RevocationReason::Logout)));
        assert_eq!(server.chain.revoked, logout, "the reason and the time stay");
    }
}

#[test]
fn f05_answer_lost_and_retried_at_each_boundary() {
    #[track_caller]
    fn check(after: Duration, expected: &Answer) {
        let (mut server, first) = Server::start();
        let lost = server.refresh(&first, &Answer::Rotated);
        server.clock.advance(after);
        let token = server.refresh(&first, expected);
        let same = *expected == Answer::Again { after_confirmation: false };
        assert_eq!(token.expose() == lost.expose(), same);
        server.clock.advance(SECOND * 3_600);
        server.refresh(&token, &Answer::Rotated);
    }
    check(SECOND, &Answer::Again { after_confirmation: false });
    check(SECOND * 29, &Answer::Again { after_confirmation: false });
    check(Duration::from_micros(29_999_999), &Answer::Again { after_confirmation: false });
    check(SECOND * 30, &Answer::Recovered { recoveries: 1 });
    check(SECOND * 31, &Answer::Recovered { recoveries: 1 });
    check(SECOND * 3_600, &Answer::Recovered { recoveries: 1 });
}

#[test]
fn f05_more_answers_lost_than_the_limit_end_the_chain_without_an_alarm() {
    let (mut server, first) = Server::start();
    server.refresh(&first, &Answer::Rotated);
    for recoveries in 1..=3 {
        server.clock.advance(SECOND * 60);
        server.refresh(&first, &Answer::Recovered { recoveries });
    }
    server.clock.advance(SECOND * 60);
    let ended = Answer::Unauthorised(Refusal::Revoked(RevocationReason::RecoveryLimit));
    assert_eq!(server.present(&first).0, ended);
}

#[test]
fn f05_a_retry_long_after_minting_is_told_to_wait_and_then_recovers() {
    let (mut server, first) = Server::start();
    server.refresh(&first, &Answer::Rotated);
    for _ in 0..2 {
        server.clock.advance(SECOND * 20);
        let (answer, token) = server.present(&first);
        if let Some(token) = token {
            assert_eq!(answer, Answer::Again { after_confirmation: false });
            assert_eq!(server.position(&token), server.chain.position());
        } else {
            assert_eq!(
                answer,
                Answer::NotNow { retry_after: SECOND * 10 },
                "handed out 20 s ago, minted 40 s"
            );
        }
    }
    server.clock.advance(SECOND * 10);
    server.refresh(&first, &Answer::Recovered { recoveries: 1 });
}

#[test]
fn f06_both_answers_arrive() {
    let (mut server, first) = Server::start();
    let late = server.refresh(&first, &Answer::Rotated);
    server.clock.advance(SECOND * 10);
    let retried = server.refresh(&first, &Answer::Again { after_confirmation: false });
    assert_eq!(late.expose(), retried.expose(), "in whatever order they are stored");
    server.clock.advance(SECOND);
    assert_eq!(server.present(&late).0, Answer::AccessOnly);
    server.clock.advance(SECOND * 60);
    server.refresh(&late, &Answer::Rotated);
}

#[test]
fn f08_two_tabs_refresh_at_once() {
    let (mut server, first) = Server::start();
    let one = server.refresh(&first, &Answer::Rotated);
    let two = server.refresh(&first, &Answer::Again { after_confirmation: false });
    assert_eq!(one.expose(), two.expose(), "one chain, one token");
    assert_eq!(server.use_access_token_of(&one), AccessSeen::Confirmed);
    let three = server.refresh(&first, &Answer::Again { after_confirmation: true });
    assert_eq!(one.expose(), three.expose());
    assert_eq!(server.present(&one).0, Answer::AccessOnly);
}

#[test]
fn f16_clock_steps_back() {
    let (mut server, first) = Server::start();
    let second = server.refresh(&first, &Answer::Rotated);
    server.clock.step_back(SECOND * 300);
    assert_eq!(
        server.refresh(&first, &Answer::Again { after_confirmation: false }).expose(),
        second.expose()
    );
    assert_eq!(server.present(&second).0, Answer::AccessOnly);
    server.chain.revoked = Some((RevocationReason::Logout, server.clock.now().plus(SECOND * 200)));
    assert!(matches!(server.present(&second).0, Answer::Unauthorised(_)), "no token is revived");
}

#[test]
fn f45_a_token_newer_than_the_row_is_accepted_unless_the_window_is_0() {
    let classic = RotationSettings::new(Duration::ZERO, None, DAY).unwrap();
    for settings in [RotationSettings::default(), classic] {
        let (mut server, first) = Server::with(settings);
        let earlier = server.chain.clone();
        let second = server.refresh(&first, &Answer::Rotated);
        server.chain = earlier;
        if settings == classic {
            server.must_be_theft(&second, TheftRow::Newer);
        } else {
            assert_eq!(server.present(&second).0, Answer::RollbackSuspected { retry_after: None });
            server.clock.advance(SECOND * 30);
            server.refresh(&second, &Answer::Rotated);
        }
    }
}

/// The answer to a repeated request may still be on its way with a newer token than the row knows. Naming the
/// presented one beside it would put the older token into the client's store, and lead to a false alarm.
#[test]
fn f04_after_a_fall_back_no_token_is_named_that_could_overwrite_a_newer_one() {
    let (mut server, first) = Server::with(RotationSettings::default().with_must_name_token(true));
    let earlier = server.chain.clone();
    let second = server.refresh(&first, &Answer::Rotated);
    server.clock.advance(SECOND * 30);
    let third_on_its_way = server.refresh(&second, &Answer::Rotated);
    server.chain = earlier;
    let window = server.settings.window();
    assert_eq!(server.present(&second).0, Answer::RollbackSuspected { retry_after: Some(window) });
    assert_eq!(server.present(&second).0, Answer::NotNow { retry_after: window });
    assert_eq!(server.present(&third_on_its_way).0, Answer::RollbackSuspected { retry_after: Some(window) });
    server.clock.advance(window);
    server.refresh(&third_on_its_way, &Answer::Rotated);
}

#[test]
fn f04_after_an_unclean_start_every_chain_counts_as_handed_out() {
    let (mut server, first) = Server::start();
    server.settings = server.settings.with_handed_out_floor(Some(server.clock.now()));
    server.clock.advance(SECOND * 29);
    assert_eq!(server.present(&first).0, Answer::AccessOnly);
    server.clock.advance(SECOND);
    server.refresh(&first, &Answer::Rotated);
}

/// The thief recovers a sibling while the client goes on with the first one. The row knows that the thief's was
/// minted: it is displaced, not newer, and no database is suspected in place of the thief.
#[test]
fn c049_a_displaced_sibling_with_a_higher_number_is_theft() {
    let (mut server, first) = Server::start();
    let client = server.refresh(&first, &Answer::Rotated);
    server.clock.advance(SECOND * 30);
    let thief = server.refresh(&first, &Answer::Recovered { recoveries: 1 });
    assert_eq!(server.use_access_token_of(&client), AccessSeen::Promoted);
    server.clock.advance(SECOND * 30);
    server.must_be_theft(&thief, TheftRow::ReusedAfterConfirmation);
}

#[test]
fn c049_access_tokens_of_two_siblings_are_theft() {
    let (mut server, first) = Server::start();
    let client = server.refresh(&first, &Answer::Rotated);
    server.clock.advance(SECOND * 30);
    let thief = server.refresh(&first, &Answer::Recovered { recoveries: 1 });
    assert_eq!(server.use_access_token_of(&thief), AccessSeen::Confirmed);
    let AccessSeen::Theft(evidence) = server.use_access_token_of(&client) else { panic!("not found") };
    assert_eq!(evidence.row, TheftRow::AccessTokenOfSibling);
    assert_eq!(evidence.current, server.position(&thief));
}

#[test]
fn c049_the_classic_rule_is_the_table_with_window_0() {
    let (mut server, first) = Server::with(RotationSettings::new(Duration::ZERO, None, DAY).unwrap());
    let lost = server.refresh(&first, &Answer::Rotated);
    for recoveries in 1..=5 {
        server.refresh(&first, &Answer::Recovered { recoveries });
    }
    let next = server.refresh(&lost, &Answer::Promoted);
    server.use_access_token_of(&next);
    server.must_be_theft(&lost, TheftRow::ReusedAfterConfirmation);
}

#[test]
fn c123_a_stale_token_beside_the_current_one_is_never_theft() {
    let (mut server, first) = Server::start();
    let second = server.refresh(&first, &Answer::Rotated);
    server.clock.advance(SECOND * 60);
    let third = server.refresh(&second, &Answer::Rotated);
    let candidates = [&first, &third, &second].map(|token| server.position(token));
    assert_eq!(choose(&server.chain, candidates), Some(server.position(&third)));
}

#[test]
fn c048_a_client_that_authenticates_keeps_its_token_and_its_idle_lifetime_begins_again() {
    let (mut server, token) = Server::with(RotationSettings::default().with_rotate(Rotate::Never));
    for _ in 0..50 {
        let (answer, named) = server.present(&token);
        assert_eq!(answer, Answer::Kept);
        assert!(named.is_none());
        assert_eq!(server.present(&token).0, Answer::AccessOnly, "written once a window");
        server.clock.advance(DAY * 7);
    }
}

#[test]
fn a_chain_at_the_end_of_its_counters_ends_and_mints_nothing_twice() {
    let (mut server, _) = Server::start();
    server.chain.generation = u32::MAX;
    let last = server.keys.mint_current(&server.chain);
    let ended = Answer::Unauthorised(Refusal::Revoked(RevocationReason::CounterExhausted));
    assert_eq!(server.present(&last).0, ended);
}
