//! What holds of every decision, whatever the row, the token, the time and the settings.

use std::time::Duration;

use model::{ChainId, Timestamp};
use proptest::option;
use proptest::prelude::*;
use session::rotation::{
    AccessSeen, Answer, Chain, Position, RevocationReason, Rotate, RotationSettings, choose, confirm, decide,
};

fn moments() -> impl Strategy<Value = Timestamp> {
    (0..200_i64).prop_map(|seconds| Timestamp::from_seconds(1_000 + seconds))
}

fn counters() -> impl Strategy<Value = u32> {
    prop_oneof![8 => 0..4_u32, 1 => u32::MAX - 1..=u32::MAX]
}

fn positions() -> impl Strategy<Value = Position> {
    (counters(), counters()).prop_map(|(generation, sibling)| Position { generation, sibling })
}

prop_compose! {
    fn chains()(
        position in positions(),
        prev_sibling in option::of(counters()),
        (minted_at, handed_out_at, confirmed_at) in (moments(), moments(), option::of(moments())),
        recoveries in counters(),
        (idle_expires_at, absolute_expires_at) in (moments(), moments()),
        revoked in option::weighted(0.1, (Just(RevocationReason::Logout), moments())),
    ) -> Chain {
        Chain {
            id: ChainId::from_bytes([3; 16]),
            salt: [4; 16],
            generation: position.generation,
            sibling: position.sibling,
            prev_sibling: prev_sibling.filter(|_| position.generation > 0),
            minted_at,
            handed_out_at,
            confirmed_at,
            recoveries,
            idle_expires_at: idle_expires_at.plus(Duration::from_secs(150)),
            absolute_expires_at: absolute_expires_at.plus(Duration::from_secs(150)),
            revoked,
        }
    }
}

prop_compose! {
    fn settings()(
        window in prop_oneof![Just(0_u64), 1..60_u64],
        limit in 0..4_u32,
        never in any::<bool>(),
        names in any::<bool>(),
        floor in option::weighted(0.2, moments()),
    ) -> RotationSettings {
        let limit = (window > 0 || limit > 0).then_some(limit);
        RotationSettings::new(Duration::from_secs(window), limit, Duration::from_secs(90))
            .unwrap()
            .with_rotate(if never { Rotate::Never } else { Rotate::Always })
            .with_must_name_token(names)
            .with_handed_out_floor(floor)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn of_every_decision(chain in chains(), token in positions(), now in moments(), settings in settings()) {
        let decision = decide(&chain, token, now, &settings);
        let after = &decision.chain;
        prop_assert_eq!(decision.changed, *after != chain);
        prop_assert_eq!((after.id, after.salt), (chain.id, chain.salt));
        prop_assert_eq!(after.absolute_expires_at, chain.absolute_expires_at, "nothing moves the absolute end");
        let turned = matches!(decision.answer, Answer::Rotated | Answer::Promoted | Answer::Kept)
            || (settings.rotate() == Rotate::Never && decision.answer == Answer::Named);
        prop_assert!(turned || after.idle_expires_at == chain.idle_expires_at, "only rotation moves the idle end");
        if turned && after.idle_expires_at != chain.idle_expires_at {
            prop_assert!(after.idle_expires_at <= chain.absolute_expires_at);
            prop_assert!(after.idle_expires_at <= now.plus(settings.idle_lifetime()));
        }
        prop_assert_eq!(decision.refresh_token().unwrap_or(after.position()), after.position());
        prop_assert!(decision.refresh_token().is_none() || decision.access_token());
        prop_assert!(after.position() >= chain.position() || decision.answer == Answer::Kept
            || decision.answer == Answer::Named, "the current token gets no older: {:?}", decision.answer);

        match decision.answer {
            Answer::Theft(evidence) => {
                prop_assert_eq!(after.revoked, Some((RevocationReason::Theft, now)));
                prop_assert_eq!((evidence.presented, evidence.current), (token, chain.position()));
            }
            Answer::Unauthorised(_) => prop_assert!(chain.refusal(now).is_some() || after.revoked.is_some()),
            Answer::NotNow { retry_after } => {
                prop_assert!(!retry_after.is_zero() && retry_after <= settings.window());
                prop_assert!(after.position() == chain.position());
            }
            Answer::RollbackSuspected { retry_after } => {
                prop_assert!(retry_after.is_none_or(|span| !span.is_zero()));
                prop_assert_eq!(after.position(), token);
            }
            Answer::AccessOnly | Answer::Again { .. } | Answer::Kept | Answer::Named | Answer::Promoted
            | Answer::Recovered { .. } | Answer::Rotated => prop_assert!(after.revoked.is_none()),
        }
    }

    /// After a theft, or any other end, nothing of the chain is accepted or changes it.
    #[test]
    fn after_the_end_nothing_is_accepted(
        mut chain in chains(), token in positions(), at in moments(), now in moments(), settings in settings(),
        reason in proptest::sample::select(RevocationReason::ALL),
    ) {
        chain.revoked = Some((reason, at));
        let decision = decide(&chain, token, now, &settings);
        prop_assert!(matches!(decision.answer, Answer::Unauthorised(_)), "{:?}", decision.answer);
        prop_assert!(!decision.changed && !decision.access_token() && decision.refresh_token().is_none());
        let confirmation = confirm(&chain, token, now, &settings);
        prop_assert!(matches!(confirmation.seen, AccessSeen::Ended(_)) && !confirmation.changed);
    }

    /// Saying an answer again yields the same token, whatever happens to the answer: one current token per chain.
    #[test]
    fn the_token_handed_out_is_the_current_one(chain in chains(), now in moments(), settings in settings()) {
        let first = decide(&chain, chain.position(), now, &settings);
        if first.answer == Answer::Rotated && !settings.window().is_zero() {
            let retried = decide(&first.chain, chain.position(), now, &settings);
            prop_assert_eq!(&retried.answer, &Answer::Again { after_confirmation: false });
            prop_assert_eq!(retried.refresh_token(), first.refresh_token());
        }
    }

    #[test]
    fn of_every_confirmation(chain in chains(), token in positions(), now in moments(), settings in settings()) {
        let confirmation = confirm(&chain, token, now, &settings);
        let after = &confirmation.chain;
        prop_assert_eq!(confirmation.changed, *after != chain);
        prop_assert_eq!(after.generation, chain.generation);
        prop_assert_eq!(after.idle_expires_at, chain.idle_expires_at);
        prop_assert_eq!(after.absolute_expires_at, chain.absolute_expires_at);
        let theft = matches!(confirmation.seen, AccessSeen::Theft(_));
        prop_assert!(!(theft && settings.window().is_zero()), "not with window 0");
        prop_assert_eq!(theft, chain.refusal(now).is_none() && after.revoked.is_some());
    }

    /// A stale token beside the current one never counts.
    #[test]
    fn several_candidates_are_judged_together(chain in chains(), stale in proptest::collection::vec(positions(), 0..4)) {
        let current = chain.position();
        let stale: Vec<_> = stale.into_iter().filter(|token| token.generation <= current.generation).collect();
        prop_assert_eq!(choose(&chain, stale.iter().copied().chain([current])), Some(current));
        prop_assert_eq!(choose(&chain, []), None);
    }
}
