//! Ways into an account: what has to be left when one of them is removed.
//!
//! A letter or a text message is one only where it can be sent, and an identity only while its connector is switched on.
//! Whoever removes one first holds the row of the account, so that two removals at once cannot each leave the other one
//! as the last.

use database::Statement;

pub(crate) const STATEMENTS: &[&Statement] = &[&HOLD];

/// Two removals at once wait for each other here; and what links waits for a new password that is being set, so that it
/// cannot outlive what the password ends.
pub(crate) static HOLD: Statement =
    Statement::common("ways_in.hold", "UPDATE users SET updated_at = $1 WHERE tenant = $2 AND id = $3");

/// How messages can be sent from here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Messages {
    /// As letters.
    pub letters: bool,
    /// As text messages.
    pub texts: bool,
}

/// Whether the account `u` can be signed in to by letter, or by its password: `$letters` is a parameter.
macro_rules! by_letter_or_password {
    ($letters:literal) => {
        concat!(
            "(u.email IS NOT NULL AND ",
            $letters,
            " = 1 OR u.password_hash IS NOT NULL AND (u.email IS NOT NULL OR u.username IS NOT NULL))"
        )
    };
}

/// Whether it can be by its telephone number: a name to type with the password, and where a text message goes.
macro_rules! by_phone {
    ($texts:literal) => {
        concat!(
            "((u.password_hash IS NOT NULL OR ",
            $texts,
            " = 1) AND EXISTS (SELECT 1 FROM phones p WHERE p.tenant = u.tenant AND p.user_id = u.id))"
        )
    };
}

/// Whether it can be by an identity `o`, other than `$but`, whose connector is switched on.
macro_rules! by_identity {
    ($enabled:literal, $but:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM identities o JOIN connectors c ON c.tenant = o.tenant AND c.id = o.connector
                     WHERE o.tenant = u.tenant AND o.user_id = u.id AND ",
            $but,
            " AND ",
            $enabled,
            ")"
        )
    };
}

/// A statement of a macro that wants to know how each engine reads whether the connector `c` is switched on.
macro_rules! where_enabled {
    ($name:literal, $text:ident) => {
        Statement::per_engine(
            $name,
            $text!("json_extract(c.document, '$.enabled')"),
            $text!("CAST(c.document::json ->> 'enabled' AS boolean)"),
        )
    };
}

pub(crate) use {by_identity, by_letter_or_password, by_phone, where_enabled};
