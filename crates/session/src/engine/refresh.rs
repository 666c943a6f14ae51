//! A refresh, by the contract of `docs/rotation.md`.

use std::time::Duration;

use keys::opaque::{self, OpaqueSecret};
use model::Timestamp;

use super::{CsrfToken, Engine, ROUNDS, Tokens};
use crate::SessionHandle;
use crate::error::{Error, SessionError, Theft};
use crate::event::SessionEvent;
use crate::rotation::{Answer, Decision, OpenError, Position, Presented, choose, decide};
use crate::store::{Found, SessionRecord, Use};

/// How many refresh tokens of one request are looked at.
const MOST_CANDIDATES: usize = 8;

/// A request for a refresh.
#[derive(Debug)]
pub struct RefreshRequest<'a> {
    /// The refresh tokens that it brought, usually one. Several, as after a change of the cookie domain, are judged
    /// together: the newest of a session counts, a stale one beside it is never theft.
    pub candidates: &'a [&'a str],
    /// What it brought against forgery.
    pub csrf: CsrfToken<'a>,
    /// Whether the answer must name a refresh token, because the browser cannot keep the one it has.
    pub must_name_token: bool,
    /// From where, and with what.
    pub this_use: Use,
}

/// A refreshed session.
#[derive(Debug)]
pub struct Refreshed {
    /// The session as it stands now.
    pub session: SessionRecord,
    /// What the browser is given.
    pub tokens: Tokens,
    /// Which of the candidates it was, counted from 0: the others are worth nothing.
    pub candidate: usize,
}

/// One candidate that has our shape and short MAC.
struct Candidate {
    index: usize,
    presented: Presented,
}

impl Engine {
    /// Refreshes a session. Of several that a request names, the newest live one counts.
    pub async fn refresh(&self, request: RefreshRequest<'_>) -> Result<Refreshed, Error> {
        let (candidates, unknown) = self.opened(request.candidates);
        let mut refused = Error::from(SessionError::unauthorised("the refresh token is not one of ours"));
        for handle in sessions(&candidates) {
            let own = || candidates.iter().filter(|one| one.presented.chain() == handle);
            match self.refresh_session(handle, own, &request).await {
                Err(Error::Session(SessionError::Unauthorised { message, clear_tokens })) => {
                    if !is_theft(&refused) {
                        refused = SessionError::Unauthorised { message, clear_tokens }.into();
                    }
                }
                // The session is revoked and the event told; another one beside it may still be good.
                Err(theft) if is_theft(&theft) => refused = theft,
                other => return other,
            }
        }
        if candidates.is_empty() && self.is_live_elsewhere(&unknown).await? {
            return Err(Error::NotNow { retry_after: Duration::from_secs(5) });
        }
        Err(refused)
    }

    /// The shape and the short MAC: garbage and foreign tokens cost no query. And the sessions that tokens name whose
    /// key this process does not know.
    fn opened(&self, candidates: &[&str]) -> (Vec<Candidate>, Vec<SessionHandle>) {
        let (mut opened, mut unknown) = (Vec::new(), Vec::new());
        for (index, text) in candidates.iter().take(MOST_CANDIDATES).enumerate() {
            match self.refresh_keys.open(text) {
                Ok(presented) => opened.push(Candidate { index, presented }),
                Err(OpenError::Malformed | OpenError::Foreign) => {}
                Err(OpenError::UnknownKey(_)) => unknown.extend(self.refresh_keys.claimed_chain(text)),
            }
        }
        (opened, unknown)
    }

    /// A key that this process does not know yet is nobody's fault, if the session is there and live: another process
    /// has a newer secret. If it is not, the token is of a store or a secret that is gone.
    async fn is_live_elsewhere(&self, named: &[SessionHandle]) -> Result<bool, Error> {
        for handle in named {
            if self.session(*handle).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn refresh_session<'a, I: Iterator<Item = &'a Candidate>>(
        &self,
        handle: SessionHandle,
        candidates: impl Fn() -> I,
        request: &RefreshRequest<'_>,
    ) -> Result<Refreshed, Error> {
        for _ in 0..ROUNDS {
            let Some(Found { mut session, version }) = self.store.read(handle).await? else {
                return Err(SessionError::unauthorised("the session is not known").into());
            };
            let genuine: Vec<_> = candidates().filter_map(|one| self.position(one, &session)).collect();
            let Some(presented) = choose(&session.chain, genuine.iter().map(|(_, position)| *position))
            else {
                return Err(SessionError::unauthorised("the refresh token does not fit its session").into());
            };
            let drawn = self.check_csrf(&mut session, request.csrf)?;
            let now = self.now();
            let rotation = self.rotation.with_idle_lifetime(session.idle_lifetime).unwrap_or(self.rotation);
            let rotation = rotation.with_must_name_token(request.must_name_token);
            let decision = decide(&session.chain, presented, now, &rotation);
            let last_use =
                std::mem::replace(&mut session.last_use, Use { at: now, ..request.this_use.clone() });
            session.chain = decision.chain.clone();
            if (decision.changed || drawn) && !self.store.replace(&session, version).await? {
                continue;
            }
            let candidate = genuine.iter().find(|(_, position)| *position == presented);
            let candidate = candidate.map_or(0, |(index, _)| *index);
            return self.answer(session, &decision, last_use, candidate, now);
        }
        Err(Error::NotNow { retry_after: Duration::from_secs(1) })
    }

    /// The full MAC, in constant time, before anything else is decided.
    fn position(&self, candidate: &Candidate, session: &SessionRecord) -> Option<(usize, Position)> {
        let position = self.refresh_keys.verify(&candidate.presented, &session.chain.salt).ok()?;
        Some((candidate.index, position))
    }

    /// A request without the anti-CSRF token of its session is refused, and nothing is revoked. A session that has
    /// none yet is given one; whether it was.
    fn check_csrf(&self, session: &mut SessionRecord, csrf: CsrfToken<'_>) -> Result<bool, SessionError> {
        match (csrf, &session.anti_csrf) {
            (CsrfToken::Waived, _) => Ok(false),
            (CsrfToken::Required(Some(given)), Some(expected))
                if opaque::equal(given.as_bytes(), expected.as_bytes()) =>
            {
                Ok(false)
            }
            (CsrfToken::Required(_), Some(_)) => {
                Err(SessionError::unauthorised("the anti-CSRF token is missing or wrong"))
            }
            (CsrfToken::Required(_), None) => {
                session.anti_csrf = Some(OpaqueSecret::draw(&*self.entropy).expose().to_owned());
                Ok(true)
            }
        }
    }

    fn answer(
        &self,
        session: SessionRecord,
        decision: &Decision,
        last_use: Use,
        candidate: usize,
        now: Timestamp,
    ) -> Result<Refreshed, Error> {
        let handle = session.handle();
        match decision.answer {
            Answer::Unauthorised(_) => return Err(SessionError::unauthorised("the session has ended").into()),
            Answer::NotNow { retry_after } | Answer::RollbackSuspected { retry_after: Some(retry_after) } => {
                return Err(Error::NotNow { retry_after });
            }
            Answer::Theft(evidence) => {
                let theft = Box::new(Theft {
                    handle,
                    user: session.user,
                    tenant: session.tenant,
                    evidence,
                    last_use,
                    this_use: session.last_use,
                });
                self.observe(SessionEvent::Theft(theft.clone()));
                return Err(SessionError::TokenTheftDetected(theft).into());
            }
            Answer::Recovered { recoveries } => {
                self.observe(SessionEvent::RefreshRecovered { session: handle, recoveries });
            }
            Answer::RollbackSuspected { retry_after: None } => {
                self.observe(SessionEvent::RollbackSuspected(handle));
            }
            Answer::Again { after_confirmation: true } => {
                self.observe(SessionEvent::RefreshRepeated(handle));
            }
            Answer::Again { after_confirmation: false }
            | Answer::AccessOnly
            | Answer::Kept
            | Answer::Named
            | Answer::Promoted
            | Answer::Rotated => {}
        }
        let tokens = self.issue(&session, decision.refresh_token(), now)?;
        Ok(Refreshed { session, tokens, candidate })
    }
}

const fn is_theft(error: &Error) -> bool {
    matches!(error, Error::Session(SessionError::TokenTheftDetected(_)))
}

/// The sessions of the candidates, the newest first: ids sort by the time they were made.
fn sessions(candidates: &[Candidate]) -> Vec<SessionHandle> {
    let mut handles: Vec<_> = candidates.iter().map(|one| one.presented.chain()).collect();
    handles.sort_unstable_by(|left, right| right.cmp(left));
    handles.dedup();
    handles
}
