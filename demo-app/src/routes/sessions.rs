//! Ending sessions: one, or all of a person.

use axum::extract::Path;
use axum::response::Redirect;
use toolkit::{Session, SessionContext, SessionFailure, SessionRecord};

use crate::path;

/// `POST /sessions/{handle}/end`: one of the person's own, or nothing.
pub(super) async fn end(
    context: SessionContext,
    session: Session,
    Path(handle): Path<String>,
) -> Result<Redirect, SessionFailure> {
    let own = context.sessions().sessions_of(session.user_id()).await?;
    let named = own.iter().map(SessionRecord::handle).find(|own| own.to_string() == handle);
    match named {
        // Its browser is this one, so its tokens go too.
        Some(own) if own == session.handle() => session.revoke().await?,
        Some(other) => {
            context.sessions().revoke(other).await?;
        }
        None => {}
    }
    Ok(Redirect::to(path::HOME))
}

/// `POST /sessions/end-all`.
pub(super) async fn end_all(context: SessionContext, session: Session) -> Result<Redirect, SessionFailure> {
    context.sessions().revoke_all_of(session.user_id()).await?;
    session.revoke().await?;
    Ok(Redirect::to(path::HOME))
}
