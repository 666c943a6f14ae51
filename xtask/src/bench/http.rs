//! One kept HTTP/1.1 connection.

use anyhow::{Context as _, bail};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, LOCATION};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// A connection to the server.
#[derive(Debug)]
pub(super) struct Connection {
    host: String,
    sender: SendRequest<Full<Bytes>>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Connection {
    pub(super) async fn open(port: u16) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.context("the server does not listen")?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // An error of the connection is also the error of the request that it breaks.
        tokio::task::spawn_local(async move { connection.await.ok() });
        Ok(Self { host: format!("localhost:{port}"), sender })
    }

    pub(super) async fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> anyhow::Result<Answer> {
        self.send(Method::GET, path, headers, None).await
    }

    pub(super) async fn post(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        form: String,
    ) -> anyhow::Result<Answer> {
        self.send(Method::POST, path, headers, Some(form)).await
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        form: Option<String>,
    ) -> anyhow::Result<Answer> {
        let mut request = Request::builder().method(method).uri(path).header(HOST, &self.host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if form.is_some() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let request = request.body(Full::from(form.unwrap_or_default()))?;
        let response = self.sender.send_request(request).await?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    }
}

impl Answer {
    /// The same answer, if it has this status.
    pub(super) fn expect(self, status: StatusCode) -> anyhow::Result<Self> {
        if self.status != status {
            let body = String::from_utf8_lossy(&self.body[..self.body.len().min(300)]).into_owned();
            bail!("{} instead of {status}: {body}", self.status);
        }
        Ok(self)
    }

    /// Where it leads.
    pub(super) fn location(&self) -> anyhow::Result<&str> {
        let location = self.headers.get(LOCATION).context("the answer leads nowhere")?;
        Ok(location.to_str()?)
    }

    /// A parameter of the address that it leads to.
    pub(super) fn parameter(&self, name: &str) -> anyhow::Result<String> {
        let location = self.location()?;
        let query = location.split_once('?').map_or("", |(_, query)| query);
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let found = pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()));
        found.with_context(|| format!("no “{name}” in {location}"))
    }

    /// A member of the JSON object that is its body.
    pub(super) fn member(&self, name: &str) -> anyhow::Result<String> {
        let body: serde_json::Value = serde_json::from_slice(&self.body)?;
        body[name].as_str().map(str::to_owned).with_context(|| format!("no “{name}” in the answer"))
    }
}

/// A form, encoded.
pub(super) fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
