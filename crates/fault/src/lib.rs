//! The catalogue of failures: what people meet ([`Code`]), what callers of the management API meet
//! ([`ApiCode`]), how a failure is named to support ([`Reference`]), and the body a machine reads
//! ([`Problem`]).
//!
//! Every mapping from a code is a total `match`, so a new code cannot be forgotten anywhere. The string form
//! of a code is for ever. What a failure *leads to* is not decided here: that is `recovery`.

mod api_code;
pub mod catalogue;
mod code;
mod outcome_kind;
mod problem;
mod reference;

pub use api_code::ApiCode;
pub use code::{Actor, Code, UnknownCode};
pub use outcome_kind::OutcomeKind;
pub use problem::Problem;
pub use reference::{MalformedReference, Reference};
