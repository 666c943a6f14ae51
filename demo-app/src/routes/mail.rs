//! The letters that the server has sent, for whoever tries it without a mail server.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;

use crate::app::App;
use crate::trouble::{Trouble, TroublePage};
use crate::{letters, pages};

/// `GET /mail`. Where letters really leave there is no such page.
pub(crate) async fn mail(State(app): State<Arc<App>>) -> Result<Html<String>, TroublePage> {
    let Some(folder) = app.options.letters.clone() else { return Err(Trouble::NoSuchPage.page()) };
    let endpoint = app.options.endpoint.clone();
    let read = tokio::task::spawn_blocking(move || letters::newest(&folder, &endpoint)).await;
    match read {
        Ok(Ok(letters)) => Ok(pages::mail(&letters)),
        Ok(Err(error)) => {
            tracing::error!(%error, "the letters cannot be read");
            Err(Trouble::LettersUnreadable.page())
        }
        Err(error) => {
            tracing::error!(%error, "the letters were not read to the end");
            Err(Trouble::LettersUnreadable.page())
        }
    }
}
