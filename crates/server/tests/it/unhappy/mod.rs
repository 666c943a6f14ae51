//! The unhappy paths: each ends as the catalogue says, with status, outcome and way forward.

mod cookies;
mod expired;
mod finished;
mod lost;
mod policy;
mod rehearsed;
mod wrong_request;

pub(crate) use finished::futures_join;
