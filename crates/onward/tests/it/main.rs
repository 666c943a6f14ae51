//! The command, run as operators run it.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod damage;
mod disk;
mod keys;
mod metrics;
mod node;
mod restore;
