//! The transport as supertokens-node has it: `cases.json` is made by `cases.js` from the original.

mod original;
mod replay;
