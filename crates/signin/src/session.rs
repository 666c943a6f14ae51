//! Sessions of browsers: begun by a sign-in, found by their cookie, moved on while in use.

use std::time::Duration;

use keys::opaque::{self, OpaqueSecret};
use model::{BrowserSessionId, FlowId, Timestamp, User, UserId};
use serde_json::json;
use store::Error;
use store::audit::{AuditEvent, AuditLine};
use store::browser_sessions::{BrowserSession, NewBrowserSession};

use crate::Reception;
use crate::password::Visitor;

/// The idle end is moved at most this often: not a write for every page.
const EXTENSION_STEP: Duration = Duration::from_secs(10 * 60);

/// Somebody has shown who they are.
#[derive(Debug)]
pub struct Arrival {
    /// The new session.
    pub session: BrowserSession,
    /// The value of its cookie, to be handed out once.
    pub cookie: OpaqueSecret,
}

/// A session that is about to begin, in one unit with what causes it.
pub(crate) struct Beginning {
    /// Its row.
    pub(crate) new: NewBrowserSession,
    /// What the browser gets.
    pub(crate) arrival: Arrival,
    /// What the audit log says.
    pub(crate) line: AuditLine,
}

impl Reception {
    /// Begins a session for somebody who has shown who they are, always with a new id (C109). None when the account has
    /// changed since it was read: a new password that is set at the same time ends this sign-in, too.
    pub(crate) async fn arrive(
        &self,
        user: &User,
        flow: Option<FlowId>,
        visitor: &Visitor<'_>,
        method: &'static str,
    ) -> Result<Option<Arrival>, Error> {
        self.arrive_from(user, flow, visitor, method, None).await
    }

    /// The same for somebody who has shown it elsewhere, and when: `auth_time` of the session says so.
    pub(crate) async fn arrive_from(
        &self,
        user: &User,
        flow: Option<FlowId>,
        visitor: &Visitor<'_>,
        method: &'static str,
        auth_time: Option<Timestamp>,
    ) -> Result<Option<Arrival>, Error> {
        let Beginning { mut new, mut arrival, line } = self.draw_up_session(user.id, visitor, method);
        // Clocks differ: nobody has shown it in the future.
        new.session.auth_time = auth_time.map_or(new.begins_at, |at| at.min(new.begins_at));
        arrival.session = new.session;
        let begun = self.store.begin_browser_session(&new, user, flow, line).await?;
        Ok(begun.then_some(arrival))
    }

    pub(crate) fn draw_up_session(
        &self,
        user: UserId,
        visitor: &Visitor<'_>,
        method: &'static str,
    ) -> Beginning {
        let now = self.clock.now();
        let cookie = OpaqueSecret::draw(&*self.entropy);
        let session = BrowserSession {
            id: BrowserSessionId::new(&*self.clock, &*self.entropy),
            user,
            auth_time: now,
            idle_expires_at: now.plus(self.lifetimes.session_idle),
            absolute_expires_at: now.plus(self.lifetimes.session_absolute),
        };
        let new = NewBrowserSession {
            session,
            begins_at: now,
            token_hash: cookie.hash(),
            replaces: visitor.session,
            address: Some(visitor.address.to_string()),
            user_agent: visitor.user_agent.map(|agent| agent.chars().take(256).collect()),
        };
        let line = AuditLine::new(AuditEvent::SignInSucceeded, &*self.clock, &*self.entropy)
            .user(user)
            .detail(json!({"method": method, "address": visitor.address.to_string()}));
        Beginning { new, arrival: Arrival { session, cookie }, line }
    }

    /// The live session among the values of the session cookie. Moves its idle end now and then.
    pub async fn recognise<'a>(
        &self,
        values: impl IntoIterator<Item = &'a str>,
    ) -> Result<Option<BrowserSession>, Error> {
        let now = self.clock.now();
        for value in values.into_iter().take(4) {
            let Some(session) = self.store.browser_session(opaque::hash(value.as_bytes()), now).await? else {
                continue;
            };
            let idle = now.plus(self.lifetimes.session_idle).min(session.absolute_expires_at);
            if idle.since(session.idle_expires_at) >= EXTENSION_STEP {
                // A disk that is full signs nobody out: the session is good as it is.
                if let Err(error) = self.store.extend_browser_session(session.id, idle).await {
                    tracing::warn!(%error, "the idle end of a session could not be moved");
                }
            }
            return Ok(Some(session));
        }
        Ok(None)
    }

    /// Ends one session of somebody who is signed in with another, or with the same; `false` when it is not theirs, or
    /// over.
    pub async fn sign_out_from(&self, user: UserId, session: BrowserSessionId) -> Result<bool, Error> {
        let line = AuditLine::new(AuditEvent::SessionEnded, &*self.clock, &*self.entropy).user(user);
        self.store.end_session_of(user, session, self.clock.now(), line).await
    }

    /// Signs somebody out everywhere: sessions, refresh tokens, and whatever letters were on the way.
    pub async fn sign_out_everywhere(&self, user: UserId) -> Result<(), Error> {
        let line = AuditLine::new(AuditEvent::SessionsEnded, &*self.clock, &*self.entropy).user(user);
        self.store.end_everything_of(user, self.clock.now(), line).await
    }

    /// Ends a session.
    pub async fn sign_out(&self, session: &BrowserSession) -> Result<(), Error> {
        let line = AuditLine::new(AuditEvent::SignedOut, &*self.clock, &*self.entropy).user(session.user);
        self.store.end_browser_session(session.id, self.clock.now(), line).await
    }
}
