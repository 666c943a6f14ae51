//! The pieces of work, one type each.

use anyhow::ensure;
use hyper::StatusCode;

use crate::bench::browser::{Browser, Person};
use crate::bench::client::{Machine, PublicClient};
use crate::bench::http::Connection;
use crate::bench::load::Work;

/// A document that is the same for everybody.
pub(super) struct Document {
    pub(super) connection: Connection,
    pub(super) path: &'static str,
}

impl Work for Document {
    async fn once(&mut self) -> anyhow::Result<()> {
        self.connection.get(self.path, &[]).await?.expect(StatusCode::OK)?;
        Ok(())
    }
}

/// A new browser is sent to sign in, and sees the page.
pub(super) struct FirstLoad {
    pub(super) connection: Connection,
    pub(super) client: PublicClient,
}

impl Work for FirstLoad {
    async fn once(&mut self) -> anyhow::Result<()> {
        let (page, _) = Browser::default().first_load(&mut self.connection, &self.client).await?;
        ensure!(!page.body.is_empty(), "the page is empty");
        Ok(())
    }
}

/// The sign-in page of a flow that has begun.
pub(super) struct SignInPage {
    pub(super) connection: Connection,
    pub(super) browser: Browser,
    pub(super) flow: String,
}

impl Work for SignInPage {
    async fn once(&mut self) -> anyhow::Result<()> {
        let path = format!("/sign-in?flow={}", self.flow);
        self.browser.open(&mut self.connection, &path).await?.expect(StatusCode::OK)?;
        Ok(())
    }
}

/// A machine asks for a token.
pub(super) struct ClientCredentials {
    pub(super) connection: Connection,
    pub(super) machine: Machine,
}

impl Work for ClientCredentials {
    async fn once(&mut self) -> anyhow::Result<()> {
        let answer = self.connection.post("/oidc/token", &[], self.machine.request()).await?;
        answer.expect(StatusCode::OK)?;
        Ok(())
    }
}

/// A browser that is signed in fetches a code, and the application redeems it.
pub(super) struct CodeFlow {
    pub(super) connection: Connection,
    pub(super) client: PublicClient,
    pub(super) browser: Browser,
}

impl Work for CodeFlow {
    async fn once(&mut self) -> anyhow::Result<()> {
        let code = self.browser.code(&mut self.connection, &self.client).await?;
        self.client.redeem(&mut self.connection, &code).await?;
        Ok(())
    }
}

/// An application refreshes with the newest token, and each time receives another.
pub(super) struct Rotation {
    pub(super) connection: Connection,
    pub(super) client: PublicClient,
    pub(super) token: String,
}

impl Work for Rotation {
    async fn once(&mut self) -> anyhow::Result<()> {
        let next = self.client.refresh(&mut self.connection, &self.token).await?.member("refresh_token")?;
        ensure!(next != self.token, "the refresh token was not rotated");
        self.token = next;
        Ok(())
    }
}

/// An application refreshes again and again within the window, which rotates nothing more.
pub(super) struct WithinWindow {
    pub(super) connection: Connection,
    pub(super) client: PublicClient,
    pub(super) token: String,
}

impl Work for WithinWindow {
    async fn once(&mut self) -> anyhow::Result<()> {
        let answer = self.client.refresh(&mut self.connection, &self.token).await?;
        // An answer without a refresh token says that the client keeps the one it has.
        if let Ok(token) = answer.member("refresh_token") {
            self.token = token;
        }
        Ok(())
    }
}

/// An application asks who the person is.
pub(super) struct UserInfo {
    pub(super) connection: Connection,
    pub(super) authorization: String,
}

impl Work for UserInfo {
    async fn once(&mut self) -> anyhow::Result<()> {
        let answer = self.connection.get("/oidc/me", &[("authorization", &self.authorization)]).await?;
        answer.expect(StatusCode::OK)?;
        Ok(())
    }
}

/// Somebody signs in with a password in a new browser, from the application's request to the code.
pub(super) struct PasswordSignIn {
    pub(super) connection: Connection,
    pub(super) client: PublicClient,
    pub(super) person: Person,
}

impl Work for PasswordSignIn {
    async fn once(&mut self) -> anyhow::Result<()> {
        Browser::default().sign_in(&mut self.connection, &self.client, &self.person).await?;
        Ok(())
    }
}
