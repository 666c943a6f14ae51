//! The suite that every implementation of [`SessionStore`] passes: call [`run`] in a test.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use session::store::{MemoryStore, conformance};
//! conformance::run(async || Box::new(MemoryStore::new()) as Box<dyn session::store::SessionStore>).await;
//! # }
//! ```

use std::num::NonZeroU32;
use std::time::Duration;

use model::{SeededEntropy, Timestamp};
use serde_json::{Map, Value, json};

use super::{Arrived, Found, SessionRecord, SessionStore, StoredKey, Use};
use crate::SessionHandle;
use crate::rotation::{Chain, Position, RevocationReason, RotationSettings};

const START: Timestamp = Timestamp::from_seconds(1_800_000_000);
const HOUR: Duration = Duration::from_secs(3_600);

/// Runs every check, each on a store of its own that `empty` makes. Panics at the first that fails, by its name.
pub async fn run(empty: impl AsyncFn() -> Box<dyn SessionStore>) {
    what_is_created_is_read_back(&*empty().await).await;
    a_replacement_needs_the_version_that_was_read(&*empty().await).await;
    a_confirmation_is_written_once_and_only_for_the_current_token(&*empty().await).await;
    what_is_revoked_stays_revoked_and_is_answered_once(&*empty().await).await;
    a_user_is_revoked_in_one_tenant_or_in_all(&*empty().await).await;
    the_list_holds_the_live_ones_the_oldest_first(&*empty().await).await;
    a_limit_ends_the_least_recently_used(&*empty().await).await;
    a_purge_removes_what_is_over_and_nothing_else(&*empty().await).await;
    keys_are_kept_and_two_machines_make_one(&*empty().await).await;
}

fn at(seconds: u64) -> Timestamp {
    START.plus(Duration::from_secs(seconds))
}

fn session(number: u8, user: &str, tenant: &str, used: Timestamp) -> SessionRecord {
    let settings = RotationSettings::default();
    let entropy = SeededEntropy::new(u64::from(number));
    let handle = SessionHandle::from_bytes([number; 16]);
    let first_use = Use::new(used, Some("192.0.2.1"), Some("Tester/1.0 (π)"));
    SessionRecord {
        chain: Chain::begin(handle, &entropy, used, &settings, HOUR * 24 * 365),
        tenant: tenant.to_owned(),
        user: user.to_owned(),
        payload: object(json!({"role": "admin", "nested": {"v": [1, null, "x"]}})),
        data: object(json!({"cart": [1, 2, 3]})),
        anti_csrf: None,
        idle_lifetime: HOUR * 24 * 30,
        last_use: first_use.clone(),
        first_use,
    }
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

async fn create(store: &dyn SessionStore, session: &SessionRecord) {
    let ended = store.create(session.clone(), None, START).await.expect("a session is created");
    assert_eq!(ended, [], "without a limit nobody makes way");
}

async fn read(store: &dyn SessionStore, number: u8) -> Found {
    let handle = SessionHandle::from_bytes([number; 16]);
    store.read(handle).await.expect("a session is read").expect("the session is there")
}

async fn what_is_created_is_read_back(store: &dyn SessionStore) {
    let plain = session(1, "ann", "public", START);
    let full = SessionRecord {
        anti_csrf: Some("token".to_owned()),
        first_use: Use::new(START, None, None),
        last_use: Use::new(START, None, None),
        ..session(2, "Ünal 🦀", "second", START)
    };
    create(store, &plain).await;
    create(store, &full).await;
    assert_eq!(read(store, 1).await.session, plain);
    assert_eq!(read(store, 2).await.session, full);
    let unknown = store.read(SessionHandle::from_bytes([9; 16])).await.expect("absence is no error");
    assert_eq!(unknown, None);
}

async fn a_replacement_needs_the_version_that_was_read(store: &dyn SessionStore) {
    create(store, &session(1, "ann", "public", START)).await;
    let found = read(store, 1).await;
    let mut changed = found.session.clone();
    changed.chain.generation = 7;
    changed.chain.sibling = 2;
    changed.chain.prev_sibling = Some(1);
    changed.chain.minted_at = at(5);
    changed.chain.handed_out_at = at(6);
    changed.chain.confirmed_at = Some(at(7));
    changed.chain.recoveries = 3;
    changed.chain.idle_expires_at = at(8);
    changed.payload = object(json!({"other": true}));
    changed.data = Map::new();
    changed.anti_csrf = Some("drawn later".to_owned());
    changed.last_use = Use::new(at(9), Some("2001:db8::1"), None);
    assert!(store.replace(&changed, found.version).await.expect("a session is replaced"));
    assert!(!store.replace(&found.session, found.version).await.expect("a late writer is told"));
    let now = read(store, 1).await;
    assert_eq!(now.session, changed);
    assert_ne!(now.version, found.version);
    let gone = store.replace(&session(9, "ann", "public", START), 0).await.expect("absence is no error");
    assert!(!gone, "what is not there cannot be replaced");
}

async fn a_confirmation_is_written_once_and_only_for_the_current_token(store: &dyn SessionStore) {
    create(store, &session(1, "ann", "public", START)).await;
    let before = read(store, 1).await;
    let handle = before.session.handle();
    let current = before.session.chain.position();
    let newer = Position { generation: 1, ..current };
    let sibling = Position { sibling: 1, ..current };
    let arrived = |session, position| Arrived { session, position };
    let confirm = async |arrived: &[Arrived], now| {
        store.confirm(arrived.to_vec(), now).await.expect("what is not confirmed is no error")
    };
    let wrong = [newer, sibling].map(|position| arrived(handle, position));
    assert_eq!(confirm(&wrong, at(1)).await, wrong);
    assert_eq!(read(store, 1).await, before, "nothing was written");
    let right = arrived(handle, current);
    assert_eq!(confirm(&[right], at(2)).await, []);
    assert_eq!(confirm(&[right], at(3)).await, [right], "the second time writes nothing");
    let after = read(store, 1).await;
    assert_eq!(after.session.chain.confirmed_at, Some(at(2)));
    assert_ne!(after.version, before.version, "whoever decided on the row as it was must decide again");
    store.revoke(vec![handle], RevocationReason::Logout, at(4)).await.expect("it is revoked");
    create(store, &session(2, "ann", "public", START)).await;
    let second = SessionHandle::from_bytes([2; 16]);
    store.revoke(vec![second], RevocationReason::Logout, at(4)).await.expect("it is revoked");
    let revoked = arrived(second, current);
    assert_eq!(confirm(&[revoked], at(5)).await, [revoked], "what is revoked is not confirmed");
    assert_eq!(confirm(&[], at(5)).await, []);
    for number in 3..=5 {
        create(store, &session(number, "ann", "public", START)).await;
    }
    let [fifth, fourth, third, unknown] =
        [5, 4, 3, 9].map(|number| arrived(SessionHandle::from_bytes([number; 16]), current));
    let late = Arrived { position: newer, ..fourth };
    let mut unwritten = confirm(&[fifth, late, unknown, third, third], at(6)).await;
    unwritten.sort_unstable_by_key(|one| one.session);
    assert_eq!(unwritten, [third, late, unknown], "each by itself, and a session that comes twice once");
    for (number, confirmed_at) in [(3, Some(at(6))), (4, None), (5, Some(at(6)))] {
        assert_eq!(read(store, number).await.session.chain.confirmed_at, confirmed_at, "{number}");
    }
}

async fn what_is_revoked_stays_revoked_and_is_answered_once(store: &dyn SessionStore) {
    for number in 1..=3 {
        create(store, &session(number, "ann", "public", START)).await;
    }
    let [first, second, unknown] = [1, 2, 9].map(|number| SessionHandle::from_bytes([number; 16]));
    let before = read(store, 1).await;
    let revoke = async |handles: &[SessionHandle], reason| {
        store.revoke(handles.to_vec(), reason, at(10)).await.expect("sessions are revoked")
    };
    assert_eq!(revoke(&[first, unknown], RevocationReason::Logout).await, [first]);
    let mut both = revoke(&[first, second], RevocationReason::Admin).await;
    both.sort_unstable();
    assert_eq!(both, [second], "one that is revoked already is not answered again");
    assert_eq!(revoke(&[], RevocationReason::Admin).await, []);
    let after = read(store, 1).await;
    assert_eq!(after.session.chain.revoked, Some((RevocationReason::Logout, at(10))));
    let raced = store.replace(&before.session, before.version).await.expect("a late writer is told");
    assert!(!raced, "a refresh that began before cannot bring it back to life");
    assert_eq!(read(store, 3).await.session.chain.revoked, None, "the others live on");
}

async fn a_user_is_revoked_in_one_tenant_or_in_all(store: &dyn SessionStore) {
    create(store, &session(1, "ann", "public", START)).await;
    create(store, &session(2, "ann", "second", START)).await;
    create(store, &session(3, "bob", "public", START)).await;
    let revoke = async |user: &str, tenant: Option<&str>| {
        let tenant = tenant.map(str::to_owned);
        let reason = RevocationReason::PasswordChanged;
        let mut revoked =
            store.revoke_user(user.to_owned(), tenant, reason, at(1)).await.expect("a user is revoked");
        revoked.sort_unstable();
        revoked
    };
    let [first, second, third] = [1, 2, 3].map(|number| SessionHandle::from_bytes([number; 16]));
    assert_eq!(revoke("ann", Some("second")).await, [second]);
    assert_eq!(revoke("ann", None).await, [first]);
    assert_eq!(revoke("ann", None).await, []);
    assert_eq!(revoke("bob", Some("public")).await, [third]);
}

async fn the_list_holds_the_live_ones_the_oldest_first(store: &dyn SessionStore) {
    create(store, &session(2, "ann", "public", at(2))).await;
    create(store, &session(1, "ann", "second", at(1))).await;
    create(store, &session(3, "ann", "public", at(3))).await;
    create(store, &session(4, "bob", "public", at(4))).await;
    let mut over = session(5, "ann", "public", at(5));
    over.chain.idle_expires_at = at(6);
    create(store, &over).await;
    let third = SessionHandle::from_bytes([3; 16]);
    store.revoke(vec![third], RevocationReason::Logout, at(4)).await.expect("it is revoked");
    let list = async |tenant: Option<&str>| {
        let listed = store.list("ann".to_owned(), tenant.map(str::to_owned), at(6)).await;
        let listed = listed.expect("sessions are listed");
        listed.iter().map(|session| session.handle().as_bytes()[0]).collect::<Vec<_>>()
    };
    assert_eq!(list(None).await, [1, 2], "an end is an end from its first moment");
    assert_eq!(list(Some("public")).await, [2]);
    assert_eq!(list(Some("third")).await, [0_u8; 0]);
}

async fn a_limit_ends_the_least_recently_used(store: &dyn SessionStore) {
    for (number, used) in [(1, 30), (2, 10), (3, 20)] {
        create(store, &session(number, "ann", "public", at(used))).await;
    }
    create(store, &session(4, "ann", "second", at(1))).await;
    create(store, &session(5, "bob", "public", at(1))).await;
    let limit = NonZeroU32::new(2);
    let new = session(6, "ann", "public", at(40));
    let mut ended = store.create(new, limit, at(40)).await.expect("a session is created");
    ended.sort_unstable();
    assert_eq!(ended, [2, 3].map(|number| SessionHandle::from_bytes([number; 16])));
    assert_eq!(read(store, 2).await.session.chain.revoked, Some((RevocationReason::Replaced, at(40))));
    for lives in [1, 4, 5, 6] {
        assert_eq!(read(store, lives).await.session.chain.revoked, None, "session {lives}");
    }
    let one = store.create(session(7, "ann", "public", at(50)), NonZeroU32::new(1), at(50)).await;
    let mut one = one.expect("a session is created");
    one.sort_unstable();
    assert_eq!(one, [1, 6].map(|number| SessionHandle::from_bytes([number; 16])), "the new one stays");
}

async fn a_purge_removes_what_is_over_and_nothing_else(store: &dyn SessionStore) {
    let mut over = session(1, "ann", "public", START);
    over.chain.idle_expires_at = at(99);
    create(store, &over).await;
    create(store, &session(2, "ann", "public", START)).await;
    create(store, &session(3, "ann", "public", START)).await;
    create(store, &session(4, "ann", "public", START)).await;
    let [second, third] = [2, 3].map(|number| SessionHandle::from_bytes([number; 16]));
    store.revoke(vec![second], RevocationReason::Logout, at(99)).await.expect("it is revoked");
    store.revoke(vec![third], RevocationReason::Logout, at(100)).await.expect("it is revoked");
    assert_eq!(store.purge(at(100)).await.expect("what is over is removed"), 2);
    for (number, there) in [(1, false), (2, false), (3, true), (4, true)] {
        let found = store.read(SessionHandle::from_bytes([number; 16])).await.expect("a session is read");
        assert_eq!(found.is_some(), there, "session {number}");
    }
    assert_eq!(store.purge(at(100)).await.expect("nothing is left to remove"), 0);

    // Its end moves, as at each refresh, and comes again.
    let mut moving = session(5, "ann", "public", START);
    moving.chain.idle_expires_at = at(200);
    create(store, &moving).await;
    moving.chain.idle_expires_at = at(400);
    let version = read(store, 5).await.version;
    assert!(store.replace(&moving, version).await.expect("a session is replaced"));
    for (now, removed) in [(300, 1), (400, 0), (401, 1), (402, 0)] {
        let count = store.purge(at(now)).await.expect("a purge");
        assert_eq!(count, removed, "at {now}: first the one that was revoked, then the one that moved");
    }
    let mut stolen = session(6, "ann", "public", START);
    create(store, &stolen).await;
    stolen.chain.revoked = Some((RevocationReason::Theft, at(500)));
    let version = read(store, 6).await.version;
    assert!(store.replace(&stolen, version).await.expect("a session is replaced"));
    assert_eq!(read(store, 6).await.session, stolen);
    assert_eq!(store.purge(at(501)).await.expect("a purge"), 1, "what a replacement revokes is over then");
}

async fn keys_are_kept_and_two_machines_make_one(store: &dyn SessionStore) {
    let key = |kid: &str, algorithm: &str, from: u64| StoredKey {
        kid: kid.to_owned(),
        algorithm: algorithm.to_owned(),
        sealed: vec![0, 255, 7],
        active_from: at(from),
    };
    let add = async |one: StoredKey, newest: Option<Timestamp>| {
        store.add_signing_key(one, newest).await.expect("a key is added");
    };
    add(key("a", "EdDSA", 1), None).await;
    add(key("b", "EdDSA", 2), None).await;
    add(key("c", "ES256", 2), None).await;
    add(key("d", "EdDSA", 9), Some(at(1))).await;
    add(key("e", "EdDSA", 9), Some(at(1))).await;
    let kids = async || {
        let mut keys = store.signing_keys().await.expect("keys are read");
        keys.sort_by(|left, right| left.kid.cmp(&right.kid));
        keys
    };
    let expected = [key("a", "EdDSA", 1), key("c", "ES256", 2), key("d", "EdDSA", 9)];
    assert_eq!(kids().await, expected);
    store.remove_signing_keys(vec!["a".to_owned(), "z".to_owned()]).await.expect("keys are removed");
    assert_eq!(kids().await, expected[1..]);
}
