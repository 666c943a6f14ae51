//! Whether a connector is whole: what its provider needs is there, and can be used.

use model::{Connector, ProviderKind, WebUrl};
use secrecy::{ExposeSecret as _, SecretString};

use crate::connection::issuer_of;
use crate::{Issuer, Protocol, apple, provider};

/// The most domains of one connector, and the longest text of a setting.
const MOST_DOMAINS: usize = 100;
const LONGEST: usize = 2_048;

/// A setting that is missing, or that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct Missing {
    /// The setting, as the API writes it.
    pub field: &'static str,
    /// What is needed.
    pub message: &'static str,
}

/// Checks a connector, with its secret where that is new.
pub fn check(connector: &Connector, secret: Option<&SecretString>) -> Result<(), Missing> {
    check_names(connector)?;
    let settings = &connector.settings;
    match provider(connector.provider).protocol {
        Protocol::OpenId(Issuer::OfTenant) if issuer_of(connector).is_none() => Err(Missing {
            field: "config.tenantId",
            message: "the id of a tenant is needed, or `common`, `organizations` or `consumers`",
        }),
        Protocol::OpenId(Issuer::Configured | Issuer::Usual(_)) => {
            let issuer = issuer_of(connector).unwrap_or_default();
            need(
                is_issuer(&issuer),
                "config.issuer",
                "the issuer of the provider is needed: an https: address",
            )
        }
        Protocol::OpenId(Issuer::Fixed(_) | Issuer::OfTenant) => Ok(()),
        Protocol::OAuth(Some(_)) => Ok(()),
        Protocol::OAuth(None) => {
            for (field, value) in [
                ("config.authorizationEndpoint", &settings.authorization_endpoint),
                ("config.tokenEndpoint", &settings.token_endpoint),
                ("config.userInfoEndpoint", &settings.user_info_endpoint),
            ] {
                need(value.as_deref().is_some_and(is_address), field, "an https: address is needed")?;
            }
            need(
                settings.profile_map.is_some(),
                "config.profileMap",
                "where the person's id stands is needed",
            )
        }
    }?;
    if connector.provider == ProviderKind::Apple {
        need(settings.team_id.is_some(), "config.teamId", "the id of the team is needed")?;
        need(settings.key_id.is_some(), "config.keyId", "the id of the private key is needed")?;
        let readable = secret.is_none_or(|secret| apple::read_key(secret.expose_secret()).is_ok());
        need(readable, "config.privateKey", "a PKCS #8 key of the curve P-256 is needed, in PEM")?;
    }
    Ok(())
}

fn check_names(connector: &Connector) -> Result<(), Missing> {
    let target = connector.target.as_str();
    let plain = target.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    need(
        plain && (1..=64).contains(&target.len()),
        "metadata.target",
        "one to 64 small letters, digits and hyphens are expected",
    )?;
    let name = connector.name.chars().count();
    need(
        (1..=64).contains(&name) && !connector.name.chars().any(char::is_control),
        "metadata.name",
        "a name of one to 64 characters is needed",
    )?;
    let client_id = connector.client_id.len();
    need((1..=LONGEST).contains(&client_id), "config.clientId", "what the provider knows us by is needed")?;
    let domains = &connector.trusted_domains;
    need(
        domains.len() <= MOST_DOMAINS && domains.iter().all(|domain| is_domain(domain)),
        "trustedDomains",
        "at most a hundred domains in small letters are expected, such as example.com",
    )
}

fn need(is: bool, field: &'static str, message: &'static str) -> Result<(), Missing> {
    if is { Ok(()) } else { Err(Missing { field, message }) }
}

fn is_address(text: &str) -> bool {
    text.len() <= LONGEST && WebUrl::parse(text).is_ok_and(|url| url.as_url().fragment().is_none())
}

fn is_issuer(text: &str) -> bool {
    is_address(text) && !text.contains('?')
}

fn is_domain(text: &str) -> bool {
    model::EmailAddress::parse(&format!("a@{text}"))
        .is_ok_and(|address| address.as_str() == format!("a@{text}"))
}
