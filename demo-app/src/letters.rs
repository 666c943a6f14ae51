//! The letters and text messages that the server has put into a folder: read anew each time, nothing is kept.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;

use mail_parser::{Message, MessageParser};

/// How many are shown: the newest.
const MOST: usize = 30;

/// A letter.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    /// Whom it went to.
    pub(crate) to: String,
    /// Its subject.
    pub(crate) subject: String,
    /// When it was sent.
    pub(crate) date: String,
    /// Its text, paragraph by paragraph.
    pub(crate) paragraphs: Vec<Paragraph>,
}

/// A paragraph of a letter.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Paragraph {
    /// Words.
    Text(String),
    /// An address of the server, and nothing else.
    Link(String),
}

/// The newest letters of a folder, the newest first. One that is just being written is left for the next look.
pub(crate) fn newest(folder: &Path, endpoint: &str) -> io::Result<Vec<Letter>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        // The folder is made for the first letter.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        if [Some(OsStr::new("eml")), Some(OsStr::new("sms"))].contains(&entry.path().extension()) {
            found.push((entry.metadata()?.modified()?, entry.path()));
        }
    }
    found.sort_unstable_by(|one, other| other.cmp(one));
    found.truncate(MOST);
    let mut letters = Vec::with_capacity(found.len());
    for (_, path) in found {
        let bytes = fs::read(path)?;
        letters.extend(MessageParser::default().parse(&bytes).map(|message| letter(&message, endpoint)));
    }
    Ok(letters)
}

fn letter(message: &Message<'_>, endpoint: &str) -> Letter {
    // A telephone number is no address, and so taken for a name.
    let to = message.to().and_then(|to| to.first()).and_then(|to| to.address().or_else(|| to.name()));
    let text = message.body_text(0).unwrap_or_default().replace("\r\n", "\n");
    let own = format!("{endpoint}/");
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    let paragraphs = paragraphs.map(|paragraph| {
        let bare = paragraph.starts_with(&own) && !paragraph.contains(char::is_whitespace);
        if bare { Paragraph::Link(paragraph.to_owned()) } else { Paragraph::Text(paragraph.to_owned()) }
    });
    Letter {
        to: to.unwrap_or_default().to_owned(),
        subject: message.subject().unwrap_or_default().to_owned(),
        date: message.date().map(mail_parser::DateTime::to_rfc3339).unwrap_or_default(),
        paragraphs: paragraphs.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EML: &str = "From: Onward <no-reply@localhost>\r\nTo: ada@example.com\r\nSubject: =?utf-8?b?5oKo?= link\r\n\
        Date: Sat, 21 Nov 2026 17:40:00 +0000\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\nFollow this:\r\n\r\nhttp://localhost:3001/link?token=3Dabc=\r\ndef\r\n\r\n\
        Or http://elsewhere.example/ not.\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>x</p>\r\n--b--\r\n";

    #[test]
    fn a_letter_is_read_as_mail_programs_do_and_only_links_of_ours_can_be_pressed() {
        let message = MessageParser::default().parse(EML.as_bytes()).unwrap();
        let letter = letter(&message, "http://localhost:3001");
        assert_eq!(letter.to, "ada@example.com");
        assert_eq!(letter.subject, "您 link");
        assert_eq!(letter.date, "2026-11-21T17:40:00Z");
        assert_eq!(
            letter.paragraphs,
            [
                Paragraph::Text("Follow this:".to_owned()),
                Paragraph::Link("http://localhost:3001/link?token=abcdef".to_owned()),
                Paragraph::Text("Or http://elsewhere.example/ not.".to_owned()),
            ]
        );
    }

    #[test]
    fn a_text_message_is_read_like_a_letter() {
        let sms = "To: +4930901820\nSubject: Text message\nDate: Sat, 21 Nov 2026 17:40:00 +0000\n\
            Content-Type: text/plain; charset=utf-8\n\n123456 is your code.\n\n@localhost #123456\n";
        let letter =
            letter(&MessageParser::default().parse(sms.as_bytes()).unwrap(), "http://localhost:3001");
        assert_eq!((letter.to.as_str(), letter.subject.as_str()), ("+4930901820", "Text message"));
        assert_eq!(letter.paragraphs.len(), 2);
    }

    #[test]
    fn a_folder_that_is_not_there_yet_has_no_letters() {
        assert_eq!(newest(Path::new("/nowhere/at/all"), "http://localhost:3001").unwrap(), []);
    }
}
