//! What every request needs, and the sessions that stand before it.

use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use keys::MasterSecret;
use model::{Clock, Entropy};
use toolkit::claim::BooleanClaim;
use toolkit::sign_in::{HttpOptions, Identity};
use toolkit::{AppInfo, BuildError, MemoryStore, SessionSettings, Sessions, SignIn, SignedIn};

use crate::handlers::Handlers;
use crate::profile::Profile;
use crate::{DemoOptions, guard, pages, path};

/// Short, so that a refresh is met while one looks around.
const ACCESS_LIFETIME: Duration = Duration::from_secs(120);
/// Short, so that nobody waits long for a thief to be found. Thirty seconds are kinder to bad networks.
pub(crate) const WINDOW: Duration = Duration::from_secs(3);

#[derive(Debug)]
pub(crate) struct App {
    pub(crate) options: DemoOptions,
    pub(crate) content_security_policy: HeaderValue,
}

impl App {
    pub(crate) fn new(mut options: DemoOptions) -> Self {
        for address in [&mut options.base_url, &mut options.endpoint] {
            address.truncate(address.trim_end_matches('/').len());
        }
        Self { content_security_policy: guard::content_security_policy(&options.endpoint), options }
    }
}

/// The sessions of the application. The secret lives as long as the process: whoever comes with an older cookie
/// starts again.
pub(crate) async fn sessions(
    app: &Arc<App>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> Result<Sessions, BuildError> {
    let options = &app.options;
    let builder = Sessions::builder(MemoryStore::new())
        .app(AppInfo::new("Fieldnotes", &options.base_url, &options.base_url)?)
        .secret(MasterSecret::draw(&*entropy))
        .clock(clock, entropy)
        .settings(SessionSettings {
            access_lifetime: ACCESS_LIFETIME,
            idle_lifetime: Duration::from_secs(8 * 3_600),
            window: WINDOW,
            ..SessionSettings::default()
        })
        .claim(supporter().claim())
        .handlers(Handlers::new(Arc::clone(app)))
        .sign_in(own(options));
    let guest = options.third_party.as_ref().map(|(id, secret)| third_party(options, id, secret));
    guest.into_iter().fold(builder, toolkit::SessionsBuilder::sign_in).build().await
}

/// Whether somebody supports the application. Nobody does at first.
pub(crate) fn supporter() -> BooleanClaim {
    BooleanClaim::new("supporter", |_| Box::pin(async { Ok(Some(false)) }))
}

fn own(options: &DemoOptions) -> SignIn {
    at(options, &options.client_id, &options.client_secret)
        .scope("openid profile email offline_access")
        .signed_out(path::SIGNED_OUT)
        .keep_refresh_token()
        .on_signed_in(async |identity| {
            let mut data = toolkit::claim::Payload::new();
            Profile::of(&identity).write_to(&mut data);
            Ok(SignedIn::as_user(&identity.claims.sub).payload(in_token(&identity)).data(data))
        })
}

/// As the application of somebody else, which asks for consent every time, shows what was allowed, and keeps nothing.
fn third_party(options: &DemoOptions, client_id: &str, secret: &str) -> SignIn {
    let below = path::THIRD_PARTY_SIGN_IN.trim_end_matches("/sign-in");
    at(options, client_id, secret)
        .below(below)
        .prompt("consent")
        .landing(path::UNHAPPY)
        .on_signed_in(async |identity| Err(pages::third_party(&Profile::of(&identity))))
}

fn at(options: &DemoOptions, client_id: &str, secret: &str) -> SignIn {
    SignIn::at(&options.issuer, client_id, Some(secret.into()))
        .http(HttpOptions { timeout: Duration::from_secs(5), ..HttpOptions::default() })
        .pages(pages::sign_in)
}

/// The little that travels in the access token.
fn in_token(identity: &Identity) -> toolkit::claim::Payload {
    let known = ["name", "email"].into_iter();
    known.filter_map(|name| Some((name.to_owned(), identity.text(name)?.into()))).collect()
}
