//! Text messages for development and tests: one file each, written like a letter, so that the same programs read it.

use std::path::PathBuf;

use super::{Sending, Sms, SmsError, SmsProvider};

/// A folder.
#[derive(Debug)]
pub(super) struct Folder(pub(super) PathBuf);

impl SmsProvider for Folder {
    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a> {
        Box::pin(async move {
            let at = jiff::Timestamp::from_microsecond(sms.at.as_micros()).unwrap_or_default();
            let head = format!(
                "To: {}\nSubject: Text message\nDate: {}",
                sms.to,
                at.strftime("%a, %d %b %Y %T +0000")
            );
            let contents = format!("{head}\nContent-Type: text/plain; charset=utf-8\n\n{}\n", sms.text);
            let written = std::fs::create_dir_all(&self.0)
                .and_then(|()| std::fs::write(self.0.join(format!("{}.sms", sms.id)), contents));
            written.map_err(|_| SmsError::Folder)
        })
    }
}
