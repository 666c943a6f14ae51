//! Addresses of sites, and which of them browsers take for one site.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// The origin of a site, normalised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    origin: String,
    host: Host,
    https: bool,
}

/// What two addresses share when a browser sends the cookies of one with requests from the other ("same site",
/// RFC 6265bis §5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Site<'a> {
    /// This machine, or a machine by its number: all the same site, as far as supertokens-node is concerned.
    /// Nobody owns a name here that somebody else could have a sibling of.
    Local,
    /// The registrable domain by the public suffix list, its private part included; a host that is itself a
    /// public suffix, or has no dot, stands for itself.
    Named(&'a str),
}

impl Address {
    /// Reads an address as supertokens-node does: without a scheme it is https, but http for localhost and IP
    /// addresses; what follows the host is dropped. `None` for anything that names no site.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let url = if text.starts_with("http://") || text.starts_with("https://") {
            Url::parse(&text).ok()?
        } else {
            let bare = text.strip_prefix('.').unwrap_or(&text);
            let named = bare.contains('.') || bare.starts_with("localhost") || bare.starts_with('[');
            if !named || bare.starts_with('/') || bare.contains("://") {
                return None;
            }
            let secure = Url::parse(&format!("https://{bare}")).ok()?;
            let local = matches!(site_of(&secure.host()?.to_owned()), Site::Local);
            if local { Url::parse(&format!("http://{bare}")).ok()? } else { secure }
        };
        if !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let host = url.host()?.to_owned();
        Some(Self { origin: url.origin().ascii_serialization(), host, https: url.scheme() == "https" })
    }

    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) const fn is_https(&self) -> bool {
        self.https
    }

    /// The host's name; `None` for an IP address.
    pub(super) fn name(&self) -> Option<&str> {
        match &self.host {
            Host::Domain(name) => Some(name),
            Host::Ipv4(_) | Host::Ipv6(_) => None,
        }
    }

    pub(super) fn site(&self) -> Site<'_> {
        site_of(&self.host)
    }
}

fn site_of(host: &Host) -> Site<'_> {
    match host {
        Host::Domain(name) if is_localhost(name) => Site::Local,
        Host::Domain(name) => Site::Named(psl::domain_str(name).unwrap_or(name)),
        Host::Ipv4(_) | Host::Ipv6(_) => Site::Local,
    }
}

fn is_localhost(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

/// A cookie's domain as supertokens-node normalises it: trimmed, in lower case, without scheme, port and path;
/// one leading dot is kept, but not before localhost or an IP address. `None` if it names no host.
pub(super) fn cookie_domain(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let bare = text.strip_prefix('.').unwrap_or(&text);
    let with_scheme = bare.starts_with("http://") || bare.starts_with("https://");
    let url = Url::parse(&if with_scheme { bare.into() } else { format!("http://{bare}") }).ok()?;
    match url.host()? {
        Host::Domain(name) if name.split('.').any(str::is_empty) => None,
        Host::Domain(name) if text.starts_with('.') && !is_localhost(name) => Some(format!(".{name}")),
        Host::Domain(name) => Some(name.into()),
        Host::Ipv4(number) => Some(Ipv4Addr::to_string(&number)),
        Host::Ipv6(number) => Some(Ipv6Addr::to_string(&number)),
    }
}

/// A path as supertokens-node normalises it: a slash at its start, none at its end, so that the root is empty;
/// of an address only its path counts. `None` if it is none, or one that would end in the midst of a cookie.
pub(super) fn base_path(text: &str) -> Option<String> {
    let text = text.trim();
    let lower = text.to_lowercase();
    let url = if lower.starts_with("http://") || lower.starts_with("https://") {
        Url::parse(text)
    } else if names_a_host(&lower) {
        Url::parse(&format!("http://{text}"))
    } else {
        let slash = if text.starts_with('/') { "" } else { "/" };
        Url::parse(&format!("http://example.com{slash}{text}"))
    };
    let url = url.ok()?;
    let path = url.path().trim_end_matches('/');
    (!path.contains(';')).then(|| path.into())
}

/// Whether a text without a scheme begins with a host: it has a dot before the first slash, or is localhost.
fn names_a_host(text: &str) -> bool {
    let first = text.split('/').next().unwrap_or("");
    text.starts_with("localhost") || first.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_get_a_scheme_and_lose_their_path() {
        #[track_caller]
        fn check(text: &str, origin: Option<&str>) {
            assert_eq!(Address::parse(text).as_ref().map(Address::origin), origin, "{text}");
        }
        check(" HTTPS://API.Example.com/path?x ", Some("https://api.example.com"));
        check("http://api.example.com:80", Some("http://api.example.com"));
        check("api.example.com:8080", Some("https://api.example.com:8080"));
        check("localhost", Some("http://localhost"));
        check("localhost:3000", Some("http://localhost:3000"));
        check("localhost:443", Some("http://localhost:443"));
        check("https://localhost", Some("https://localhost"));
        check("127.0.0.1:3000", Some("http://127.0.0.1:3000"));
        check("[::1]:3000", Some("http://[::1]:3000"));
        check(".example.com", Some("https://example.com"));
        check("http://intranet", Some("http://intranet"));
        for wrong in ["", "/", "/a.b", "intranet", "ftp://a.b", "https://", "me@example.com", "a b.c"] {
            check(wrong, None);
        }
    }

    #[test]
    fn sites_follow_the_public_suffix_list_with_its_private_part() {
        #[track_caller]
        fn check(address: &str, site: Site<'_>) {
            assert_eq!(Address::parse(address).unwrap().site(), site, "{address}");
        }
        check("https://api.example.co.uk", Site::Named("example.co.uk"));
        check("https://one.github.io", Site::Named("one.github.io"));
        check("https://github.io", Site::Named("github.io"));
        check("https://ec2-1.compute-1.amazonaws.com", Site::Named("ec2-1.compute-1.amazonaws.com"));
        check("http://intranet", Site::Named("intranet"));
        check("http://machine.local", Site::Named("machine.local"));
        check("http://127.0.0.1", Site::Local);
        check("http://[::1]", Site::Local);
        check("http://app.localhost", Site::Local);
        check("http://localhost.example.com", Site::Named("example.com"));
    }

    #[test]
    fn cookie_domains_keep_one_dot() {
        #[track_caller]
        fn check(text: &str, domain: Option<&str>) {
            assert_eq!(cookie_domain(text).as_deref(), domain, "{text}");
        }
        check(" .Example.com ", Some(".example.com"));
        check("https://api.example.com:80/path", Some("api.example.com"));
        check(".localhost", Some("localhost"));
        check(".127.0.0.1", Some("127.0.0.1"));
        check("", None);
        check("..", None);
    }

    #[test]
    fn paths_begin_with_a_slash_and_never_end_with_one() {
        #[track_caller]
        fn check(text: &str, path: &str) {
            assert_eq!(base_path(text).as_deref(), Some(path), "{text}");
        }
        for root in ["", "/", "//", "https://example.com", "localhost:3000"] {
            check(root, "");
        }
        for auth in ["auth", "/auth", " /auth/ ", "https://example.com/auth?x#y", "example.com/auth/"] {
            check(auth, "/auth");
        }
        check("/.netlify/functions", "/.netlify/functions");
        assert_eq!(base_path("https://"), None);
        assert_eq!(base_path("/a; Domain=b"), None);
    }
}
