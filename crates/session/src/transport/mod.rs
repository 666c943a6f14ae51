//! How tokens travel: from the headers of a request to [`Credentials`], and from tokens to the
//! [`ResponseParts`] of an answer. Pure functions over text: nothing here knows an HTTP framework, reads a
//! clock or decides whether a token is good.
//!
//! Tokens travel by one of two methods. As **cookies**, HttpOnly, for browsers; or as **headers** (`Authorization`
//! there, `st-access-token` and `st-refresh-token` back), for everything else. Names and rules are those that
//! the supertokens frontend SDKs speak, so that they work unchanged.
//!
//! 1. [`AppInfo`] says where API and website live, [`TransportOptions`] what is wished otherwise;
//!    [`Transport::new`] works everything out once, or names the field that cannot be.
//! 2. [`Transport::read`] takes the credentials from a request, without allocating.
//! 3. [`Transport::choose_access`], [`choose_refresh`](Transport::choose_refresh) and
//!    [`choose_for_create`](Transport::choose_for_create) say which of them counts.
//! 4. [`Transport::anti_csrf_on_verify`] and [`anti_csrf_on_refresh`](Transport::anti_csrf_on_refresh) say what
//!    a request has to prove besides.
//! 5. [`Transport::attach`], [`clear`](Transport::clear) and their like prepare the response, which an error
//!    handler may still change.

mod address;
mod anti_csrf;
mod app_info;
mod candidates;
mod choice;
mod domains;
mod front_token;
mod names;
mod options;
mod refused;
mod request;
mod response;
mod set_cookie;
mod settled;
mod write;

pub use anti_csrf::AntiCsrfCheck;
pub use app_info::{AppInfo, AppInfoError};
pub use candidates::{Candidates, MAX_CANDIDATES, MAX_COOKIE_BYTES};
pub use choice::{AccessChoice, RefreshChoice};
pub use front_token::{FRONT_TOKEN_REMOVED, FrontToken};
pub use names::{TokenNames, header};
pub use options::{AntiCsrf, MethodSetting, SameSite, TransferMethod, TransportOptions};
pub use refused::TransportError;
pub use request::{Credentials, RequestHead};
pub use response::ResponseParts;
pub use set_cookie::{CookieTooLarge, MAX_SET_COOKIE_BYTES, SetCookie};
pub use settled::Transport;
pub use write::Tokens;
