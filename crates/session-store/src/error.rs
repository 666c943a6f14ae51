//! The errors of the database, as the engine knows them.

use database::Error;
use session::store::StoreError;

/// A conflict is a bug here: handles are drawn at random, and keys are named by their thumbprint.
pub(crate) fn told(error: Error) -> StoreError {
    match error {
        Error::Unavailable { .. } => StoreError::Unavailable(Box::new(error)),
        Error::Corrupt { .. } => StoreError::Corrupt(error.to_string()),
        Error::Conflict { .. } | Error::Bug { .. } => StoreError::Bug(Box::new(error)),
    }
}
