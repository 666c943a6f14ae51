//! Where an application lives.

use super::address::{Address, base_path};

/// The application that sessions are for: its name, and where its API and its website live. Every part is
/// normalised when it is made, as supertokens-node normalises `appInfo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppInfo {
    app_name: String,
    pub(super) api: Address,
    pub(super) website: Address,
    api_base_path: String,
    website_base_path: String,
}

/// A part of [`AppInfo`] that is not what it has to be: the operator's mistake, found at start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppInfoError {
    /// Not the address of a site.
    #[error("{field}: “{given}” is not the address of a site, such as https://api.example.com")]
    Address {
        /// The part.
        field: &'static str,
        /// What was given.
        given: String,
    },
    /// Nothing to call the application by.
    #[error("app_name: a name is expected")]
    Name,
    /// Not a path.
    #[error("{field}: “{given}” is not a path, such as /auth")]
    Path {
        /// The part.
        field: &'static str,
        /// What was given.
        given: String,
    },
}

impl AppInfo {
    /// An application whose API is at `api_domain` and whose website is at `website_domain`; both base paths
    /// are `/auth`.
    ///
    /// A domain is a scheme, a host and perhaps a port; a path after it is dropped. Without a scheme it is
    /// https, but http for localhost and for IP addresses.
    pub fn new(app_name: &str, api_domain: &str, website_domain: &str) -> Result<Self, AppInfoError> {
        let app_name = app_name.trim();
        if app_name.is_empty() {
            return Err(AppInfoError::Name);
        }
        Ok(Self {
            app_name: app_name.into(),
            api: address("api_domain", api_domain)?,
            website: address("website_domain", website_domain)?,
            api_base_path: "/auth".into(),
            website_base_path: "/auth".into(),
        })
    }

    /// The same with the session API below another path. `/` and the empty path are the root.
    pub fn with_api_base_path(self, path: &str) -> Result<Self, AppInfoError> {
        Ok(Self { api_base_path: parse_path("api_base_path", path)?, ..self })
    }

    /// The same with the pages that sign people in below another path.
    pub fn with_website_base_path(self, path: &str) -> Result<Self, AppInfoError> {
        Ok(Self { website_base_path: parse_path("website_base_path", path)?, ..self })
    }

    /// What the application is called.
    pub fn app_name(&self) -> &str {
        &self.app_name
    }

    /// The API's origin: scheme, host and, unless it is the scheme's own, port.
    pub fn api_domain(&self) -> &str {
        self.api.origin()
    }

    /// The website's origin.
    pub fn website_domain(&self) -> &str {
        self.website.origin()
    }

    /// The path of the session API, without a slash at its end; empty for the root.
    pub fn api_base_path(&self) -> &str {
        &self.api_base_path
    }

    /// The path of the pages that sign people in, written likewise.
    pub fn website_base_path(&self) -> &str {
        &self.website_base_path
    }
}

fn address(field: &'static str, given: &str) -> Result<Address, AppInfoError> {
    Address::parse(given).ok_or_else(|| AppInfoError::Address { field, given: given.into() })
}

fn parse_path(field: &'static str, given: &str) -> Result<String, AppInfoError> {
    base_path(given).ok_or_else(|| AppInfoError::Path { field, given: given.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_names_its_field() {
        let wrong = AppInfo::new("App", "https://api.example.com", "/website").unwrap_err();
        assert_eq!(
            wrong.to_string(),
            "website_domain: “/website” is not the address of a site, such as https://api.example.com"
        );
        assert_eq!(AppInfo::new("  ", "api.example.com", "example.com"), Err(AppInfoError::Name));
    }

    #[test]
    fn base_paths_are_auth_unless_told_otherwise() {
        let app = AppInfo::new(" App ", "api.example.com", "example.com").unwrap();
        assert_eq!((app.app_name(), app.api_base_path(), app.website_base_path()), ("App", "/auth", "/auth"));
        let app = app.with_api_base_path("/").unwrap().with_website_base_path("sign-in/").unwrap();
        assert_eq!((app.api_base_path(), app.website_base_path()), ("", "/sign-in"));
        assert_eq!(
            (app.api_domain(), app.website_domain()),
            ("https://api.example.com", "https://example.com")
        );
    }
}
