//! The session engine: what keeps people signed in, and ends it when it must end.
//!
//! It holds the rotation of refresh tokens ([`rotation`]). It knows no HTTP framework, no SQL and no OIDC;
//! times and chance are parameters.

pub mod rotation;
