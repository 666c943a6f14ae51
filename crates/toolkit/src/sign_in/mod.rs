//! Sign-in at any OpenID Provider: the website's side of it, with its unhappy paths.
//!
//! | route, below the API's base path | what it does |
//! |---|---|
//! | `GET /sign-in` | begins: PKCE, state and nonce, sealed into a cookie of its own for each tab |
//! | `GET /callback` | checks the answer, begins a session by cookies, leads on to where the person was going |
//! | `GET`, `POST /sign-out` | asks; ends the session here and at the provider |
//! | `GET /session/refresh` | refreshes on the way to a page |
//!
//! `GET /sign-in` takes `return_to` (a path of the website), `login_hint`, `prompt` and `ui_locales`; and `iss`, so that
//! a provider may send people there to begin afresh (OpenID Connect Core §4).

mod begin;
mod browser_pages;
mod callback;
mod cookies;
mod guard;
mod identity;
mod outcome;
mod page;
mod pending;
mod provider_tokens;
mod renewal;
mod return_to;
mod routes;
mod settings;
mod sign_out;
mod trouble;
mod used_states;
mod wish;

pub use ::client::{HttpOptions, IdClaims};
pub use browser_pages::BrowserPages;
pub use identity::{Identity, SignedIn};
pub use page::{SignInPage, Way};
pub use provider_tokens::RenewalError;
pub(crate) use renewal::{renew, renews};
pub use return_to::ReturnTo;
pub(crate) use routes::{Foundation, SignInRoutes, Step};
pub use settings::{SignIn, SignInRefused};
pub use trouble::{Trouble, Words};
