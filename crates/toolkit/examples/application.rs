//! A whole application: sign-in, session, refresh, sign-out, and an answer of its own to a theft.

use axum::response::Html;
use axum::{Router, routing::get};
use session_store::SqlStore;
use toolkit::{AppInfo, BrowserPages, Session, Sessions, SignIn};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(client_id), Some(secret)) = (arguments.next(), arguments.next()) else {
        return Err("say the client's id and its secret".into());
    };
    let sessions = Sessions::builder(SqlStore::open_sqlite("notes.db", "notes").await?)
        .app(AppInfo::new("Notes", "http://localhost:3000", "http://localhost:3000")?)
        .secret_file("notes.key")
        .sign_in(SignIn::at("http://localhost:3001/oidc", client_id, Some(secret.into())))
        .handlers(BrowserPages::below("/auth"))
        .on_token_theft_detected(|theft, exchange| async move {
            eprintln!("{} was robbed: {}", theft.user, theft.evidence.row.as_str());
            exchange.answer(http::Response::builder().status(401).body(THEFT).expect("it is well-formed"))
        })
        .build()
        .await?;
    let router = Router::new().route("/", get(home)).route("/notes", get(notes)).layer(sessions.layer());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, router).await?)
}

/// Anybody sees this page.
async fn home(session: Option<Session>) -> Html<String> {
    Html(match session {
        Some(session) => format!("Hello {}. <a href=/notes>Your notes</a>", session.user_id()),
        None => "<a href=/auth/sign-in?return_to=/notes>Sign in</a>".to_owned(),
    })
}

/// Whoever is not signed in is led to the sign-in, and comes back here.
async fn notes(session: Session) -> Html<String> {
    let sign_out = "<form method=post action=/auth/sign-out><button>Sign out</button></form>";
    Html(format!("The notes of {}. {sign_out}", session.user_id()))
}

const THEFT: &str = "Somebody else used your session, so it was ended. Open /auth/sign-in to sign in again.";
