//! The answer of a handler.

use std::fmt;
use std::pin::Pin;

use bytes::Bytes;
use http::Response;
use session::transport::ResponseParts;

/// An answer on its way.
pub type AnswerFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// A response, and the changes to the browser's tokens that go with it. Only an
/// [`Exchange`](super::Exchange) makes one.
pub struct Answer {
    pub(crate) response: Response<Bytes>,
    pub(crate) parts: ResponseParts,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.response.status()).finish_non_exhaustive()
    }
}
