//! Stories over HTTP, played by actors: a visitor with a cookie jar, a member with a password, client
//! applications. The clock stands still unless a story moves it; the store is a real database.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod answer;
mod client_app;
mod cut;
mod faults;
mod hooks;
mod invitations;
mod main_job;
mod management;
mod one_time_tokens;
mod organizations;
mod restored;
mod rows;
mod unhappy;
mod upgrade;
mod upstream;
mod visitor;
mod world;
