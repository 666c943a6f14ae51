//! Configuration: flags, variables and a file, each setting with the place it was set, so that an error can name
//! it.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use admin::Endpoint;
use anyhow::{Context as _, bail};
use deliver::{MailSettings, SmsSettings, SmsSettingsError, Templates};
use ipnet::IpNet;
use keys::KeySchedule;
use secrecy::SecretString;
use session::rotation::RotationSettings;

use crate::cli::SettingFlags;

/// Every key: as the file writes it. Its variable is `ONWARD_` and the key in capitals, with `_` for `.` and `-`.
const KEYS: [&str; 22] = [
    "data-dir",
    "database",
    "durability",
    "endpoint",
    "hashing-threads",
    "keys.jwks-max-age",
    "keys.lead",
    "keys.period",
    "listen",
    "log",
    "log-format",
    "mail",
    "mail-from",
    "mail-templates",
    "metrics-listen",
    "secret-key-file",
    "sms",
    "sms-key",
    "sms-per-hour",
    "sign-in.flow-lifetime",
    "tokens.rotation-window",
    "trusted-proxies",
];

/// The variable that names the file.
const CONFIG_VARIABLE: &str = "ONWARD_CONFIG";

/// What the server is told.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    pub(crate) listen: SocketAddr,
    pub(crate) metrics_listen: Option<SocketAddr>,
    pub(crate) endpoint: Endpoint,
    pub(crate) data_dir: PathBuf,
    pub(crate) database: Option<SecretString>,
    pub(crate) durability: database::Durability,
    pub(crate) secret_key_file: Option<PathBuf>,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) hashing_threads: usize,
    pub(crate) flow_lifetime: Duration,
    pub(crate) rotation: RotationSettings,
    pub(crate) keys: KeySchedule,
    pub(crate) mail: Option<MailSettings>,
    pub(crate) sms: Option<SmsSettings>,
    pub(crate) log: String,
    pub(crate) log_json: bool,
}

/// Where a setting was set.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    Flag(&'static str),
    Variable(String),
    File(PathBuf, String),
    Default(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(key) => write!(f, "--{key}"),
            Self::Variable(name) => f.write_str(name),
            Self::File(path, key) => write!(f, "“{key}” in {}", path.display()),
            Self::Default(key) => write!(f, "the default of “{key}”"),
        }
    }
}

#[derive(Debug, Default)]
struct Settings(BTreeMap<&'static str, (String, Source)>);

impl Configuration {
    /// Reads flags, the environment and the file.
    pub(crate) fn read(flags: &SettingFlags) -> anyhow::Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            name.starts_with("ONWARD_").then(|| (name, value.to_string_lossy().into_owned()))
        });
        Self::resolve(flags, variables.collect())
    }

    fn resolve(flags: &SettingFlags, mut variables: BTreeMap<String, String>) -> anyhow::Result<Self> {
        let named = flags.config.clone().or_else(|| variables.get(CONFIG_VARIABLE).map(PathBuf::from));
        variables.remove(CONFIG_VARIABLE);
        let mut settings = Settings::default();
        match named {
            Some(path) => settings.add_file(&path)?,
            None if Path::new("onward.toml").exists() => settings.add_file(Path::new("onward.toml"))?,
            None => {}
        }
        settings.add_variables(variables)?;
        settings.add_flags(flags);
        settings.finish()
    }
}

impl Settings {
    fn add_file(&mut self, path: &Path) -> anyhow::Result<()> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let table: toml::Table =
            text.parse().with_context(|| format!("{} is not valid TOML", path.display()))?;
        self.add_table(path, "", &table)
    }

    fn add_table(&mut self, path: &Path, prefix: &str, table: &toml::Table) -> anyhow::Result<()> {
        for (name, value) in table {
            let key = format!("{prefix}{}", name.replace('_', "-"));
            if let toml::Value::Table(inner) = value {
                self.add_table(path, &format!("{key}."), inner)?;
                continue;
            }
            let text = match value {
                toml::Value::String(text) => text.clone(),
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Array(items) => {
                    let items = items.iter().map(|item| item.as_str().map(str::to_owned));
                    let items: Option<Vec<String>> = items.collect();
                    items
                        .with_context(|| {
                            format!("“{key}” in {}: a list of texts is expected", path.display())
                        })?
                        .join(",")
                }
                other @ (toml::Value::Boolean(_)
                | toml::Value::Datetime(_)
                | toml::Value::Float(_)
                | toml::Value::Table(_)) => {
                    bail!("“{key}” in {}: a text is expected, not a {}", path.display(), other.type_str())
                }
            };
            let Some(known) = KEYS.into_iter().find(|known| *known == key) else {
                bail!("“{key}” in {} is not a setting. The settings are: {}", path.display(), KEYS.join(", "))
            };
            self.0.insert(known, (text, Source::File(path.to_owned(), key)));
        }
        Ok(())
    }

    fn add_variables(&mut self, variables: BTreeMap<String, String>) -> anyhow::Result<()> {
        for (name, value) in variables {
            let Some(key) = KEYS.into_iter().find(|key| variable(key) == name) else {
                let known: Vec<String> = KEYS.iter().map(|key| variable(key)).collect();
                bail!("{name} is not a setting. The variables are: {CONFIG_VARIABLE}, {}", known.join(", "))
            };
            self.0.insert(key, (value, Source::Variable(name)));
        }
        Ok(())
    }

    fn add_flags(&mut self, flags: &SettingFlags) {
        for (key, value) in [
            ("listen", &flags.listen),
            ("endpoint", &flags.endpoint),
            ("data-dir", &flags.data_dir),
            ("database", &flags.database),
            ("durability", &flags.durability),
            ("log", &flags.log),
            ("log-format", &flags.log_format),
        ] {
            if let Some(value) = value {
                self.0.insert(key, (value.clone(), Source::Flag(key)));
            }
        }
    }

    /// One setting, read; the error names the key, the place and what is wrong, never the value of a secret.
    fn one<T>(
        &self,
        key: &'static str,
        default: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> anyhow::Result<T> {
        let (text, source) = match self.0.get(key) {
            Some((text, source)) => (text.as_str(), source.clone()),
            None => (default, Source::Default(key)),
        };
        read(text.trim()).map_err(|wrong| anyhow::anyhow!("{source}: {wrong}"))
    }

    /// The timing of signing keys, whose parts must fit together (C085).
    fn keys(&self) -> anyhow::Result<KeySchedule> {
        let usual = KeySchedule::default();
        let seconds = |key, usual: Duration| {
            self.one(key, &usual.as_secs().to_string(), |text| {
                text.parse()
                    .map(Duration::from_secs)
                    .map_err(|_| format!("“{text}” is not a number of seconds"))
            })
        };
        let schedule = KeySchedule {
            period: seconds("keys.period", usual.period)?,
            lead: seconds("keys.lead", usual.lead)?,
            jwks_max_age: seconds("keys.jwks-max-age", usual.jwks_max_age)?,
            ..usual
        };
        if !schedule.is_sound() {
            bail!(
                "keys.jwks-max-age ({} s) must be shorter than keys.lead ({} s), and that shorter than keys.period ({} s): \
                 else clients meet a key they have not fetched yet",
                schedule.jwks_max_age.as_secs(),
                schedule.lead.as_secs(),
                schedule.period.as_secs()
            );
        }
        Ok(schedule)
    }

    /// Where letters go, if anywhere, and from whom they are.
    fn mail(&self, endpoint: &Endpoint) -> anyhow::Result<Option<MailSettings>> {
        let from = format!("Onward <no-reply@{}>", endpoint.host());
        let from = self.one("mail-from", &from, |text| Ok(text.to_owned()))?;
        let parse = |route: &str, from: &str| MailSettings::parse(route, from).map_err(|e| e.to_string());
        // Each setting is read with the other one known to be right, so that the error names the wrong one.
        self.one("mail-from", &from, |from| parse("file:.", from))?;
        let templates = self.one("mail-templates", "", |folder| match folder {
            "" => Ok(None),
            folder => Templates::load(Path::new(folder)).map(Some).map_err(|error| error.to_string()),
        })?;
        let mail = self.one("mail", "", |route| match route {
            "" => Ok(None),
            route => parse(route, &from).map(Some),
        })?;
        Ok(match (mail, templates) {
            (Some(mail), Some(templates)) => Some(mail.with_templates(templates)),
            (mail, _) => mail,
        })
    }

    /// By whom text messages go, if by anybody.
    fn sms(&self) -> anyhow::Result<Option<SmsSettings>> {
        let key = self.one("sms-key", "", |key| Ok(key.to_owned()))?;
        let per_hour = self.one("sms-per-hour", "1000", |text| match text.parse() {
            Ok(number @ 1..) => Ok(number),
            Ok(_) | Err(_) => Err(format!("“{text}” is not a number of text messages")),
        })?;
        self.one("sms", "", |route| match route {
            "" => Ok(None),
            route => match SmsSettings::parse(route, &key) {
                Ok(settings) => Ok(Some(settings.with_per_hour(per_hour))),
                Err(SmsSettingsError::Key) => Err(format!("sms-key: {}", SmsSettingsError::Key)),
                Err(error) => Err(error.to_string()),
            },
        })
    }

    fn finish(self) -> anyhow::Result<Configuration> {
        let listen = self.one("listen", "127.0.0.1:3001", address)?;
        let endpoint = format!("http://localhost:{}", listen.port());
        let endpoint =
            self.one("endpoint", &endpoint, |text| Endpoint::parse(text).map_err(|e| e.to_string()))?;
        let mail = self.mail(&endpoint)?;
        let sms = self.sms()?;
        Ok(Configuration {
            listen,
            metrics_listen: self.one("metrics-listen", "", |text| match text {
                "" => Ok(None),
                text => address(text).map(Some),
            })?,
            endpoint,
            mail,
            sms,
            data_dir: self.one("data-dir", "./onward-data", |text| Ok(PathBuf::from(text)))?,
            database: self.one("database", "", |text| match text {
                "" => Ok(None),
                url if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                    Ok(Some(SecretString::from(url.to_owned())))
                }
                _ => Err("an address that begins with postgres:// is expected".to_owned()),
            })?,
            durability: self.one("durability", "full", |text| match text {
                "full" => Ok(database::Durability::Full),
                "normal" => Ok(database::Durability::Normal),
                _ => Err(format!("“{text}” is neither full nor normal")),
            })?,
            secret_key_file: self.one("secret-key-file", "", |text| {
                Ok(Some(text).filter(|t| !t.is_empty()).map(PathBuf::from))
            })?,
            trusted_proxies: self.one("trusted-proxies", "", |text| {
                text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(network).collect()
            })?,
            hashing_threads: self.one("hashing-threads", "0", |text| {
                text.parse().map_err(|_| format!("“{text}” is not a number of threads"))
            })?,
            flow_lifetime: self.one("sign-in.flow-lifetime", "3600", |text| match text.parse() {
                Ok(seconds @ 1..=86_400) => Ok(Duration::from_secs(seconds)),
                Ok(_) | Err(_) => Err(format!("“{text}” is not a number of seconds between 1 and 86400")),
            })?,
            rotation: self.one("tokens.rotation-window", "30", rotation)?,
            keys: self.keys()?,
            log: self.one("log", "info", |text| Ok(text.to_owned()))?,
            log_json: self.one("log-format", "text", |text| match text {
                "text" => Ok(false),
                "json" => Ok(true),
                _ => Err(format!("“{text}” is neither text nor json")),
            })?,
        })
    }
}

/// The window of refresh-token rotation (`docs/rotation.md`). Without a window nothing is recovered either.
fn rotation(text: &str) -> Result<RotationSettings, String> {
    let usual = RotationSettings::default();
    let seconds: u64 = text.parse().map_err(|_| format!("“{text}” is not a number of seconds"))?;
    let limit = if seconds == 0 { None } else { usual.recovery_limit() };
    let settings = RotationSettings::new(Duration::from_secs(seconds), limit, usual.idle_lifetime());
    settings.map_err(|error| error.to_string())
}

fn variable(key: &str) -> String {
    format!("ONWARD_{}", key.to_uppercase().replace(['.', '-'], "_"))
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("“{text}” is not an address with a port, such as 127.0.0.1:3001"))
}

fn network(text: &str) -> Result<IpNet, String> {
    let single = |_| text.parse::<IpAddr>().map(IpNet::from);
    text.parse::<IpNet>()
        .or_else(single)
        .map_err(|_| format!("“{text}” is not a network, such as 10.0.0.0/8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(flags: SettingFlags, variables: &[(&str, &str)]) -> anyhow::Result<Configuration> {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Configuration::resolve(&flags, variables.collect())
    }

    fn file(text: &str) -> (tempfile::TempDir, SettingFlags) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("onward.toml");
        std::fs::write(&path, text).unwrap();
        (folder, SettingFlags { config: Some(path), ..SettingFlags::default() })
    }

    #[test]
    fn a_flag_wins_over_a_variable_and_a_variable_over_the_file() {
        let (_folder, flags) = file(
            "listen = \"127.0.0.1:1\"\nendpoint = \"https://file.example\"\n[sign-in]\nflow-lifetime = 60\n",
        );
        let flags = SettingFlags { listen: Some("127.0.0.1:3".into()), ..flags };
        let read = resolve(
            flags,
            &[("ONWARD_LISTEN", "127.0.0.1:2"), ("ONWARD_ENDPOINT", "https://variable.example")],
        );
        let read = read.unwrap();
        assert_eq!(read.listen.port(), 3);
        assert_eq!(read.endpoint.as_str(), "https://variable.example");
        assert_eq!(read.flow_lifetime, Duration::from_secs(60));
    }

    #[test]
    fn the_endpoint_follows_the_port() {
        let flags = SettingFlags { listen: Some("127.0.0.1:4000".into()), ..SettingFlags::default() };
        assert_eq!(resolve(flags, &[]).unwrap().endpoint.as_str(), "http://localhost:4000");
    }

    #[test]
    fn c085_a_key_set_that_may_be_kept_longer_than_a_key_is_published_ahead_is_refused() {
        let refused = |variables| format!("{:#}", resolve(SettingFlags::default(), variables).unwrap_err());
        let said = refused(&[("ONWARD_KEYS_JWKS_MAX_AGE", "86400")]);
        assert!(
            said.starts_with("keys.jwks-max-age (86400 s) must be shorter than keys.lead (86400 s)"),
            "{said}"
        );
        assert!(refused(&[("ONWARD_KEYS_LEAD", "7776000")]).contains("keys.period (7776000 s)"));
        let sound = [("ONWARD_KEYS_LEAD", "7200"), ("ONWARD_KEYS_PERIOD", "86400")];
        assert_eq!(resolve(SettingFlags::default(), &sound).unwrap().keys.lead, Duration::from_secs(7_200));
    }

    #[test]
    fn c180_a_wrong_or_unknown_key_is_an_error_that_names_it_and_its_place() {
        let none = SettingFlags::default;
        let error = |result: anyhow::Result<Configuration>| format!("{:#}", result.unwrap_err());
        assert!(
            error(resolve(none(), &[("ONWARD_LISTEM", "x")])).starts_with("ONWARD_LISTEM is not a setting")
        );
        assert!(
            error(resolve(none(), &[("ONWARD_LISTEN", "x")]))
                .starts_with("ONWARD_LISTEN: “x” is not an address")
        );
        let (_folder, flags) = file("lisen = \"x\"");
        assert!(error(resolve(flags, &[])).starts_with("“lisen” in "));
        let (_folder, flags) = file("[sign_in]\nflow_lifetime = \"soon\"");
        let text = error(resolve(flags, &[]));
        assert!(text.starts_with("“sign-in.flow-lifetime” in ") && text.contains("soon"), "{text}");
        let (_folder, flags) = file("listen = [");
        assert!(error(resolve(flags, &[])).contains("is not valid TOML"));
        let mail = error(resolve(none(), &[("ONWARD_MAIL", "imap://user:secret@host")]));
        assert!(
            mail.starts_with("ONWARD_MAIL: neither an SMTP server") && !mail.contains("secret"),
            "{mail}"
        );
        assert!(error(resolve(none(), &[("ONWARD_MAIL_FROM", "us")])).starts_with("ONWARD_MAIL_FROM: not a"));
        let url = error(resolve(none(), &[("ONWARD_DATABASE", "mysql://user:secret@host")]));
        assert!(!url.contains("secret"), "{url}");
    }
}
