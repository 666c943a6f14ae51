//! One connector as it is used: the way to its provider, and back.

use std::sync::Arc;
use std::time::Duration;

use client::{
    Client, Credential, HttpOptions, IdToken, OAuthClient, OAuthEndpoints, Pending, Registration,
    RequestOptions, Tokens,
};
use model::{Clock, Connector, Entropy, ProviderKind, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::person::Names;
use crate::{Again, Issuer, Person, Protocol, Provider, UpstreamError, apple, provider};

/// The way to a provider.
#[derive(Clone, Debug)]
pub struct Way {
    /// Where the browser goes.
    pub url: String,
    /// What is kept until it is back: sealed, and on the server.
    pub pending: String,
}

/// What is wished of a provider besides who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Nothing.
    Nothing,
    /// That people choose an account, as they may want another one.
    Choice,
    /// That people have shown who they are not longer ago than this; zero: that they do so now.
    Recent(Duration),
}

/// What an answer will be held to.
#[derive(Serialize, Deserialize)]
pub(crate) struct Expected {
    #[serde(flatten)]
    pub(crate) pending: Pending,
    /// In seconds: who showed who they are before that is too early.
    #[serde(default)]
    since: Option<i64>,
}

/// How far clocks may differ, in seconds (C074).
const SKEW: i64 = 60;

/// A connector as it is used.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    connector: Connector,
    provider: Provider,
    pub(crate) protocol: Speaking,
}

#[derive(Clone, Debug)]
pub(crate) enum Speaking {
    OpenId(Client),
    OAuth { client: OAuthClient, issuer: String, user_info: String, addresses: Option<&'static str> },
}

/// The issuer of a connector; none when what it is made of is missing.
pub(crate) fn issuer_of(connector: &Connector) -> Option<String> {
    let settings = &connector.settings;
    match provider(connector.provider).protocol {
        Protocol::OpenId(Issuer::Fixed(issuer)) => Some(issuer.to_owned()),
        Protocol::OpenId(Issuer::Usual(issuer)) => {
            Some(settings.issuer.clone().unwrap_or_else(|| issuer.to_owned()))
        }
        Protocol::OpenId(Issuer::Configured) => settings.issuer.clone(),
        Protocol::OpenId(Issuer::OfTenant) => match settings.tenant_id.as_deref()? {
            "common" | "organizations" => Some(microsoft("{tenantid}")),
            "consumers" => Some(microsoft(CONSUMERS)),
            tenant => is_tenant(tenant).then(|| microsoft(&tenant.to_ascii_lowercase())),
        },
        Protocol::OAuth(Some(oauth)) => Some(oauth.issuer.to_owned()),
        // Its own address of truth: two that are different people's must differ here.
        Protocol::OAuth(None) => settings.user_info_endpoint.clone(),
    }
}

/// The tenant of everybody's own accounts.
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

fn microsoft(tenant: &str) -> String {
    format!("https://login.microsoftonline.com/{tenant}/v2.0")
}

fn is_tenant(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// Where the provider is found, when it is not below its issuer: one that has many tenants.
fn place_of(connector: &Connector) -> Option<String> {
    let tenant = connector.settings.tenant_id.as_deref();
    let many = tenant.filter(|tenant| matches!(*tenant, "common" | "organizations"));
    many.filter(|_| connector.provider == ProviderKind::Microsoft).map(microsoft)
}

impl Connection {
    /// Finds the provider.
    pub(crate) async fn open(
        connector: &Connector,
        secret: Option<&SecretString>,
        redirect_uri: String,
        limits: HttpOptions,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, UpstreamError> {
        let provider = provider(connector.provider);
        let registration = Registration {
            client_id: connector.client_id.clone(),
            credential: credential(connector, secret, &**clock)?,
            redirect_uri,
        };
        let issuer = issuer_of(connector).ok_or(UpstreamError::Connector("its issuer is missing"))?;
        let protocol = match provider.protocol {
            Protocol::OpenId(_) => {
                let place = place_of(connector).unwrap_or_else(|| issuer.clone());
                let clock = Arc::clone(clock);
                Speaking::OpenId(Client::discover_at(&place, &issuer, registration, limits, clock).await?)
            }
            Protocol::OAuth(known) => {
                let settings = &connector.settings;
                let text = |known: Option<&str>, own: &Option<String>| {
                    known.map(str::to_owned).or_else(|| own.clone()).unwrap_or_default()
                };
                let endpoints = OAuthEndpoints {
                    authorization: text(
                        known.map(|known| known.authorization),
                        &settings.authorization_endpoint,
                    ),
                    token: text(known.map(|known| known.token), &settings.token_endpoint),
                    basic: known.is_some_and(|known| known.basic),
                };
                Speaking::OAuth {
                    client: OAuthClient::new(&endpoints, registration, limits)?,
                    issuer,
                    user_info: text(known.map(|known| known.user_info), &settings.user_info_endpoint),
                    addresses: known.and_then(|known| known.addresses),
                }
            }
        };
        Ok(Self { connector: connector.clone(), provider, protocol })
    }

    /// The way to the provider, under a state, with a wish as far as the provider takes it.
    pub(crate) fn leave(&self, state: &str, wish: Wish, now: Timestamp, entropy: &dyn Entropy) -> Way {
        let posted: &[(&str, &str)] =
            if self.provider.posts_answer { &[("response_mode", "form_post")] } else { &[] };
        let scope = self.connector.settings.scope.as_deref().unwrap_or(self.provider.scope);
        let (prompt, max_age) = match (self.provider.again, wish) {
            (Again::Never, _) | (_, Wish::Nothing) => (None, None),
            (Again::Choose, Wish::Choice | Wish::Recent(_)) => (Some("select_account"), None),
            (Again::SignIn, Wish::Choice) => (Some("login"), None),
            (Again::SignIn, Wish::Recent(age)) if age.is_zero() => (Some("login"), Some(age)),
            (Again::SignIn, Wish::Recent(age)) => (None, Some(age)),
        };
        let asked = max_age.filter(|age| !age.is_zero());
        let options = RequestOptions {
            scope,
            prompt,
            max_age: asked,
            state: Some(state),
            extra: posted,
            ..RequestOptions::default()
        };
        let request = match &self.protocol {
            Speaking::OpenId(client) => client.authorization_request(&options, entropy),
            Speaking::OAuth { client, .. } => client.authorization_request(&options, entropy),
        };
        let request = request.expect("no parameter of ours is reserved");
        // Held to it here, and not by the client, which insists on an `auth_time`: it counts from now on, however long
        // the sign-in takes, and a provider that does not say may be one that cannot.
        let pending = Pending { max_age: None, ..request.pending };
        let expected = Expected { pending, since: max_age.map(|age| now.minus(age).as_seconds()) };
        let pending = serde_json::to_string(&expected).expect("what is kept is a plain structure");
        Way { url: request.url.into(), pending }
    }

    /// Who came back.
    pub(crate) async fn arrive(&self, answer: &str, expected: &Expected) -> Result<Person, UpstreamError> {
        let pending = &expected.pending;
        match &self.protocol {
            Speaking::OpenId(client) => {
                let tokens = client.exchange(client.callback(answer, pending)?).await?;
                let said = tokens.id_token.claims.auth_time.filter(|_| self.provider.again == Again::SignIn);
                if said.zip(expected.since).is_some_and(|(at, since)| at < since.saturating_sub(SKEW)) {
                    return Err(UpstreamError::NotAskedAgain);
                }
                let person = Person {
                    auth_time: said.map(Timestamp::from_seconds),
                    ..of_tokens(client, &tokens).await?
                };
                let beside = (self.connector.provider == ProviderKind::Apple).then(|| apple::name_in(answer));
                Ok(person.or_called(beside.flatten().as_deref()))
            }
            Speaking::OAuth { client, issuer, user_info, addresses } => {
                let token = client.exchange(client.callback(answer, pending)?).await?;
                let answer = client.read(user_info, &token).await?;
                let person = Person::of_answer(issuer, &answer, &self.names()?)?;
                match addresses {
                    Some(addresses) => Ok(person.with_addresses(&client.read(addresses, &token).await?)),
                    None => Ok(person),
                }
            }
        }
    }

    fn names(&self) -> Result<Names<'_>, UpstreamError> {
        match (self.provider.protocol, &self.connector.settings.profile_map) {
            (Protocol::OAuth(Some(oauth)), _) => Ok(oauth.shape.into()),
            (_, Some(map)) => Ok(map.into()),
            (_, None) => Err(UpstreamError::Connector("where the person's id stands is missing")),
        }
    }
}

/// The person of an id token. One that says no address is asked about at the userinfo endpoint, where there is one.
async fn of_tokens(client: &Client, tokens: &Tokens) -> Result<Person, UpstreamError> {
    let IdToken { claims, .. } = &tokens.id_token;
    if claims.other.contains_key("email") {
        return Ok(Person::of_claims(&claims.iss, &claims.sub, &claims.other));
    }
    match client.userinfo(&tokens.access_token, &claims.sub).await {
        Ok(told) => Ok(Person::of_claims(&claims.iss, &claims.sub, &told.other)),
        Err(client::UserInfoError::NoEndpoint) => {
            Ok(Person::of_claims(&claims.iss, &claims.sub, &claims.other))
        }
        Err(error) => Err(error.into()),
    }
}

fn credential(
    connector: &Connector,
    secret: Option<&SecretString>,
    clock: &dyn Clock,
) -> Result<Credential, UpstreamError> {
    Ok(match (connector.provider, secret) {
        (ProviderKind::Apple, Some(secret)) => {
            let key = apple::read_key(secret.expose_secret())?;
            let secret = apple::client_secret(&key, &connector.settings, &connector.client_id, clock.now());
            Credential::Secret(secret.into())
        }
        (ProviderKind::Apple, None) => return Err(UpstreamError::Connector("the private key is missing")),
        (_, Some(secret)) => Credential::Secret(secret.clone()),
        (_, None) => Credential::Public,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{ConnectorId, ConnectorSettings, Timestamp};

    #[test]
    fn microsoft_has_an_issuer_for_each_tenant() {
        const ONE: &str = "00000000-0000-0000-0000-00000000000A";
        let of = |tenant: Option<&str>| Connector {
            id: ConnectorId::from_bytes([1; 16]),
            provider: ProviderKind::Microsoft,
            target: "azuread".into(),
            name: "Microsoft".into(),
            client_id: "c".into(),
            settings: ConnectorSettings {
                tenant_id: tenant.map(str::to_owned),
                ..ConnectorSettings::default()
            },
            enabled: true,
            trusted_domains: Vec::new(),
            created_at: Timestamp::from_seconds(1),
            updated_at: Timestamp::from_seconds(1),
        };
        for (tenant, issuer, place) in [
            (Some(ONE), Some(microsoft(&ONE.to_ascii_lowercase())), None),
            (Some("consumers"), Some(microsoft(CONSUMERS)), None),
            (Some("organizations"), Some(microsoft("{tenantid}")), Some(microsoft("organizations"))),
            (Some("common"), Some(microsoft("{tenantid}")), Some(microsoft("common"))),
            (Some("../x"), None, None),
            (Some("0000"), None, None),
            (None, None, None),
        ] {
            assert_eq!((issuer_of(&of(tenant)), place_of(&of(tenant))), (issuer, place), "{tenant:?}");
        }
    }
}
