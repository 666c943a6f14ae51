//! Extractors for axum.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use session::Error;
use session::claim::ClaimValidator;

use crate::context::{SessionContext, VerifyOptions};
use crate::failure::SessionFailure;
use crate::request_session::Session;

impl<S: Sync> FromRequestParts<S> for SessionContext {
    type Rejection = SessionFailure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionFailure> {
        let missing =
            || Error::Misuse("the route is not below the session layer: add sessions.layer()".into());
        parts.extensions.get::<Self>().cloned().ok_or_else(|| missing().into())
    }
}

impl<S: Sync> FromRequestParts<S> for Session {
    type Rejection = SessionFailure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, SessionFailure> {
        let context = SessionContext::from_request_parts(parts, state).await?;
        context.session(&VerifyOptions::default()).await
    }
}

/// `Option<Session>`: whoever is signed in, and whoever is not. A token that is over asks for a refresh all the same,
/// so that nobody looks signed out who is not.
impl<S: Sync> OptionalFromRequestParts<S> for Session {
    type Rejection = SessionFailure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, SessionFailure> {
        let context = SessionContext::from_request_parts(parts, state).await?;
        context.optional_session(&VerifyOptions::default()).await
    }
}

/// What a route requires of its sessions, as a type; see [`Checked`].
pub trait Requirements {
    /// Whether to ask the store whether the session has ended.
    const CHECK_DATABASE: bool = false;

    /// What must be true of the claims. `global` is what the builder requires on all routes.
    fn validators(global: &[Arc<dyn ClaimValidator>]) -> Vec<Arc<dyn ClaimValidator>> {
        global.to_vec()
    }
}

/// The session of a request that meets requirements.
///
/// ```
/// use std::sync::Arc;
/// use toolkit::claim::{ClaimValidator, PrimitiveArrayClaim};
/// use toolkit::{Checked, Requirements};
///
/// struct Admins;
///
/// impl Requirements for Admins {
///     fn validators(global: &[Arc<dyn ClaimValidator>]) -> Vec<Arc<dyn ClaimValidator>> {
///         let roles = PrimitiveArrayClaim::<String>::new("roles", |_| Box::pin(async { Ok(None) }));
///         let mut all = global.to_vec();
///         all.push(Arc::new(roles.includes("admin".to_owned())));
///         all
///     }
/// }
///
/// async fn administration(session: Checked<Admins>) -> String {
///     format!("Welcome, {}", session.user_id())
/// }
/// ```
#[derive(Debug)]
pub struct Checked<R>(Session, PhantomData<R>);

impl<R> Checked<R> {
    /// The session.
    pub fn into_inner(self) -> Session {
        self.0
    }
}

impl<R> Deref for Checked<R> {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.0
    }
}

impl<R> DerefMut for Checked<R> {
    fn deref_mut(&mut self) -> &mut Session {
        &mut self.0
    }
}

impl<S: Sync, R: Requirements> FromRequestParts<S> for Checked<R> {
    type Rejection = SessionFailure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, SessionFailure> {
        let context = SessionContext::from_request_parts(parts, state).await?;
        let options = VerifyOptions {
            check_database: R::CHECK_DATABASE,
            validators: Some(R::validators(context.sessions().validators())),
            ..VerifyOptions::default()
        };
        context.session(&options).await.map(|session| Self(session, PhantomData))
    }
}
