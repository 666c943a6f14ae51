//! A row is read as a session.

use std::time::Duration;

use database::{Error, Row};
use serde_json::{Map, Value};
use session::SessionHandle;
use session::rotation::{Chain, RevocationReason};
use session::store::{Found, SessionRecord, Use};

/// Reads a row with the columns of `COLUMNS` in `sessions.rs`.
pub(crate) fn found(mut row: Row) -> Result<Found, Error> {
    let first_use = place(&mut row, 19, 20)?;
    let moved = row.boolean(23)?;
    let last_use =
        if moved { place(&mut row, 22, 24)? } else { Use { at: row.timestamp(22)?, ..first_use.clone() } };
    let (tenant, user) = (row.take_text(1)?, row.take_text(2)?);
    let anti_csrf = row.take_optional_text(5)?;
    let small = |column| row.integer(column).and_then(|n| u32::try_from(n).map_err(|_| row.corrupt(column)));
    let prev_sibling = if row.is_null(9)? { None } else { Some(small(9)?) };
    let chain = Chain {
        id: SessionHandle::from_bytes(row.array(0)?),
        salt: row.array(6)?,
        generation: small(7)?,
        sibling: small(8)?,
        prev_sibling,
        minted_at: row.timestamp(10)?,
        handed_out_at: row.timestamp(11)?,
        confirmed_at: row.optional_timestamp(12)?,
        recoveries: small(13)?,
        idle_expires_at: row.timestamp(15)?,
        absolute_expires_at: row.timestamp(16)?,
        revoked: revoked(&row)?,
    };
    let idle_lifetime = u64::try_from(row.integer(14)?).map_err(|_| row.corrupt(14))?;
    let session = SessionRecord {
        chain,
        tenant,
        user,
        payload: object(&row, 3)?,
        data: object(&row, 4)?,
        anti_csrf,
        idle_lifetime: Duration::from_micros(idle_lifetime),
        first_use,
        last_use,
    };
    Ok(Found { session, version: row.integer(26)? })
}

fn revoked(row: &Row) -> Result<Option<(RevocationReason, model::Timestamp)>, Error> {
    match (row.optional_text(18)?, row.optional_timestamp(17)?) {
        (Some(reason), Some(at)) => {
            let reason = RevocationReason::parse(reason).map_err(|_| row.corrupt(18))?;
            Ok(Some((reason, at)))
        }
        (None, None) => Ok(None),
        (Some(_), None) | (None, Some(_)) => Err(row.corrupt(17)),
    }
}

/// A use: its time, and from `place` on address and user agent.
fn place(row: &mut Row, at: usize, place: usize) -> Result<Use, Error> {
    Ok(Use {
        at: row.timestamp(at)?,
        address: row.take_optional_text(place)?,
        user_agent: row.take_optional_text(place + 1)?,
    })
}

fn object(row: &Row, column: usize) -> Result<Map<String, Value>, Error> {
    match row.text(column)? {
        "{}" => Ok(Map::new()),
        text => serde_json::from_str(text).map_err(|_| row.corrupt(column)),
    }
}
