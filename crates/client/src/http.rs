//! Requests to the provider: one guarded client, built at first use, with limits of size and time.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use reqwest::header::{CONTENT_TYPE, DATE};
use reqwest::{RequestBuilder, Response, redirect};
use serde_json::{Map, Value};
use url::Url;

use crate::strict_json;

/// Limits of every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpOptions {
    /// To reach the provider.
    pub connect_timeout: Duration,
    /// From the first byte to the last.
    pub timeout: Duration,
    /// The most bytes of an answer that are read.
    pub body_limit: usize,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(3),
            timeout: Duration::from_secs(10),
            body_limit: 256 * 1_024,
        }
    }
}

/// Why there is no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The answer is a redirect. None is followed.
    #[error("the provider answered with a redirect")]
    Redirected,
    /// Another status than the one that was needed.
    #[error("the provider answered with the status {0}")]
    Status(u16),
    /// The answer is larger than the limit.
    #[error("the answer of the provider is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// The answer does not call itself JSON.
    #[error("the answer of the provider is not JSON")]
    NotJson,
    /// The answer calls itself JSON and is not, or not of the right shape.
    #[error("the answer of the provider cannot be read")]
    Malformed(#[source] serde_json::Error),
    /// It took too long.
    #[error("the provider took too long to answer")]
    TimedOut,
    /// There was no answer at all.
    #[error("the provider cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// The client could not be built: usually there are no certificates of authorities on this machine.
    #[error("the HTTP client cannot be built")]
    NotBuilt(#[source] reqwest::Error),
}

impl HttpError {
    /// Whether the same request may succeed later: the provider is down, slow or busy.
    pub const fn is_unavailable(&self) -> bool {
        match self {
            Self::TimedOut | Self::Unreachable(_) | Self::NotBuilt(_) => true,
            Self::Status(status) => *status == 429 || *status >= 500,
            Self::Redirected | Self::TooLarge { .. } | Self::NotJson | Self::Malformed(_) => false,
        }
    }
}

/// A complete answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    json: bool,
    /// What the provider takes the time to be.
    pub(crate) date: Option<SystemTime>,
    body: Vec<u8>,
}

impl Answer {
    /// The object that the answer holds, whatever its status.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, HttpError> {
        if !self.json {
            return Err(HttpError::NotJson);
        }
        strict_json::object(&self.body).map_err(HttpError::Malformed)
    }

    /// What the answer holds, object or list.
    pub(crate) fn value(&self) -> Result<Value, HttpError> {
        if !self.json {
            return Err(HttpError::NotJson);
        }
        match strict_json::object(&self.body) {
            Ok(members) => Ok(Value::Object(members)),
            Err(_) => serde_json::from_slice::<Vec<Value>>(&self.body)
                .map(Value::Array)
                .map_err(HttpError::Malformed),
        }
    }
}

/// The client of one provider.
#[derive(Debug)]
pub(crate) struct Http {
    options: HttpOptions,
    /// The issuer is an https: address. Then nothing is ever asked in the clear.
    https: bool,
    client: OnceLock<reqwest::Client>,
}

impl Http {
    pub(crate) const fn new(options: HttpOptions, https: bool) -> Self {
        Self { options, https, client: OnceLock::new() }
    }

    pub(crate) const fn timeout(&self) -> Duration {
        self.options.timeout
    }

    /// Reads the object at an address.
    pub(crate) async fn read(&self, url: &Url) -> Result<Map<String, Value>, HttpError> {
        let answer = self.send(|client| client.get(url.clone())).await?;
        if answer.status == 200 { answer.object() } else { Err(HttpError::Status(answer.status)) }
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(
        &self,
        request: impl FnOnce(&reqwest::Client) -> RequestBuilder,
    ) -> Result<Answer, HttpError> {
        let request = request(self.client()?).header("accept", "application/json");
        let response = request.send().await.map_err(broken)?;
        let status = response.status();
        if status.is_redirection() {
            return Err(HttpError::Redirected);
        }
        let json = is_json(&response);
        let date =
            response.headers().get(DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
        let body = self.body(response).await?;
        Ok(Answer { status: status.as_u16(), json, date, body })
    }

    async fn body(&self, mut response: Response) -> Result<Vec<u8>, HttpError> {
        let limit = self.options.body_limit;
        let announced = response.content_length().unwrap_or(0);
        if usize::try_from(announced).map_or(true, |announced| announced > limit) {
            return Err(HttpError::TooLarge { limit });
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(broken)? {
            if body.len() + chunk.len() > limit {
                return Err(HttpError::TooLarge { limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn client(&self) -> Result<&reqwest::Client, HttpError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let builder = reqwest::Client::builder()
            .connect_timeout(self.options.connect_timeout)
            .timeout(self.options.timeout)
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .user_agent(concat!("onward-client/", env!("CARGO_PKG_VERSION")));
        // A provider on this machine is asked in the clear: no authority needs to be known for that, and a machine
        // may have none.
        let builder = if self.https { builder.https_only(true) } else { builder.tls_certs_only([]) };
        let client = builder.build().map_err(|error| HttpError::NotBuilt(error.without_url()))?;
        Ok(self.client.get_or_init(|| client))
    }
}

fn broken(error: reqwest::Error) -> HttpError {
    if error.is_timeout() { HttpError::TimedOut } else { HttpError::Unreachable(error.without_url()) }
}

/// `application/json`, or a type that is written in JSON (RFC 6839 §3.1).
fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}
