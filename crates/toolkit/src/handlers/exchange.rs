//! A request that ended in a session error, and the answer that is prepared for it.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri};
use serde_json::Value;
use session::transport::ResponseParts;

use super::{Answer, AnswerFuture};
use crate::context::RequestInfo;
use crate::user_context::UserContext;

/// What a handler works with: the request, the prepared answer, and what the application put beside it.
#[derive(Debug)]
pub struct Exchange {
    request: RequestInfo,
    user_context: UserContext,
    status: StatusCode,
    body: Value,
    parts: ResponseParts,
}

impl Exchange {
    pub(crate) const fn new(
        request: RequestInfo,
        user_context: UserContext,
        status: StatusCode,
        body: Value,
        parts: ResponseParts,
    ) -> Self {
        Self { request, user_context, status, body, parts }
    }

    /// The method of the request.
    pub const fn method(&self) -> &Method {
        &self.request.method
    }

    /// The target of the request.
    pub const fn uri(&self) -> &Uri {
        &self.request.uri
    }

    /// The headers of the request. They hold the tokens: do not log them.
    pub const fn headers(&self) -> &HeaderMap {
        &self.request.headers
    }

    /// What the application put beside the request.
    pub const fn user_context(&self) -> &UserContext {
        &self.user_context
    }

    /// The prepared status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The prepared body.
    pub const fn body(&self) -> &Value {
        &self.body
    }

    /// The prepared changes to the browser's tokens: cleared after the end of a session, or new ones.
    pub const fn prepared(&self) -> &ResponseParts {
        &self.parts
    }

    /// Vetoes the clearing of the browser's tokens: it keeps what it has. New tokens still go out, and stray cookies
    /// of an older domain are still cleared.
    #[must_use]
    pub fn keep_tokens(mut self) -> Self {
        self.parts.keep_tokens();
        self
    }

    /// Leaves the browser's tokens as they are: nothing is cleared, nothing is set.
    #[must_use]
    pub fn without_changes(self) -> Self {
        Self { parts: ResponseParts::default(), ..self }
    }

    /// The prepared answer.
    pub fn answer_prepared(self) -> AnswerFuture {
        Box::pin(std::future::ready(self.prepared_answer()))
    }

    /// The prepared answer, for a closure that is asynchronous itself.
    pub fn prepared_answer(self) -> Answer {
        let Self { status, body, parts, .. } = self;
        Answer { response: json(status, &body), parts }
    }

    /// An answer with another status and another body. The browsers' SDKs refresh on the status of an expired
    /// session (401), and read `claimValidationErrors` of the one for claims (403).
    pub fn answer_json(self, status: StatusCode, body: &Value) -> Answer {
        Answer { response: json(status, body), parts: self.parts }
    }

    /// Any answer.
    pub fn answer<B: Into<Bytes>>(self, response: Response<B>) -> Answer {
        Answer { response: response.map(Into::into), parts: self.parts }
    }
}

/// A response with a JSON body.
pub(crate) fn json(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
