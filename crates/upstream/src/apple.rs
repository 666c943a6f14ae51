//! What is special about Sign in with Apple: a client secret that we sign, and a name that comes once, beside the
//! signed answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use keys::{Algorithm, SigningKey};
use model::{ConnectorSettings, Timestamp};
use serde_json::{Value, json};

use crate::UpstreamError;

/// How long a client secret is good, in seconds. Apple takes half a year at most; ours is made anew each time.
const LIFETIME: i64 = 600;

/// Reads the private key as Apple hands it out: PKCS #8 in PEM.
pub(crate) fn read_key(pem: &str) -> Result<SigningKey, UpstreamError> {
    let wrong = UpstreamError::Connector("the private key is not a PKCS #8 key of the curve P-256, in PEM");
    let body: String =
        pem.lines().filter(|line| !line.starts_with("-----")).flat_map(str::split_whitespace).collect();
    match STANDARD.decode(body).map(|der| SigningKey::from_pkcs8(Algorithm::ES256, &der)) {
        Ok(Ok(key)) => Ok(key),
        Ok(Err(_)) | Err(_) => Err(wrong),
    }
}

/// The client secret: a JWT that says who asks.
pub(crate) fn client_secret(
    key: &SigningKey,
    settings: &ConnectorSettings,
    client_id: &str,
    now: Timestamp,
) -> String {
    let now = now.as_seconds();
    let claims = json!({
        "iss": settings.team_id, "iat": now, "exp": now + LIFETIME,
        "aud": "https://appleid.apple.com", "sub": client_id,
    });
    key.sign_as(settings.key_id.as_deref().unwrap_or_default(), &claims)
}

/// The name in the parameter `user` of the first answer. Nobody has signed it.
pub(crate) fn name_in(answer: &str) -> Option<String> {
    let (_, user) = form_urlencoded::parse(answer.as_bytes()).find(|(name, _)| name == "user")?;
    let user: Value = serde_json::from_str(&user).ok()?;
    let part = |name: &str| user["name"][name].as_str().unwrap_or_default().trim().to_owned();
    let whole = format!("{} {}", part("firstName"), part("lastName"));
    let whole = whole.trim();
    (!whole.is_empty()).then(|| whole.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_secret_is_signed_under_apples_name_of_the_key() {
        let der = SigningKey::generate(Algorithm::ES256).unwrap();
        let pem =
            format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(&*der));
        let key = read_key(&pem).unwrap();
        let settings = ConnectorSettings {
            team_id: Some("TEAM".into()),
            key_id: Some("KEY".into()),
            ..ConnectorSettings::default()
        };
        let secret = client_secret(&key, &settings, "com.example.web", Timestamp::from_seconds(1_000));
        let parts: Vec<_> = secret.split('.').collect();
        let read = |part: &str| -> Value {
            serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap())
                .unwrap()
        };
        assert_eq!(read(parts[0]), json!({"alg": "ES256", "kid": "KEY"}));
        assert_eq!((&read(parts[1])["iss"], &read(parts[1])["exp"]), (&json!("TEAM"), &json!(1_600)));
        assert!(read_key("no key").is_err());
    }

    #[test]
    fn the_name_comes_beside() {
        let answer =
            "code=c&user=%7B%22name%22%3A%7B%22firstName%22%3A%22Ada%22%2C%22lastName%22%3A%22L%22%7D%7D";
        assert_eq!(name_in(answer).as_deref(), Some("Ada L"));
        for none in ["code=c", "user=", "user=%7B%7D", "user=x"] {
            assert_eq!(name_in(none), None, "{none}");
        }
    }
}
