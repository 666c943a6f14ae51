//! The telephone number of an account: proved by the code of a text message, then changed; and removed.
//!
//! A number stands at one account only. Whoever proves one that stands at another account is told so: it may be theirs, or
//! that of whoever had the number before. Nobody is told before (C145).

use model::{Address, LinkId, LinkPurpose, MailId, PhoneNumber, UserId};
use store::audit::{AuditEvent, AuditLine};
use store::links::{Link, MOST_TRIES, Use};
use store::outbox::{Mail, MailKind};
use store::ways_in::Messages;

use crate::throttle::Network;
use crate::{AskError, Asker, CodeError, Identifier, Links};

/// What is needed to change numbers.
#[derive(Clone, Copy, Debug)]
pub struct PhoneChange<'a> {
    /// What issues the codes.
    pub links: Links<'a>,
}

/// Why a number did not become that of an account.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// The code is another one, or no longer good.
    #[error("the code is wrong, or no longer good")]
    Code(#[from] CodeError),
    /// It is that of another account.
    #[error("the number is that of another account")]
    Taken,
    /// The store could not answer.
    #[error("the store could not answer")]
    Store(#[from] store::Error),
}

impl PhoneChange<'_> {
    /// Orders the text message that lets a number prove itself for this account.
    pub async fn ask(&self, user: UserId, typed: &str, asker: &Asker<'_>) -> Result<LinkId, AskError> {
        let identifier = Identifier::phone(typed).map_err(|_| AskError::Address)?;
        let number = PhoneNumber::parse(identifier.written()).map_err(|_| AskError::Address)?;
        self.links.ask_for_number(user, &identifier, number, asker).await
    }

    /// Makes the number that a code went to that of the account which asked for it, if the code is right.
    pub async fn confirm(
        &self,
        link: &Link,
        user: UserId,
        typed: &str,
        network: Network,
    ) -> Result<(), PhoneError> {
        let Links { store, clock, entropy, .. } = self.links;
        let (LinkPurpose::VerifyPhone, Some(Address::Phone(number)), true) =
            (link.purpose, &link.address, link.user == Some(user))
        else {
            return Err(CodeError::Wrong.into());
        };
        self.links.try_code(link, typed, network, None).await?;
        let line = AuditLine::new(AuditEvent::PhoneAdded, clock, entropy).user(user);
        let used = Use { link, browser: link.browser, tries: MOST_TRIES, at: clock.now() };
        let former = store.phone(user).await?.map(|phone| phone.number).filter(|former| former != number);
        let mut notices = vec![self.notice(MailKind::PhoneAdded, user, &link.locale)];
        notices.extend(former.map(|former| self.farewell(&former, user, &link.locale)));
        match store.set_phone(used, user, number, &notices, line).await {
            Ok(true) => Ok(()),
            // Used, replaced or too old meanwhile: told from a wrong one nowhere.
            Ok(false) => Err(CodeError::Wrong.into()),
            Err(store::Error::Conflict { .. }) => Err(PhoneError::Taken),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes the number from an account, and tells its owner in the language `locale`: by letter, and at the number. `false`
    /// when the number is the only way in, or there is none.
    pub async fn remove(&self, user: UserId, messages: Messages, locale: &str) -> Result<bool, store::Error> {
        let Links { store, clock, entropy, .. } = self.links;
        let line = AuditLine::new(AuditEvent::PhoneRemoved, clock, entropy).user(user);
        let Some(phone) = store.phone(user).await? else { return Ok(false) };
        let letter = messages.letters.then(|| self.notice(MailKind::PhoneRemoved, user, locale));
        let text = messages.texts.then(|| self.farewell(&phone.number, user, locale));
        let notices: Vec<_> = letter.into_iter().chain(text).collect();
        store.remove_phone(user, messages, &notices, line, clock.now()).await
    }

    /// To a number that signs in no more: whoever took it away may have the mailbox, too, or there is none.
    fn farewell(&self, former: &PhoneNumber, user: UserId, locale: &str) -> Mail {
        Mail { about: Some(former.to_string()), ..self.notice(MailKind::PhoneLost, user, locale) }
    }

    fn notice(&self, kind: MailKind, user: UserId, locale: &str) -> Mail {
        let id = MailId::new(self.links.clock, self.links.entropy);
        Mail { id, kind, user: Some(user), link: None, locale: locale.to_owned(), about: None }
    }
}
