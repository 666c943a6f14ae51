//! Claims and validators: as supertokens-node has them (`cases.json`, made by `cases.js` from the original), and
//! as applications make their own.

mod own;
mod replay;
