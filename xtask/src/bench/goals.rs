//! The goals, as CPU time of the server for each request on one core of a machine of two.

/// A goal of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Goal {
    /// At most so many microseconds of CPU time.
    Micros(f64),
    /// The raw password hash may be no less than this part of it.
    PartArgon2(f64),
    /// None is set.
    None,
}

/// The rows, by name.
pub(super) mod row {
    pub(crate) const DISCOVERY: &str = "discovery";
    pub(crate) const JWKS: &str = "JWKS";
    pub(crate) const FIRST_LOAD: &str = "sign-in page, first load";
    pub(crate) const PAGE: &str = "sign-in page, GET alone";
    pub(crate) const CREDENTIALS: &str = "client_credentials, ES256";
    pub(crate) const CODE_FLOW: &str = "code + PKCE flow, whole";
    pub(crate) const ROTATION: &str = "refresh with rotation, two ES256";
    pub(crate) const ROTATION_64: &str = "the same, 64 clients";
    pub(crate) const WINDOW: &str = "refresh within the window";
    pub(crate) const USERINFO: &str = "userinfo";
    pub(crate) const PASSWORD: &str = "password sign-in, whole";
    pub(crate) const ASK_LINK: &str = "request a link";
    pub(crate) const FOLLOW_LINK: &str = "redeem a link, three requests";
    pub(crate) const FLOODED: &str = "refresh in a flood of sign-ins";
}

/// The goal of a row.
pub(super) fn goal(name: &str) -> Goal {
    match name {
        row::DISCOVERY | row::JWKS => Goal::Micros(6.3),
        row::FIRST_LOAD => Goal::Micros(30.0),
        row::CREDENTIALS => Goal::Micros(40.0),
        row::CODE_FLOW => Goal::Micros(200.0),
        row::ROTATION => Goal::Micros(75.0),
        row::USERINFO => Goal::Micros(18.0),
        row::PASSWORD => Goal::PartArgon2(0.9),
        _ => Goal::None,
    }
}

/// Refreshes for each second on PostgreSQL, on both cores.
pub(super) const POSTGRES_RATE: f64 = 8_000.0;
/// The rate with durability full is at least this part of the one with normal, where the disk is quick.
pub(super) const FULL_TO_NORMAL: f64 = 0.85;
/// Milliseconds: the start, and the first one.
pub(super) const START: f64 = 25.0;
pub(super) const FIRST_START: f64 = 150.0;
/// MiB: idle, busy, and the binary.
pub(super) const IDLE: f64 = 14.0;
pub(super) const BUSY: f64 = 40.0;
pub(super) const BINARY: f64 = 15.0;
/// kB of the sign-in page, compressed.
pub(super) const PAGE_SIZE: f64 = 14.0;
/// Milliseconds that a flood of sign-ins may delay a refresh.
pub(super) const FLOOD_DELAY: f64 = 5.0;
