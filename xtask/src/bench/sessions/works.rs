//! What the clients do.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use anyhow::Context as _;
use hyper::StatusCode;

use crate::bench::http::Connection;
use crate::bench::load::Work;

/// Calls a route, with one cookie after the other.
pub(super) struct Call {
    connection: Connection,
    cookies: Rc<Vec<String>>,
    next: usize,
    /// Picks cookies at random, the first ones far more often.
    chance: Option<u64>,
}

impl Call {
    pub(super) fn bare(connection: Connection) -> Self {
        Self::with(connection, Vec::new())
    }

    pub(super) fn with(connection: Connection, cookies: Vec<String>) -> Self {
        Self { connection, cookies: Rc::new(cookies), next: 0, chance: None }
    }

    pub(super) fn zipf(connection: Connection, cookies: Rc<Vec<String>>, seed: usize) -> Self {
        Self { connection, cookies, next: 0, chance: Some(seed as u64 + 1) }
    }

    /// Which cookie is next: in turn, or by Zipf's law, as people use applications.
    fn pick(&mut self) -> usize {
        let count = self.cookies.len();
        let Some(state) = &mut self.chance else {
            self.next = (self.next + 1) % count.max(1);
            return self.next;
        };
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        #[expect(clippy::cast_precision_loss, reason = "32 bits fit")]
        let uniform = (*state >> 32) as f64 / 4_294_967_296.0;
        #[expect(clippy::cast_precision_loss, reason = "counts are small")]
        let rank = (count as f64).powf(uniform);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 1 and the count"
        )]
        let rank = rank as usize;
        rank.min(count) - 1
    }
}

impl Work for Call {
    async fn once(&mut self) -> anyhow::Result<()> {
        if self.cookies.is_empty() {
            self.connection.get("/bare", &[]).await?.expect(StatusCode::OK)?;
            return Ok(());
        }
        let at = self.pick();
        let cookie = Rc::clone(&self.cookies);
        self.connection.get("/me", &[("cookie", &cookie[at])]).await?.expect(StatusCode::OK)?;
        Ok(())
    }
}

/// Refreshes one session after the other; perhaps calls with each new access token, which confirms it. Nobody refreshes
/// again who has just called: each has several sessions.
pub(super) struct Rotation {
    pub(super) connection: Connection,
    /// The refresh token of each session, the next one first.
    pub(super) sessions: VecDeque<String>,
    pub(super) calls: bool,
}

impl Work for Rotation {
    async fn once(&mut self) -> anyhow::Result<()> {
        let token = self.sessions.pop_front().context("a client has no session")?;
        let refresh = format!("sRefreshToken={token}");
        let answer =
            self.connection.post("/auth/session/refresh", &[("cookie", &refresh)], String::new()).await?;
        let answer = answer.expect(StatusCode::OK)?;
        let set = |name: &str| {
            let mut lines = answer.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
            lines.find_map(|line| {
                line.strip_prefix(name)?.strip_prefix('=')?.split(';').next().map(str::to_owned)
            })
        };
        self.sessions.push_back(set("sRefreshToken").context("no refresh token was set")?);
        if self.calls {
            let access = cookie(&set("sAccessToken").context("no access token was set")?);
            self.connection.get("/me", &[("cookie", &access)]).await?.expect(StatusCode::OK)?;
        }
        Ok(())
    }
}

/// Presents stolen tokens, each once.
pub(super) struct Thief {
    pub(super) connection: Connection,
    pub(super) stolen: Rc<RefCell<Vec<String>>>,
}

impl Work for Thief {
    async fn once(&mut self) -> anyhow::Result<()> {
        let token = self.stolen.borrow_mut().pop().context("no more stolen tokens")?;
        let cookie = format!("sRefreshToken={token}");
        let answer =
            self.connection.post("/auth/session/refresh", &[("cookie", &cookie)], String::new()).await?;
        let answer = answer.expect(StatusCode::UNAUTHORIZED)?;
        anyhow::ensure!(answer.body.windows(5).any(|part| part == b"theft"), "it was not taken for a theft");
        Ok(())
    }
}

/// The cookie of an access token.
pub(super) fn cookie(access: &str) -> String {
    format!("sAccessToken={access}")
}
