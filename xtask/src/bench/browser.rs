//! A browser: cookies, and the way through the pages.

use hyper::StatusCode;
use hyper::header::SET_COOKIE;

use crate::bench::client::PublicClient;
use crate::bench::http::{Answer, Connection, form};

/// The cookies of a browser.
#[derive(Clone, Debug, Default)]
pub(super) struct Browser {
    jar: Vec<(String, String)>,
    /// From where it comes, as a proxy would say.
    network: Option<String>,
}

/// Who signs in.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) email: String,
    pub(super) password: String,
}

impl Browser {
    /// A browser in a network of its own: nobody asks for so many letters from one.
    pub(super) fn of_network(number: usize) -> Self {
        let network = format!("10.{}.{}.1", number / 250 % 250, number % 250);
        Self { network: Some(network), ..Self::default() }
    }

    /// Opens a page.
    pub(super) async fn open(&mut self, connection: &mut Connection, path: &str) -> anyhow::Result<Answer> {
        let cookies = self.cookies();
        let answer = connection.get(path, &self.headers(&cookies)).await?;
        self.keep(&answer);
        Ok(answer)
    }

    /// Sends a form.
    pub(super) async fn submit(
        &mut self,
        connection: &mut Connection,
        path: &str,
        body: String,
    ) -> anyhow::Result<Answer> {
        let cookies = self.cookies();
        let mut headers = self.headers(&cookies);
        headers.push(("sec-fetch-site", "same-origin"));
        let answer = connection.post(path, &headers, body).await?;
        self.keep(&answer);
        Ok(answer)
    }

    /// Begins a sign-in and opens its page. Returns the page and the id of the flow.
    pub(super) async fn first_load(
        &mut self,
        connection: &mut Connection,
        client: &PublicClient,
    ) -> anyhow::Result<(Answer, String)> {
        let begun = self.open(connection, &client.authorize()).await?.expect(StatusCode::SEE_OTHER)?;
        let flow = begun.parameter("flow")?;
        let page = self.open(connection, begun.location()?).await?.expect(StatusCode::OK)?;
        Ok((page, flow))
    }

    /// Signs in, from the application's request to the code.
    pub(super) async fn sign_in(
        &mut self,
        connection: &mut Connection,
        client: &PublicClient,
        person: &Person,
    ) -> anyhow::Result<String> {
        let (_, flow) = self.first_load(connection, client).await?;
        let fields = [("flow", &*flow), ("identifier", &*person.email), ("password", &*person.password)];
        let answer =
            self.submit(connection, "/sign-in", form(&fields)).await?.expect(StatusCode::SEE_OTHER)?;
        answer.parameter("code")
    }

    /// Asks for a code with the session that the browser has.
    pub(super) async fn code(
        &mut self,
        connection: &mut Connection,
        client: &PublicClient,
    ) -> anyhow::Result<String> {
        let answer = self.open(connection, &client.authorize()).await?.expect(StatusCode::SEE_OTHER)?;
        answer.parameter("code")
    }

    fn cookies(&self) -> String {
        let pairs: Vec<_> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn keep(&mut self, answer: &Answer) {
        for line in answer.headers.get_all(SET_COOKIE).iter().filter_map(|line| line.to_str().ok()) {
            let pair = line.split(';').next().and_then(|pair| pair.split_once('='));
            let Some((name, value)) = pair else { continue };
            self.jar.retain(|(kept, _)| kept != name);
            if !line.contains("Max-Age=0") {
                self.jar.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    fn headers<'a>(&'a self, cookies: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut headers =
            vec![("accept", "text/html,application/xhtml+xml"), ("accept-language", "en-GB,en;q=0.9")];
        if !cookies.is_empty() {
            headers.push(("cookie", cookies));
        }
        headers.extend(self.network.as_deref().map(|network| ("x-forwarded-for", network)));
        headers
    }
}
