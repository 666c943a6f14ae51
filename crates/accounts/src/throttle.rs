//! Slowing down guessing. Tries are counted before anything is verified, in one atomic store method, so that
//! neither parallel requests nor several nodes gain anything (C147).
//!
//! Three counters for a browser that is not known: the account from this network, the account from anywhere,
//! and this network. A browser in which the person has signed in before has a counter of its own instead, so
//! that nobody can lock the owner out of it (C149). Letters are counted in the same way: to people without a password
//! they are the way in.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use model::Timestamp;
use store::throttles::{Count, Counter};

/// How many tries are let through in which time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Tries in the window.
    pub tries: i64,
    /// The window.
    pub window: Duration,
}

/// The limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// One account from one network, and one account in a browser that is known.
    pub account_here: Limit,
    /// One account from anywhere: at most a hundred failures (SP 800-63B-4 §3.2.2).
    pub account: Limit,
    /// Everything from one network.
    pub network: Limit,
    /// Accounts made from one network.
    pub registration: Limit,
    /// Letters with a link, for what one network types as one account, or a browser that is known.
    pub letter_here: Limit,
    /// Letters with a link, for what is typed as one account anywhere.
    pub letter: Limit,
    /// Text messages to numbers that an account wants for its own. Each costs money, and whoever orders one may earn by it.
    pub number: Limit,
    /// The same, from one network.
    pub number_network: Limit,
    /// Codes of letters and text messages, for what was typed as one account: by strangers, and again by all browsers that
    /// are known together, as whoever has a password can make many of those. So one in twenty-five thousand is guessed a
    /// day. A stranger's guesses lock out nobody in a known browser, nor who follows the link of a letter; who has only
    /// a telephone, and a new browser, waits.
    pub code: Limit,
    /// Requests of one network, whatever they ask for. Generous: an office behind one address never meets it.
    pub requests: Limit,
}

impl Default for Limits {
    fn default() -> Self {
        let quarter = Duration::from_secs(15 * 60);
        let hour = Duration::from_secs(3_600);
        Self {
            account_here: Limit { tries: 10, window: quarter },
            account: Limit { tries: 100, window: hour },
            network: Limit { tries: 300, window: quarter },
            registration: Limit { tries: 100, window: hour },
            letter_here: Limit { tries: 5, window: hour },
            letter: Limit { tries: 20, window: hour },
            number: Limit { tries: 5, window: hour * 24 },
            number_network: Limit { tries: 20, window: hour },
            code: Limit { tries: 20, window: hour * 24 },
            requests: Limit { tries: 6_000, window: Duration::from_secs(60) },
        }
    }
}

/// One browser in which somebody has signed in: a random name, sealed in a cookie of that browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device(pub [u8; 16]);

/// What is counted against which limit.
#[derive(Clone, Debug)]
pub struct Budget(Vec<(Counter, Limit)>);

impl Budget {
    /// The counters of a sign-in. `account` names the account: its id, or the normal form that nobody has.
    pub fn sign_in(limits: &Limits, account: &str, network: Network, known_browser: Option<Device>) -> Self {
        let network = network.text();
        if let Some(Device(device)) = known_browser {
            let device = u128::from_be_bytes(device);
            return Self(vec![charge("known", &format!("{account}\n{device:032x}"), limits.account_here)]);
        }
        Self(vec![
            charge("here", &format!("{account}\n{network}"), limits.account_here),
            charge("account", account, limits.account),
            charge("network", &network, limits.network),
        ])
    }

    /// The counter of a registration.
    pub fn registration(limits: &Limits, network: Network) -> Self {
        Self(vec![charge("registration", &network.text(), limits.registration)])
    }

    /// The counters of asking for a link. `asked` is the hash of what was typed, whether an account has it or not: what
    /// is told here must not depend on that.
    pub fn letter(limits: &Limits, asked: &str, network: Network, known_browser: Option<Device>) -> Self {
        let network = network.text();
        if let Some(Device(device)) = known_browser {
            let device = u128::from_be_bytes(device);
            return Self(vec![
                charge("known letter", &format!("{asked}\n{device:032x}"), limits.letter_here),
                charge("known letters", asked, limits.letter),
            ]);
        }
        Self(vec![
            charge("letter here", &format!("{asked}\n{network}"), limits.letter_here),
            charge("letter", asked, limits.letter),
            charge("network", &network, limits.network),
        ])
    }

    /// The counters of asking for a text message to a number that an account wants for its own.
    pub fn number(limits: &Limits, account: &str, asked: &str, network: Network) -> Self {
        let network = network.text();
        Self(vec![
            charge("number", account, limits.number),
            charge("letter", asked, limits.letter),
            charge("number network", &network, limits.number_network),
        ])
    }

    /// The counters of typing the code of a letter. `asked` as for [`Self::letter`].
    pub fn code(limits: &Limits, asked: &str, network: Network, known_browser: Option<Device>) -> Self {
        if let Some(Device(device)) = known_browser {
            let device = u128::from_be_bytes(device);
            return Self(vec![
                charge("known code", &format!("{asked}\n{device:032x}"), limits.code),
                charge("known codes", asked, limits.code),
            ]);
        }
        Self(vec![charge("code", asked, limits.code), charge("network", &network.text(), limits.network)])
    }

    /// The counters, to be counted.
    pub fn counters(&self) -> Vec<Counter> {
        self.0.iter().map(|(counter, _)| *counter).collect()
    }

    /// How long to wait, when the counts say that it is too much.
    pub fn wait(&self, counts: &[Count], now: Timestamp) -> Option<Duration> {
        let exceeded = self.0.iter().zip(counts).filter(|((_, limit), count)| count.tries > limit.tries);
        let waits = exceeded.map(|((_, limit), count)| count.began_at.plus(limit.window).since(now));
        waits.max().map(|wait| wait.max(Duration::from_secs(1)))
    }

    /// The keys that a success clears: those of the account, not that of the network.
    pub fn cleared_by_success(&self) -> Vec<[u8; 32]> {
        self.0.iter().take(2).map(|(counter, _)| counter.key).collect()
    }
}

fn charge(kind: &str, subject: &str, limit: Limit) -> (Counter, Limit) {
    let key = keys::opaque::hash(format!("{kind}\n{subject}").as_bytes());
    (Counter { key, window: limit.window }, limit)
}

/// Where a request comes from: the address, or the /64 of an IPv6 one, which is what one household or attacker has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// The network of an address.
    pub const fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        })
    }

    fn text(self) -> String {
        match self.0 {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn the_longest_wait_counts() {
        let network = Network::of("192.0.2.1".parse().unwrap());
        let budget = Budget::sign_in(&Limits::default(), "ada", network, None);
        let fine = Count { tries: 10, began_at: at(0) };
        assert_eq!(budget.wait(&[fine, fine, fine], at(60)), None);
        let spent = Count { tries: 11, began_at: at(0) };
        assert_eq!(budget.wait(&[spent, fine, fine], at(60)), Some(Duration::from_secs(840)));
        let everywhere = Count { tries: 101, began_at: at(0) };
        assert_eq!(budget.wait(&[spent, everywhere, fine], at(60)), Some(Duration::from_secs(3_540)));
    }

    #[test]
    fn c149_a_known_browser_has_its_own_counter() {
        let network = Network::of("192.0.2.1".parse().unwrap());
        let attacker = Budget::sign_in(&Limits::default(), "ada", network, None).counters();
        let own =
            |device| Budget::sign_in(&Limits::default(), "ada", network, Some(Device(device))).counters();
        let owner = own([1; 16]);
        assert_ne!(owner, own([2; 16]), "somebody else's known browser is another one");
        assert!(owner.iter().all(|counter| !attacker.contains(counter)));
    }

    #[test]
    fn a_household_is_one_network() {
        let text = |address: &str| Network::of(address.parse().unwrap()).text();
        assert_eq!(text("2001:db8:1:2::1"), text("2001:db8:1:2:ffff::9"));
        assert_ne!(text("2001:db8:1:2::1"), text("2001:db8:1:3::1"));
        assert_eq!(text("::ffff:192.0.2.1"), text("192.0.2.1"));
    }
}
