//! What is kept of the provider beside a session, sealed: the id token, which signing out there asks for, and the
//! refresh token if the application wants it.

use std::collections::HashSet;
use std::sync::Mutex;

use client::{ErrorCode, IdClaims, TokenError, Tokens};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use session::SessionHandle;
use session::claim::Payload;

use super::identity::Identity;
use super::routes::SignInRoutes;
use crate::failure::SessionFailure;
use crate::request_session::Session;

/// The name in the data of a session. An application that replaces the data does not touch it.
const NAME: &str = "~signIn";

#[derive(Serialize, Deserialize)]
pub(super) struct ProviderTokens {
    /// Whose they are: they are shown to nobody else.
    issuer: String,
    client_id: String,
    pub(super) id_token: String,
    claims: IdClaims,
    scope: String,
    refresh_token: Option<String>,
}

impl ProviderTokens {
    pub(super) fn of(tokens: &Tokens, routes: &SignInRoutes) -> Self {
        let refresh_token = tokens.refresh_token.as_ref().filter(|_| routes.keeps_refresh_token);
        Self {
            issuer: routes.issuer.clone(),
            client_id: routes.registration.client_id.clone(),
            id_token: tokens.id_token.text.expose_secret().to_owned(),
            claims: tokens.id_token.claims.clone(),
            scope: tokens.scope.clone(),
            refresh_token: refresh_token.map(|token| token.expose_secret().to_owned()),
        }
    }

    pub(super) fn seal_into(&self, data: &mut Payload, routes: &SignInRoutes) {
        let json = serde_json::to_vec(self).expect("plain structures with text keys become JSON");
        let sealed = routes.sealer.seal_text(&json, &*routes.entropy);
        data.insert(NAME.to_owned(), sealed.into());
    }

    /// What was kept by these routes; `None` for a session that began elsewhere.
    pub(super) fn open_from(data: &Payload, routes: &SignInRoutes) -> Option<Self> {
        let sealed = data.get(NAME).and_then(Value::as_str)?;
        let opened = routes.opening().find_map(|sealer| sealer.open_text(sealed))?;
        let kept: Self = serde_json::from_slice(&opened).ok()?;
        (kept.issuer == routes.issuer && kept.client_id == routes.registration.client_id).then_some(kept)
    }
}

/// Why the provider was not asked again, or said no.
#[derive(Debug, thiserror::Error)]
pub enum RenewalError {
    /// It is being asked already: another tab, a double click.
    #[error("the provider is being asked already")]
    OnItsWay,
    /// There is no refresh token: [`SignIn::keep_refresh_token`](super::SignIn::keep_refresh_token) was not said, the
    /// provider gave none, or somebody signed in otherwise.
    #[error("no refresh token of the provider is kept")]
    NothingKept,
    /// The provider has ended its session. End yours too, if it stands for that one.
    #[error("the provider has ended its session")]
    Over,
    /// The provider cannot say right now, or says something odd. Nobody is signed out for that.
    #[error(transparent)]
    Provider(#[from] TokenError),
    /// The provider cannot be found.
    #[error(transparent)]
    Discovery(#[from] client::DiscoverError),
    /// The session could not be read or written.
    #[error(transparent)]
    Session(#[from] SessionFailure),
}

impl RenewalError {
    /// Whether the same may succeed later.
    pub const fn is_unavailable(&self) -> bool {
        match self {
            Self::OnItsWay | Self::Session(_) => true,
            Self::Provider(error) => error.is_unavailable(),
            // A provider that answers wrongly is as much out of order as one that does not answer.
            Self::Discovery(_) => true,
            Self::NothingKept | Self::Over => false,
        }
    }
}

/// The sessions for which the provider is being asked: a refresh token is never sent twice at once.
#[derive(Debug, Default)]
pub(super) struct OnTheirWay(Mutex<HashSet<SessionHandle>>);

struct Turn<'a>(&'a OnTheirWay, SessionHandle);

impl OnTheirWay {
    fn take(&self, session: SessionHandle) -> Option<Turn<'_>> {
        let mut all = self.0.lock().expect("no code panics while it holds the set");
        all.insert(session).then(|| Turn(self, session))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.0.lock().expect("no code panics while it holds the set").remove(&self.1);
    }
}

impl SignInRoutes {
    /// Asks the provider anew who the person of a session is, and keeps its new tokens.
    pub(super) async fn renew(&self, session: &Session) -> Result<Identity, RenewalError> {
        let _turn = self.on_their_way.take(session.handle()).ok_or(RenewalError::OnItsWay)?;
        let data = session.record().await?.data;
        let mut kept = ProviderTokens::open_from(&data, self).ok_or(RenewalError::NothingKept)?;
        let refresh_token = kept.refresh_token.clone().ok_or(RenewalError::NothingKept)?;
        let client = self.client().await?;
        let renewed = client.refresh(&refresh_token, &kept.claims.sub).await;
        let renewed = renewed.map_err(|error| {
            if let TokenError::Refused { code: ErrorCode::InvalidGrant, .. } = error {
                RenewalError::Over
            } else {
                RenewalError::Provider(error)
            }
        })?;
        if let Some(id_token) = renewed.id_token {
            id_token.text.expose_secret().clone_into(&mut kept.id_token);
            kept.claims = id_token.claims;
        }
        if let Some(scope) = renewed.scope {
            kept.scope = scope;
        }
        if let Some(next) = renewed.refresh_token {
            kept.refresh_token = Some(next.expose_secret().to_owned());
        }
        // Kept before anything else is asked: the old refresh token is worth nothing any more.
        let mut update = Payload::new();
        kept.seal_into(&mut update, self);
        session.merge_own_data(update).await?;
        let userinfo = client.userinfo(&renewed.access_token, &kept.claims.sub).await.ok();
        let now = self.clock.now();
        Ok(Identity {
            claims: kept.claims,
            userinfo: userinfo.map(|userinfo| userinfo.other).unwrap_or_default(),
            scope: kept.scope,
            access_token: renewed.access_token,
            access_ends_at: renewed.expires_in.map(|span| now.plus(span)),
        })
    }
}
