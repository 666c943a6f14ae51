//! The database, driven as the crates above drive it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod conformance;
mod crash;
mod damage;
mod faults;
mod migrations;
mod postgres;
mod restore;
mod sample;
mod sqlite;
