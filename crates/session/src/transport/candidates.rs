//! The values of one cookie in a request, found without allocating, within bounds.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode_str;

/// How many bytes of a request's `cookie` headers are looked at, all of them together. Servers refuse much
/// shorter headers; whoever does not still pays a bounded price here.
pub const MAX_COOKIE_BYTES: usize = 64 * 1024;

/// How many values of one cookie are kept. A host has a handful of domains and paths above it; more is an
/// attack or an accident that the first ones settle.
pub const MAX_CANDIDATES: usize = 8;

/// The values that a request has for one cookie, in the order of the request. Several of them come from several
/// domains or paths; a request does not tell which is from where (RFC 6265 §5.4).
#[derive(Clone, Copy, Default)]
pub struct Candidates<'a> {
    values: [&'a str; MAX_CANDIDATES],
    kept: usize,
    seen: usize,
}

impl<'a> Candidates<'a> {
    /// The first [`MAX_CANDIDATES`] values that could be a token: not empty, without quotes around them, and
    /// percent-decoded; borrowed unless there was something to decode.
    pub fn iter(&self) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
        // What does not decode to text is taken as it stands, as supertokens-node takes it.
        self.values.into_iter().take(self.kept).map(|raw| {
            if memchr::memchr(b'%', raw.as_bytes()).is_some() {
                percent_decode_str(raw).decode_utf8().unwrap_or(raw.into())
            } else {
                raw.into()
            }
        })
    }

    /// How often the cookie's name occurs, whatever its values.
    pub const fn seen(&self) -> usize {
        self.seen
    }

    /// Whether the cookie is there more than once.
    pub const fn is_duplicated(&self) -> bool {
        self.seen > 1
    }

    fn add(&mut self, value: &'a [u8]) {
        self.seen += 1;
        let value = value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(value);
        if let (Ok(value), Some(place)) = (str::from_utf8(value), self.values.get_mut(self.kept))
            && !value.is_empty()
        {
            *place = value;
            self.kept += 1;
        }
    }
}

impl fmt::Debug for Candidates<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidates")
            .field("kept", &self.kept)
            .field("seen", &self.seen)
            .finish_non_exhaustive()
    }
}

/// Finds the values of the cookies of some names in all `cookie` headers of a request. Browsers may send one
/// header for each cookie (RFC 9113 §8.2.3). Bytes beyond [`MAX_COOKIE_BYTES`] are not looked at.
pub(super) fn find<'a, const N: usize>(
    names: [&str; N],
    headers: impl IntoIterator<Item = &'a [u8]>,
) -> [Candidates<'a>; N] {
    let mut found = [Candidates::default(); N];
    let mut budget = MAX_COOKIE_BYTES;
    for header in headers {
        let looked_at = &header[..header.len().min(budget)];
        let whole = looked_at.len() == header.len();
        let mut start = 0;
        for end in memchr::memchr_iter(b';', looked_at).chain(whole.then_some(looked_at.len())) {
            sort_in(&looked_at[start..end], names, &mut found);
            start = end + 1;
        }
        budget -= looked_at.len();
        if budget == 0 {
            break;
        }
    }
    found
}

fn sort_in<'a, const N: usize>(pair: &'a [u8], names: [&str; N], found: &mut [Candidates<'a>; N]) {
    let Some(equals) = memchr::memchr(b'=', pair) else { return };
    let name = pair[..equals].trim_ascii();
    if let Some(at) = names.iter().position(|wanted| wanted.as_bytes() == name) {
        found[at].add(pair[equals + 1..].trim_ascii());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(headers: &[&str], expected: &[&str], seen: usize) {
        let [found] = find(["t"], headers.iter().map(|header| header.as_bytes()));
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{headers:?}");
        assert_eq!(found.seen(), seen, "{headers:?}");
    }

    #[test]
    fn every_value_is_found_and_nothing_else() {
        check(&[], &[], 0);
        check(&["t=1"], &["1"], 1);
        check(&["a=b; t=1; tt=2; T=3; t =4 ;t=5"], &["1", "4", "5"], 3);
        check(&["a=1", "t=2", "t=3"], &["2", "3"], 2);
        check(&["t=\"quoted\"; t=\"half"], &["quoted", "\"half"], 2);
        check(&["t=; t=\"\"; t"], &[], 2);
        check(&["t=a=b=="], &["a=b=="], 1);
        check(&["t=%2B%3d; t=%zz; t=%ff"], &["+=", "%zz", "%ff"], 3);
        check(&[";;=;=x; ;t=1;"], &["1"], 1);
    }

    #[test]
    fn nothing_is_copied_where_nothing_is_to_decode() {
        let [found] = find(["t"], [b"t=plain".as_slice()]);
        assert!(matches!(found.iter().next(), Some(Cow::Borrowed("plain"))));
    }

    #[test]
    fn foreign_bytes_do_not_hide_ours() {
        let [found] = find(["t"], [b"x=\xff\xfe; t=1; t=\xff".as_slice()]);
        assert_eq!((found.iter().collect::<Vec<_>>(), found.seen()), (vec![Cow::Borrowed("1")], 2));
    }

    #[test]
    fn bounds_hold() {
        let many = "t=1;".repeat(1_000);
        let [found] = find(["t"], [many.as_bytes()]);
        assert_eq!((found.iter().count(), found.seen()), (MAX_CANDIDATES, 1_000));

        let last = format!("{}t=1", " ".repeat(MAX_COOKIE_BYTES - 3));
        check(&[&last], &["1"], 1);
        check(&[&format!(" {last}")], &[], 0);
        check(&[&format!("{last}2")], &[], 0);
        check(&["a=1", &last], &[], 0);
        check(&[&last, "t=2"], &["1"], 1);
    }

    #[test]
    fn no_value_is_ever_printed() {
        let [found] = find(["t"], [b"t=secret".as_slice()]);
        assert!(!format!("{found:?}").contains("secret"));
    }

    proptest! {
        #[test]
        fn garbage_is_survived(headers in proptest::collection::vec(any::<Vec<u8>>(), 0..4)) {
            let [one, two] = find(["t", "="], headers.iter().map(Vec::as_slice));
            prop_assert!(one.iter().count() <= one.seen());
            prop_assert_eq!(two.seen(), 0, "no cookie is called so");
        }

        #[test]
        fn near_misses_are_survived(header in "[t=;% \"0-9a-f]{0,64}") {
            let expected = header.split(';').filter(|pair| {
                pair.split_once('=').is_some_and(|(name, _)| name.trim() == "t")
            });
            let [found] = find(["t"], [header.as_bytes()]);
            prop_assert_eq!(found.seen(), expected.count());
            prop_assert!(found.iter().all(|value| !value.is_empty()));
        }
    }
}
