//! One file per part of the table.
