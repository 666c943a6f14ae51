//! What leaves the house: letters, text messages, and what webhooks are told.
//!
//! - [`Postman`]: takes orders out of the outbox one by one, makes the letters and text messages, and sends them.
//! - [`MailSettings`]: where letters go: to an SMTP server, or into a folder.
//! - [`SmsSettings`], [`SmsProvider`]: by whom text messages go.
//! - [`Templates`]: letters in the operator's own words.
//! - [`Messenger`]: tells webhooks what happened, signed by Standard Webhooks 1.0.
//!
//! Nothing here runs on the path of a request. An order that could not be carried out is tried again later, a number
//! of times; two nodes never carry out the same one at once.

mod call;
mod client;
mod messenger;
mod postman;
mod route;
mod settings;
mod sms;
mod templates;

pub use call::{CallError, Caller};
pub use messenger::Messenger;
pub use postman::{Delivery, Postman};
pub use route::SendError;
pub use settings::{MailSettings, MailSettingsError};
pub use sms::{Sending, Sms, SmsError, SmsProvider, SmsSettings, SmsSettingsError};
pub use templates::{Templates, TemplatesError};
