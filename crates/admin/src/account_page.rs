//! The account page as something that people sign in for, like an application. It stands in no table, and no client can
//! ask in its name: only [`Directory::destination`](crate::Directory::destination) knows it.

use model::{Application, ApplicationId, ApplicationKind, RedirectUri, Timestamp, WebUrl};

use crate::{Endpoint, KnownApplication};

/// The path of the account page.
pub const ACCOUNT_PATH: &str = "/account";

/// Its id: no application has this one, as theirs tell when they were made.
pub const ACCOUNT_PAGE: ApplicationId = ApplicationId::from_bytes([0; 16]);

/// The account page of this server. People know it by the address of the server.
pub(crate) fn account_page(endpoint: &Endpoint) -> KnownApplication {
    let began = Timestamp::from_seconds(0);
    let name = endpoint.authority().to_owned();
    let mut page = Application::named(ACCOUNT_PAGE, name, ApplicationKind::Spa, began);
    let address = endpoint.at(ACCOUNT_PATH);
    let redirect_uri = RedirectUri::register(&address, page.kind);
    page.redirect_uris.push(redirect_uri.expect("an address below a checked endpoint is a redirect URI"));
    let address = WebUrl::parse(&address).expect("an address below a checked endpoint is one of the web");
    page.initiate_login_uri = Some(address.clone());
    page.client_uri = Some(address);
    KnownApplication { application: page, secrets: Vec::new() }
}
