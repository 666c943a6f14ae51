use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::{Algorithm, KeySchedule, ScheduledKey, SigningKey};

const NOW: Timestamp = Timestamp::from_seconds(1_000);

fn ring() -> KeyRing {
    let keys = Algorithm::ALL.map(|algorithm| {
        let der = SigningKey::generate(algorithm).unwrap();
        let key = Arc::new(SigningKey::from_pkcs8(algorithm, &der).unwrap());
        ScheduledKey { key, active_from: Timestamp::from_seconds(0) }
    });
    KeyRing::new(keys.into(), KeySchedule::default())
}

fn check(token: &str, ring: &KeyRing) -> Result<Value, JwtError> {
    verify(token, TokenType::AccessToken, ring, NOW).map(|(_, claims)| claims)
}

fn forged(header: &Value, claims: &str, signature: &[u8]) -> String {
    [base64url::encode(header.to_string()), base64url::encode(claims), base64url::encode(signature)].join(".")
}

#[test]
fn our_own_tokens_verify_and_changed_ones_do_not() {
    let ring = ring();
    for algorithm in Algorithm::ALL {
        let key = ring.active(algorithm, NOW).unwrap();
        let token = key.sign(TokenType::AccessToken, &json!({"sub": "a"}));
        assert_eq!(check(&token, &ring), Ok(json!({"sub": "a"})));
        for position in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
            assert!(check(&String::from_utf8(bytes).unwrap(), &ring).is_err(), "byte {position}");
        }
    }
}

#[test]
fn c070_the_key_pins_the_algorithm() {
    let ring = ring();
    let key = ring.active(Algorithm::RS256, NOW).unwrap();
    let n = key.jwk()["n"].as_str().unwrap().as_bytes();
    for alg in ["none", "None", "HS256", "ES256", "RS512", "PS256"] {
        let header = json!({"alg": alg, "kid": key.kid(), "typ": "at+jwt"});
        for signature in [b"".as_slice(), n] {
            assert_eq!(
                check(&forged(&header, "{}", signature), &ring),
                Err(JwtError::ForeignHeader),
                "{alg}"
            );
        }
    }
}

#[test]
fn c071_keys_in_the_header_are_never_trusted() {
    let ring = ring();
    let kid = ring.active(Algorithm::ES256, NOW).unwrap().kid();
    for extension in ["jwk", "jku", "x5u", "x5c", "crit"] {
        let header = json!({"alg": "ES256", "kid": kid, "typ": "at+jwt", extension: "https://evil.example/"});
        assert_eq!(check(&forged(&header, "{}", b"x"), &ring), Err(JwtError::ForeignHeader), "{extension}");
    }
}

#[test]
fn c072_a_hostile_kid_is_only_unknown() {
    let ring = ring();
    for kid in ["../../etc/passwd", "' OR 1=1 --", "", "\u{0}", &"k".repeat(1_000)] {
        let header = json!({"alg": "ES256", "kid": kid, "typ": "at+jwt"});
        assert_eq!(check(&forged(&header, "{}", b"x"), &ring), Err(JwtError::UnknownKey));
    }
}

#[test]
fn c075_an_id_token_is_no_access_token_and_the_reverse() {
    let ring = ring();
    let key = ring.active(Algorithm::ES256, NOW).unwrap();
    let id_token = key.sign(TokenType::IdToken, &json!({}));
    assert_eq!(check(&id_token, &ring), Err(JwtError::WrongType));
    let access_token = key.sign(TokenType::AccessToken, &json!({}));
    assert_eq!(
        verify::<Value>(&access_token, TokenType::IdToken, &ring, NOW).err(),
        Some(JwtError::WrongType)
    );
}

#[test]
fn c079_a_zero_signature_is_refused() {
    let ring = ring();
    let header =
        json!({"alg": "ES256", "kid": ring.active(Algorithm::ES256, NOW).unwrap().kid(), "typ": "at+jwt"});
    for signature in [[0; 64], [255; 64]] {
        assert_eq!(check(&forged(&header, "{}", &signature), &ring), Err(JwtError::WrongSignature));
    }
}

#[test]
fn c081_a_megabyte_of_dots_is_refused_at_once() {
    assert_eq!(check(&".".repeat(1 << 20), &ring()), Err(JwtError::Malformed));
    assert_eq!(check(&".".repeat(1_000), &ring()), Err(JwtError::Malformed));
}

#[test]
fn c083_duplicate_members_are_refused() {
    let ring = ring();
    let doubled = r#"{"alg":"ES256","alg":"none","kid":"x","typ":"at+jwt"}"#;
    let token = format!("{}.e30.eA", base64url::encode(doubled));
    assert_eq!(check(&token, &ring), Err(JwtError::Malformed));
    assert_eq!(check_members(br#"{"a":{"b":1,"b":2}}"#), Err(JwtError::Malformed));
    assert_eq!(check_members(br#"{"a":[{"b":1},{"b":2}]}"#), Ok(()));
    assert_eq!(check_members(b"[]"), Err(JwtError::Malformed));
    assert_eq!(check_members(b"{} {}"), Err(JwtError::Malformed));
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(check_members(deep.as_bytes()), Err(JwtError::Malformed), "c181 the depth is bounded");
}
