//! An HTTP client for one call to somebody else: with limits, and without following anybody.

use std::time::Duration;

use reqwest::{Client, redirect};
use url::Url;

/// A client for one call.
///
/// Made anew each time, so that authorities may be added while the server runs; and nobody keeps connections to
/// somebody who is called once an hour.
pub(crate) fn client(url: &Url, patience: Duration, user_agent: &str) -> Result<Client, reqwest::Error> {
    let builder = Client::builder()
        .timeout(patience)
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .user_agent(user_agent);
    // One on this machine is called in the clear: no authority needs to be known for that, and a machine may have none.
    let https = url.scheme() == "https";
    let builder = if https { builder.https_only(true) } else { builder.tls_certs_only([]) };
    builder.build()
}
