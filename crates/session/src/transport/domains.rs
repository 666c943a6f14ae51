//! Under which domains a browser keeps cookies of the API's host (RFC 6265 §5.3).

use super::TransportError;
use super::address::{Address, cookie_domain};

/// A domain as given, normalised: one for which a browser takes cookies from the API's host.
pub(super) fn settable(api: &Address, field: &'static str, given: &str) -> Result<String, TransportError> {
    let domain = cookie_domain(given).ok_or_else(|| TransportError::Domain { field, given: given.into() })?;
    let bare = without_dot(&domain);
    let covers = match api.name() {
        Some(host) => host == bare || is_owned_parent(bare, host),
        // A host by its number takes no domain but itself.
        None => cookie_domain(api.origin()).as_deref() == Some(bare),
    };
    if covers { Ok(domain) } else { Err(TransportError::DomainForeign { field, domain }) }
}

/// Under which domains other than the one in use a browser may hold cookies of ours; `None` is the host alone.
/// If the older domain is known (empty for the host alone) it is that one, else all that the API's host may set.
pub(super) fn strays(
    api: &Address,
    in_use: Option<&str>,
    older: Option<&str>,
) -> Result<Vec<Option<String>>, TransportError> {
    let older = match older {
        Some("") => None,
        Some(given) => Some(settable(api, "older_cookie_domain", given)?),
        None => {
            let all = all_settable(api).into_iter();
            return Ok(all.filter(|domain| !is_same(domain.as_deref(), in_use)).collect());
        }
    };
    if is_same(older.as_deref(), in_use) { Err(TransportError::OlderDomainInUse) } else { Ok(vec![older]) }
}

/// The host alone, the host with the names below it, and each domain above it that is the owner's.
fn all_settable(api: &Address) -> Vec<Option<String>> {
    let mut domains = vec![None];
    let mut rest = api.name();
    while let Some(domain) = rest.filter(|domain| is_owned(domain)) {
        domains.push(Some(domain.into()));
        rest = domain.split_once('.').map(|(_, parent)| parent);
    }
    domains
}

fn is_owned_parent(domain: &str, host: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')) && is_owned(domain)
}

/// Whether a domain is below a public suffix, so that all its names are of one owner.
fn is_owned(domain: &str) -> bool {
    psl::domain_str(domain).is_some()
}

fn is_same(one: Option<&str>, other: Option<&str>) -> bool {
    one.map(without_dot) == other.map(without_dot)
}

fn without_dot(domain: &str) -> &str {
    domain.strip_prefix('.').unwrap_or(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_domain_covers_the_host() {
        #[track_caller]
        fn check(api: &str, domain: &str, expected: Option<&str>) {
            let made = settable(&Address::parse(api).unwrap(), "cookie_domain", domain);
            assert_eq!(made.as_deref().ok(), expected, "{api} {domain}");
        }
        check("https://api.example.com", ".Example.com", Some(".example.com"));
        check("https://api.example.com", "https://api.example.com/", Some("api.example.com"));
        check("https://api.example.com", "other.com", None);
        check("https://api.example.com", "ample.com", None);
        check("https://api.example.com", "com", None);
        check("https://api.example.com", "www.example.com", None);
        check("https://one.github.io", ".github.io", None);
        check("http://localhost:3000", ".localhost", Some("localhost"));
        check("http://127.0.0.1:3000", ".127.0.0.1", Some("127.0.0.1"));
        check("http://127.0.0.1:3000", "127.0.0.2", None);
    }

    #[test]
    fn strays_are_all_but_the_one_in_use_or_the_older_one() {
        #[track_caller]
        fn check(
            in_use: Option<&str>,
            older: Option<&str>,
            expected: Result<&[Option<&str>], TransportError>,
        ) {
            let api = Address::parse("https://api.eu.example.co.uk").unwrap();
            let strays = strays(&api, in_use, older);
            let strays = strays.as_ref().map(|all| all.iter().map(Option::as_deref).collect::<Vec<_>>());
            assert_eq!(strays, expected.as_ref().map(|all| all.to_vec()));
        }
        let [host, eu, top] = ["api.eu.example.co.uk", "eu.example.co.uk", "example.co.uk"].map(Some);
        check(None, None, Ok(&[host, eu, top]));
        check(Some(".example.co.uk"), None, Ok(&[None, host, eu]));
        check(top, Some(""), Ok(&[None]));
        check(None, Some(".example.co.uk"), Ok(&[Some(".example.co.uk")]));
        check(top, Some(".example.co.uk"), Err(TransportError::OlderDomainInUse));
        check(None, Some(""), Err(TransportError::OlderDomainInUse));
        let local = Address::parse("http://localhost").unwrap();
        assert_eq!(strays(&local, None, None), Ok(vec![]), "there is nothing above the host alone");
    }
}
