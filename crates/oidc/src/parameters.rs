//! The parameters of a request: `application/x-www-form-urlencoded`, from a query or a body.

use percent_encoding::percent_decode;

/// The most parameters that are looked at.
const MOST: usize = 100;

/// Parameters in the order they came. An empty value counts as absent (RFC 6749 §3.1, C010).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

/// The text is not UTF-8 after decoding, or has too many parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the parameters cannot be read")]
pub struct MalformedParameters;

impl Parameters {
    /// Decodes a query or form body. Values are kept byte for byte (C007); text that is not UTF-8 is refused,
    /// never replaced.
    pub fn parse(text: &[u8]) -> Result<Self, MalformedParameters> {
        let mut pairs = Vec::new();
        for pair in text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            if pairs.len() == MOST {
                return Err(MalformedParameters);
            }
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &[] as &[u8]),
            };
            let (name, value) = (decode(name)?, decode(value)?);
            if !value.is_empty() {
                pairs.push((name, value));
            }
        }
        Ok(Self(pairs))
    }

    /// From pairs that are decoded already.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// The first value of a name.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a name.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a name appears more than once (RFC 6749 §3.1, C011).
    pub fn is_repeated(&self, name: &str) -> bool {
        self.all(name).nth(1).is_some()
    }

    /// The parameters as a query, written anew.
    pub fn to_query(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    /// The pairs.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn decode(text: &[u8]) -> Result<String, MalformedParameters> {
    let mut spaced = text.to_vec();
    spaced.iter_mut().filter(|byte| **byte == b'+').for_each(|byte| *byte = b' ');
    let decoded: Vec<u8> = if spaced.contains(&b'%') { percent_decode(&spaced).collect() } else { spaced };
    String::from_utf8(decoded).map_err(|_| MalformedParameters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn c010_an_empty_parameter_is_absent() {
        let parameters = Parameters::parse(b"scope=&state&x=1&&=").unwrap();
        assert_eq!(parameters.first("scope"), None);
        assert_eq!(parameters.first("state"), None);
        assert_eq!(parameters.first("x"), Some("1"));
    }

    #[test]
    fn values_are_kept_byte_for_byte_or_refused() {
        let parameters = Parameters::parse("state=%00+%2B%F0%9F%A6%80=%zz".as_bytes()).unwrap();
        assert_eq!(parameters.first("state"), Some("\0 +🦀=%zz"));
        assert_eq!(Parameters::parse(b"state=%ff"), Err(MalformedParameters));
        let many = "a=1&".repeat(101);
        assert_eq!(Parameters::parse(many.as_bytes()), Err(MalformedParameters));
    }

    proptest! {
        /// The oracle is the serialiser of the URL standard.
        #[test]
        fn reads_back_what_the_url_standard_writes(pairs in proptest::collection::vec(("\\PC{1,8}", ".{1,20}"), 0..10)) {
            let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
            prop_assert_eq!(Parameters::parse(text.as_bytes()), Ok(Parameters(pairs)));
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Parameters::parse(&bytes);
        }
    }
}
