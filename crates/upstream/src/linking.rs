//! Whose account an identity becomes that nobody has yet (C168–C171): one table.
//!
//! An identity that is known signs in, whatever its address says today. For one that is not:
//!
//! | the provider is believed about the address | it says that it has verified it | here the address is | then |
//! |---|---|---|---|
//! | yes | yes | verified | **link**, at once |
//! | yes | yes | nobody's | **register**, with the address |
//! | yes | yes | somebody's who has not verified it | **ask** |
//! | no, or it says no address | any | any | **ask** |
//! | any | no | any | **ask** |
//!
//! *Ask* shows one page, the same whether there is an account or not: sign in to show that an account is yours, or
//! make a new one. So nobody learns from a provider of their own whose addresses are known here.

use model::{Connector, EmailAddress};

use crate::provider;

/// What is known of the address here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Local {
    /// No account has it.
    Absent,
    /// An account has it, and its owner never showed that it is theirs.
    Unverified,
    /// An account has it, and it is its owner's.
    Verified,
}

/// What happens with an identity that is nobody's yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linking {
    /// The person says whose account it is, and proves it.
    Ask,
    /// It becomes a way into the account that has the address.
    Link,
    /// It becomes a new account with the address.
    Register,
}

/// The table.
pub const fn decide(believed: bool, verified: bool, local: Local) -> Linking {
    match (believed, verified, local) {
        (true, true, Local::Verified) => Linking::Link,
        (true, true, Local::Absent) => Linking::Register,
        (true, true, Local::Unverified) | (false, _, _) | (true, false, _) => Linking::Ask,
    }
}

/// Whether a provider is believed about an address: by the operator's word, or because it hands it out itself.
pub fn is_believed(connector: &Connector, address: &EmailAddress) -> bool {
    let domain = address.as_str().rsplit_once('@').map_or("", |(_, domain)| domain);
    provider(connector.provider).authority.contains(&domain) || connector.is_trusted_for(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{ConnectorId, ConnectorSettings, ProviderKind, Timestamp};

    #[test]
    fn c169_the_truth_table() {
        use Linking::{Ask, Link, Register};
        use Local::{Absent, Unverified, Verified};
        for (believed, verified, local, then) in [
            (true, true, Verified, Link),
            (true, true, Absent, Register),
            (true, true, Unverified, Ask),
            (true, false, Verified, Ask),
            (true, false, Unverified, Ask),
            (true, false, Absent, Ask),
            (false, true, Verified, Ask),
            (false, true, Unverified, Ask),
            (false, true, Absent, Ask),
            (false, false, Verified, Ask),
            (false, false, Unverified, Ask),
            (false, false, Absent, Ask),
        ] {
            assert_eq!(decide(believed, verified, local), then, "{believed} {verified} {local:?}");
        }
    }

    #[test]
    fn c169_trust_is_for_the_very_domain() {
        let connector = |kind| Connector {
            id: ConnectorId::from_bytes([1; 16]),
            provider: kind,
            target: "work".into(),
            name: "Work".into(),
            client_id: "c".into(),
            settings: ConnectorSettings::default(),
            enabled: true,
            trusted_domains: vec!["work.example".into()],
            created_at: Timestamp::from_seconds(1),
            updated_at: Timestamp::from_seconds(1),
        };
        let believed = |kind, text: &str| is_believed(&connector(kind), &EmailAddress::parse(text).unwrap());
        assert!(believed(ProviderKind::OpenId, "ada@work.example"));
        assert!(believed(ProviderKind::OpenId, "ada@WORK.example"), "hosts have no case");
        for other in
            ["ada@sub.work.example", "ada@notwork.example", "ada@work.example.evil.example", "ada@gmail.com"]
        {
            assert!(!believed(ProviderKind::OpenId, other), "{other}");
        }
        assert!(believed(ProviderKind::Google, "ada@gmail.com"), "Google hands these out");
    }
}
