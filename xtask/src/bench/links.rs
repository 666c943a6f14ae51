//! Links of letters: asked for in one request, redeemed in three, of which the last consumes.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use hyper::StatusCode;

use crate::bench::browser::Browser;
use crate::bench::client::PublicClient;
use crate::bench::gauge::Stopwatch;
use crate::bench::http::{Connection, form};
use crate::bench::load::Work;

/// How long all letters may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Somebody in the middle of a sign-in.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    browser: Browser,
    flow: String,
    email: String,
}

/// Somebody with a letter.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    browser: Browser,
    /// Path and query of the link.
    link: String,
}

/// Asks for a letter.
pub(super) struct AskLink {
    pub(super) connection: Connection,
    /// Where it is asked for.
    pub(super) path: &'static str,
    pub(super) waiting: Rc<RefCell<Vec<Waiting>>>,
    /// Who has asked.
    pub(super) asked: Rc<RefCell<Vec<Waiting>>>,
}

impl Work for AskLink {
    async fn once(&mut self) -> anyhow::Result<()> {
        let mut waiting = self.waiting.borrow_mut().pop().context("nobody is left to ask")?;
        let fields = form(&[("flow", &*waiting.flow), ("identifier", &*waiting.email)]);
        let answer = waiting.browser.submit(&mut self.connection, self.path, fields).await?;
        answer.expect(StatusCode::SEE_OTHER)?;
        self.asked.borrow_mut().push(waiting);
        Ok(())
    }
}

/// Follows a link to its end.
pub(super) struct FollowLink {
    pub(super) connection: Connection,
    pub(super) opened: Rc<RefCell<Vec<Opened>>>,
}

impl Work for FollowLink {
    async fn once(&mut self) -> anyhow::Result<()> {
        let Opened { mut browser, link } =
            self.opened.borrow_mut().pop().context("nobody is left to follow a link")?;
        let landed = browser.open(&mut self.connection, &link).await?.expect(StatusCode::SEE_OTHER)?;
        let page = browser.open(&mut self.connection, landed.location()?).await?.expect(StatusCode::OK)?;
        let text = String::from_utf8_lossy(&page.body);
        let nonce = text.split_once("name=\"nonce\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
        let (nonce, _) = nonce.context("the page has no nonce")?;
        let done = browser.submit(&mut self.connection, "/link", form(&[("nonce", nonce)])).await?;
        done.expect(StatusCode::SEE_OTHER)?;
        Ok(())
    }
}

/// So many people, each on the sign-in page.
pub(super) async fn arrive(
    connection: &mut Connection,
    client: &PublicClient,
    count: usize,
) -> anyhow::Result<Vec<Waiting>> {
    let mut arrived = Vec::with_capacity(count);
    for number in 0..count {
        let mut browser = Browser::of_network(number);
        let (_, flow) = browser.first_load(connection, client).await?;
        arrived.push(Waiting { browser, flow, email: format!("letter{number}@example.com") });
    }
    Ok(arrived)
}

/// Waits for the letters of those who have asked, and takes them out of the folder.
pub(super) async fn letters(folder: &Path, asked: Vec<Waiting>) -> anyhow::Result<Vec<Opened>> {
    let watch = Stopwatch::start();
    let mut opened = Vec::with_capacity(asked.len());
    let mut asked = asked;
    while !asked.is_empty() {
        ensure!(watch.elapsed() < PATIENCE, "{} letters did not come", asked.len());
        tokio::time::sleep(Duration::from_millis(200)).await;
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "eml") {
                continue;
            }
            // Quoted-printable: soft line breaks, and the sign itself (RFC 2045 §6.7).
            let text = std::fs::read_to_string(&path)?.replace("=\r\n", "").replace("=3D", "=");
            let whose = |waiting: &Waiting| text.contains(&format!("To: {}\r", waiting.email));
            let Some(at) = asked.iter().position(whose) else { continue };
            let Waiting { browser, .. } = asked.swap_remove(at);
            let rest = text.split_once("/link?token=").context("the letter has no link")?.1;
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
            let token = &rest[..end.unwrap_or(rest.len())];
            opened.push(Opened { browser, link: format!("/link?token={token}") });
            std::fs::remove_file(path)?;
        }
    }
    Ok(opened)
}
