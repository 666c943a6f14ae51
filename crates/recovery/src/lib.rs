//! What a failure leads to. Pure: failure, application and circumstances in, outcome out. No storage, no clock,
//! no HTTP.
//!
//! - [`decide`]: the policy.
//! - [`WayBack`]: the little that a browser keeps, sealed, so that a failure can still name the application.
//! - [`LoopGuard`]: automatic outcomes end after three within a minute.

mod decide;
mod initiate;
mod loop_guard;
mod outcome;
mod way_back;

pub use decide::{Circumstances, Standing, decide, starting_point};
pub use loop_guard::LoopGuard;
pub use outcome::{Button, Outcome};
pub use way_back::{Visit, WayBack};
