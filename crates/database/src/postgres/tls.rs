//! TLS to the server: always with a verified certificate, or not at all.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::Error;

const OPENING: &str = "postgres: open";

/// How the bytes travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    Plain,
    Tls,
}

impl Transport {
    pub(super) fn mode(self) -> SslMode {
        match self {
            Self::Plain => SslMode::Disable,
            Self::Tls => SslMode::Require,
        }
    }
}

/// Follows the address; where it leaves the choice, bytes that leave this machine are encrypted.
pub(super) fn choose(config: &Config) -> Transport {
    let mode = config.get_ssl_mode();
    let left_open = mode != SslMode::Disable && mode != SslMode::Require;
    if mode == SslMode::Disable || left_open && stays_here(config) {
        Transport::Plain
    } else {
        Transport::Tls
    }
}

fn stays_here(config: &Config) -> bool {
    let addresses = config.get_hostaddrs();
    if !addresses.is_empty() {
        return addresses.iter().all(IpAddr::is_loopback);
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        }
    })
}

/// A connector that trusts these certificates, or those of the system.
pub(super) fn connector(certificates: Option<&Path>) -> Result<MakeRustlsConnect, Error> {
    let mut roots = RootCertStore::empty();
    match certificates {
        Some(path) => {
            let unreadable = |error: &dyn std::fmt::Display| {
                Error::bug(OPENING, format!("{} holds no readable certificates: {error}", path.display()))
            };
            for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unreadable(&error))? {
                let certificate = certificate.map_err(|error| unreadable(&error))?;
                roots.add(certificate).map_err(|error| unreadable(&error))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        return Err(Error::bug(OPENING, "TLS is asked for, but there are no certificates to trust"));
    }
    // The provider is named: which one is the process's default is not for a library to know.
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::bug(OPENING, error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_leave_the_machine_encrypted_unless_told_otherwise() {
        let check = |url: &str, expected: Transport| {
            assert_eq!(choose(&url.parse().unwrap()), expected, "{url}");
        };
        check("postgres://db.example.com/onward", Transport::Tls);
        check("postgres://db.example.com/onward?sslmode=prefer", Transport::Tls);
        check("postgres://db.example.com/onward?sslmode=disable", Transport::Plain);
        check("postgres://localhost/onward", Transport::Plain);
        check("postgres://127.0.0.1/onward", Transport::Plain);
        check("postgres://[::1]/onward", Transport::Plain);
        check("host=/run/postgresql dbname=onward", Transport::Plain);
        check("postgres://localhost,10.0.0.7/onward", Transport::Tls);
        check("host=localhost hostaddr=10.0.0.7", Transport::Tls);
        check("postgres://localhost/onward?sslmode=require", Transport::Tls);
    }

    #[test]
    fn a_file_without_certificates_is_said_to_be_so() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(matches!(connector(Some(file.path())), Err(Error::Bug { .. })));
    }
}
