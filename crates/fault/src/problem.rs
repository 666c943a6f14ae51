//! The body of an error for machines: problem+json (RFC 9457) that also carries the `code` and `message` which
//! existing clients read.

use serde::Serialize;

use crate::{ApiCode, Code, Reference, catalogue};

/// An error body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where the code is explained, relative to the endpoint.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is, in a few words: the same for every occurrence.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The stable code that a program branches on.
    pub code: &'static str,
    /// This occurrence, in plain words; safe to show.
    pub message: String,
    /// The field of the body that is at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Where a page goes on from here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// What support looks up.
    pub reference: Reference,
}

impl Problem {
    /// The media type (RFC 9457 §6.1).
    pub const MEDIA_TYPE: &'static str = "application/problem+json";

    /// The body of a failure that a person's page met, when a script asked for it.
    pub fn of_page(code: Code, reference: Reference, next: Option<String>) -> Self {
        let entry = catalogue::entry(code);
        Self {
            kind: format!("/docs/errors/{code}"),
            title: entry.title,
            status: code.status(),
            code: code.as_str(),
            message: entry.meaning.to_owned(),
            field: None,
            next,
            reference,
        }
    }

    /// The body of a failure of the management API.
    pub fn of_api(code: ApiCode, message: String, field: Option<String>, reference: Reference) -> Self {
        Self {
            kind: "about:blank".to_owned(),
            title: code.title(),
            status: code.status(),
            code: code.as_str(),
            message,
            field,
            next: None,
            reference,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serves_both_readers() {
        let reference = Reference::from_random([9; 5]);
        let body =
            Problem::of_api(ApiCode::GuardUnprocessable, "no".into(), Some("supportEmail".into()), reference);
        let json = serde_json::to_value(body).unwrap();
        assert_eq!(json["status"], 422);
        assert_eq!(json["code"], "guard.unprocessable");
        assert_eq!(json["message"], "no");
        assert_eq!(json["field"], "supportEmail");
        assert_eq!(json["title"], ApiCode::GuardUnprocessable.title());
        assert!(json.get("next").is_none());
    }
}
