//! The applications of a run: what they send to the provider.

use hyper::StatusCode;

use crate::bench::http::{Answer, Connection, form};

/// The example of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Where the public application receives its codes. Nothing listens there.
pub(super) const REDIRECT_URI: &str = "http://127.0.0.1:9/callback";

/// A public application: PKCE, no secret.
#[derive(Clone, Debug)]
pub(super) struct PublicClient {
    pub(super) id: String,
}

/// A machine-to-machine application.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) resource: String,
}

/// What the token endpoint gave.
#[derive(Clone, Debug)]
pub(super) struct Tokens {
    pub(super) access: String,
    pub(super) refresh: String,
}

impl PublicClient {
    /// The path of an authorization request.
    pub(super) fn authorize(&self) -> String {
        let query = form(&[
            ("client_id", &self.id),
            ("redirect_uri", REDIRECT_URI),
            ("response_type", "code"),
            ("scope", "openid profile email offline_access"),
            ("state", "af0ifjsldkj"),
            ("nonce", "n-0S6_WzA2Mj"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        format!("/oidc/auth?{query}")
    }

    /// Turns a code into tokens.
    pub(super) async fn redeem(&self, connection: &mut Connection, code: &str) -> anyhow::Result<Tokens> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", &self.id),
            ("redirect_uri", REDIRECT_URI),
            ("code", code),
            ("code_verifier", VERIFIER),
        ];
        let answer = connection.post("/oidc/token", &[], form(&fields)).await?.expect(StatusCode::OK)?;
        Ok(Tokens { access: answer.member("access_token")?, refresh: answer.member("refresh_token")? })
    }

    /// Refreshes.
    pub(super) async fn refresh(&self, connection: &mut Connection, token: &str) -> anyhow::Result<Answer> {
        let fields =
            [("grant_type", "refresh_token"), ("client_id", self.id.as_str()), ("refresh_token", token)];
        connection.post("/oidc/token", &[], form(&fields)).await?.expect(StatusCode::OK)
    }
}

impl Machine {
    /// The body of its request.
    pub(super) fn request(&self) -> String {
        form(&[
            ("grant_type", "client_credentials"),
            ("client_id", &self.id),
            ("client_secret", &self.secret),
            ("resource", &self.resource),
            ("scope", "all"),
        ])
    }
}
