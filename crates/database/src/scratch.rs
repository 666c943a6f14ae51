//! A throw-away database of either engine, for tests.
