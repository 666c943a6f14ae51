//! The engine over a store in memory, with a frozen clock.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod actors;
mod changing;
mod creating;
mod hostile;
mod refreshing;
mod schedules;
mod secrets;
mod verifying;

use session::store::{MemoryStore, SessionStore, conformance};

#[tokio::test]
async fn the_store_in_memory_conforms() {
    conformance::run(async || Box::new(MemoryStore::new()) as Box<dyn SessionStore>).await;
}
