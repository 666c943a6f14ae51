//! The rows of the security table, one file per part.

mod account;
mod account_email;
mod at_once;
mod client_authentication;
mod clocks;
mod codes;
mod factors;
mod forgotten_password;
mod former_address;
mod headers;
mod kept_address;
mod keys;
mod links;
mod logout;
mod mail;
mod phones;
mod refresh;
mod routing;
mod sessions;
mod sms;
mod throttling;
mod tokens;

pub(crate) use account::enter;
pub(crate) use account_email::move_to;
