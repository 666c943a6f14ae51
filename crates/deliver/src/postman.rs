//! The postman: empties the outbox.

use std::sync::Arc;
use std::time::Duration;

use keys::{LinkKey, opaque};
use model::{Address, Clock, EmailAddress, LinkId, LinkPurpose, PhoneNumber, Timestamp, User};
use pages::{InvitationWords, Letter, LinkAndCode, Locale, ProviderWords, TextMessage};
use store::invitations::{Invitation, InvitationStanding};
use store::links::Link;
use store::outbox::{ClaimedMail, MailKind};
use store::throttles::Counter;
use store::{Error, Store};

use crate::route::send;
use crate::settings::MailSettings;
use crate::sms::{Sms, SmsSettings};

/// The pause after the first try that failed; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(15);
/// How long the store may take before and after a text message is sent.
const AROUND_SENDING: Duration = Duration::from_secs(10);
/// How often an order is tried: over more than two hours.
const MOST_TRIES: i64 = 10;

/// Empties the outbox.
#[derive(Clone, Debug)]
pub struct Postman {
    /// The tables.
    pub store: Store,
    /// Where letters go. None: nowhere, and what would be one is dropped.
    pub mail: Option<MailSettings>,
    /// By whom text messages go. None: by nobody.
    pub sms: Option<SmsSettings>,
    /// Our own address, as the links of letters begin.
    pub endpoint: String,
    /// Our host, as text messages name us.
    pub host: String,
    /// What makes the tokens and codes of links.
    pub link_key: Arc<LinkKey>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// What an order tells, to whom.
#[derive(Debug)]
enum Message {
    Letter(EmailAddress, Box<Letter>),
    Text(PhoneNumber, TextMessage),
}

/// Why a message did not leave.
#[derive(Debug)]
struct Failed {
    /// What an operator has to know.
    cause: String,
    /// Whether another try may do.
    may_pass: bool,
}

/// What became of the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// An order was carried out, put off, or dropped as there was nobody to tell.
    Tended,
    /// An order was given up after its last try.
    GivenUp,
    /// None is due.
    Nothing,
}

impl Postman {
    /// Carries out one order that is due.
    pub async fn deliver_next(&self) -> Result<Delivery, Error> {
        let now = self.clock.now();
        let Some(claimed) = self.store.claim_mail(now, now.plus(self.lease())).await? else {
            return Ok(Delivery::Nothing);
        };
        let Some(message) = self.message(&claimed).await? else {
            self.store.mail_sent(&claimed).await?;
            return Ok(Delivery::Tended);
        };
        let sent = match &message {
            Message::Text(..) if self.is_one_too_many().await? => Err(Failed {
                cause: "there were sms-per-hour text messages already".to_owned(),
                may_pass: true,
            }),
            Message::Text(..) | Message::Letter(..) => self.send(&claimed, message).await,
        };
        match sent {
            Ok(()) => self.store.mail_sent(&claimed).await?,
            Err(Failed { cause, may_pass }) if !may_pass || claimed.attempt >= MOST_TRIES => {
                tracing::error!(mail = %claimed.mail.id, %cause, "a message could not be sent, and is given up");
                self.store.give_up_mail(&claimed, self.clock.now()).await?;
                return Ok(Delivery::GivenUp);
            }
            Err(Failed { cause, .. }) => {
                tracing::warn!(mail = %claimed.mail.id, %cause, "a message could not be sent yet");
                let due_at = self.clock.now().plus(pause_after(&claimed));
                self.store.send_mail_later(&claimed, due_at).await?;
            }
        }
        Ok(Delivery::Tended)
    }

    /// How long an order belongs to whoever took it: longer than sending may take.
    fn lease(&self) -> Duration {
        let letter = self.mail.as_ref().map(MailSettings::lease);
        let text = self.sms.as_ref().map(|sms| sms.patience() + AROUND_SENDING);
        letter.max(text).unwrap_or(AROUND_SENDING)
    }

    /// Counts a text message for the whole deployment: whoever finds a way to order many earns by them, and the operator pays.
    async fn is_one_too_many(&self) -> Result<bool, Error> {
        let Some(settings) = &self.sms else { return Ok(false) };
        let counter = Counter { key: opaque::hash(b"text messages"), window: Duration::from_secs(3_600) };
        let counts = self.store.count_try(&[counter], self.clock.now()).await?;
        Ok(counts.iter().any(|count| count.tries > settings.per_hour()))
    }

    /// Sends a message. One for which there is no way, because the operator has closed it meanwhile, goes nowhere.
    async fn send(&self, claimed: &ClaimedMail, message: Message) -> Result<(), Failed> {
        let at = self.clock.now();
        match (message, &self.mail, &self.sms) {
            (Message::Letter(to, letter), Some(settings), _) => {
                let letter = match &settings.templates {
                    Some(templates) => templates.apply(*letter),
                    None => *letter,
                };
                let id = format!("{}.{}", claimed.mail.id, claimed.attempt);
                let sent = send(settings, &to, letter, &id, at).await;
                sent.map_err(|error| Failed { cause: error.to_string(), may_pass: true })
            }
            (Message::Text(to, text), _, Some(settings)) => {
                let sms = Sms { id: claimed.mail.id.to_string(), to, text: text.as_str().to_owned(), at };
                let sent = settings.send(&sms).await;
                sent.map_err(|error| Failed { cause: error.to_string(), may_pass: error.may_pass() })
            }
            (Message::Letter(..), None, _) | (Message::Text(..), _, None) => Ok(()),
        }
    }

    /// To whom, and what. `None` when there is nobody to tell, or nothing any more.
    async fn message(&self, claimed: &ClaimedMail) -> Result<Option<Message>, Error> {
        let mail = &claimed.mail;
        let user = match mail.user {
            Some(id) => self.store.user(id).await?,
            None => None,
        };
        if user.as_ref().is_some_and(|user| user.suspended_at.is_some()) {
            return Ok(None);
        }
        let locale = Locale::negotiate(&[&mail.locale], None);
        match (mail.kind, mail.link) {
            (MailKind::Link, Some(link)) => self.link(link, user.as_ref(), locale).await,
            (
                MailKind::AddressInUse
                | MailKind::IdentityLinked
                | MailKind::IdentityRemoved
                | MailKind::PasswordChanged
                | MailKind::PasswordChangedByPhone
                | MailKind::PasswordSet
                | MailKind::PhoneAdded
                | MailKind::PhoneRemoved,
                _,
            ) => match user {
                Some(user) => self.notice(claimed, &user, locale).await,
                None => Ok(None),
            },
            (MailKind::PhoneLost, _) => {
                let number = mail.about.as_deref().and_then(|number| PhoneNumber::parse(number).ok());
                let text = TextMessage::phone_lost(locale, &self.host, &self.another_password());
                Ok(number.map(|number| Message::Text(number, text)))
            }
            (MailKind::AddressHeld, Some(way_back)) => Ok(letter(self.held(way_back, locale).await?)),
            (MailKind::Invitation, Some(id)) => Ok(letter(self.invitation(id, locale).await?)),
            (MailKind::AddressHeld | MailKind::Link | MailKind::Invitation, None) => Ok(None),
        }
    }

    /// Where another password is chosen.
    fn another_password(&self) -> String {
        format!("{}/forgot-password", self.endpoint)
    }

    /// A letter that says what was done; to whoever has no address but a telephone, a text message about the password.
    async fn notice(
        &self,
        claimed: &ClaimedMail,
        user: &User,
        locale: Locale,
    ) -> Result<Option<Message>, Error> {
        let kind = claimed.mail.kind;
        let Some(to) = user.email.clone() else {
            let phone = match kind {
                MailKind::PasswordChanged | MailKind::PasswordChangedByPhone | MailKind::PasswordSet => {
                    self.store.phone(user.id).await?
                }
                MailKind::AddressHeld
                | MailKind::AddressInUse
                | MailKind::IdentityLinked
                | MailKind::IdentityRemoved
                | MailKind::Invitation
                | MailKind::Link
                | MailKind::PhoneAdded
                | MailKind::PhoneLost
                | MailKind::PhoneRemoved => None,
            };
            let text = TextMessage::password_set(locale, &self.host, &self.another_password());
            return Ok(phone.map(|phone| Message::Text(phone.number, text)));
        };
        let about = claimed.mail.about.as_deref().unwrap_or_default();
        let (at, identities) = (written(claimed.ordered_at), format!("{}/account/identities", self.endpoint));
        let provider = ProviderWords { person: user.label(), provider: about, at: &at, account: &identities };
        let account = || format!("{}/account", self.endpoint);
        let letter = match kind {
            MailKind::AddressInUse => Letter::address_in_use(locale, user.label(), &account()),
            MailKind::IdentityLinked => Letter::provider_linked(locale, &provider, &self.another_password()),
            MailKind::IdentityRemoved => {
                Letter::provider_removed(locale, &provider, &self.another_password())
            }
            MailKind::PasswordChanged => {
                Letter::password_changed(locale, user.label(), about, &self.another_password())
            }
            MailKind::PasswordChangedByPhone => {
                Letter::password_changed_by_phone(locale, user.label(), about, &self.another_password())
            }
            MailKind::PasswordSet => Letter::password_set(locale, user.label(), &self.another_password()),
            MailKind::PhoneAdded => Letter::phone_added(locale, user.label(), &account()),
            MailKind::PhoneRemoved => Letter::phone_removed(locale, user.label(), &account()),
            MailKind::AddressHeld | MailKind::Link | MailKind::Invitation | MailKind::PhoneLost => {
                return Ok(None);
            }
        };
        Ok(Some(Message::Letter(to, letter.into())))
    }

    /// The letter to an address that is kept for the account of a way back. The way back itself is given once.
    async fn held(&self, way_back: LinkId, locale: Locale) -> Result<Option<(EmailAddress, Letter)>, Error> {
        let Some(link) = self.store.link(way_back).await? else { return Ok(None) };
        let Some(Address::Email(to)) = link.address else { return Ok(None) };
        let account = format!("{}/account", self.endpoint);
        let letter = Letter::address_held(locale, to.as_str(), &written(link.expires_at), &account);
        Ok(Some((to, letter)))
    }

    /// The letter of an invitation. It is good until it says, however long the letter has waited.
    async fn invitation(&self, id: LinkId, locale: Locale) -> Result<Option<(EmailAddress, Letter)>, Error> {
        let now = self.clock.now();
        let open = |found: &Invitation| found.standing(now) == InvitationStanding::Open;
        let Some(invitation) = self.store.invitation(id).await?.filter(open) else { return Ok(None) };
        let Some(organization) = self.store.organization(invitation.organization).await? else {
            return Ok(None);
        };
        let inviter = match invitation.inviter {
            Some(inviter) => self.store.user(inviter).await?,
            None => None,
        };
        let address = format!("{}/invitation?token={}", self.endpoint, self.link_key.token(id));
        let words = InvitationWords {
            person: invitation.address.as_str(),
            organization: &organization.name,
            inviter: inviter.as_ref().map(User::contact),
            days: whole_days(invitation.expires_at.since(now)),
        };
        let letter = Letter::invitation(locale, &words, &address);
        Ok(Some((invitation.address, letter)))
    }

    /// The letter of a link, or the text message with its code. Its time begins now: one that an outage has delayed is not
    /// dead on arrival.
    async fn link(
        &self,
        link: LinkId,
        user: Option<&User>,
        locale: Locale,
    ) -> Result<Option<Message>, Error> {
        let Some(link) = self.store.link(link).await? else { return Ok(None) };
        let expires_at = self.clock.now().plus(link.purpose.lifetime());
        let sent = self.store.send_link(link.id, expires_at).await?;
        let Some((link, to)) = sent.and_then(|link| link.address.clone().map(|to| (link, to))) else {
            return Ok(None);
        };
        let to = match to {
            Address::Email(to) => to,
            Address::Phone(to) => return Ok(Some(self.text(&link, to, locale))),
        };
        let path = match link.purpose {
            LinkPurpose::ResetPassword => "/reset-password",
            LinkPurpose::RestoreEmail => "/account/email/restore",
            LinkPurpose::VerifyEmail => "/account/email/confirm",
            LinkPurpose::Register | LinkPurpose::SignIn | LinkPurpose::VerifyPhone => "/link",
        };
        let address = format!("{}{path}?token={}", self.endpoint, self.link_key.token(link.id));
        let opens = LinkAndCode { address: &address, code: &self.link_key.code(link.id) };
        let person = user.map_or(to.as_str(), User::label);
        let letter = match (link.purpose, user) {
            (LinkPurpose::ResetPassword, _) => Letter::password_reset(locale, person, opens),
            (LinkPurpose::RestoreEmail, _) => Letter::email_changed(locale, person, &address),
            (LinkPurpose::VerifyEmail, _) => Letter::verify_email(locale, person, opens),
            (LinkPurpose::SignIn | LinkPurpose::VerifyPhone, _) => Letter::sign_in(locale, person, opens),
            (LinkPurpose::Register, None) => Letter::register(locale, person, opens),
            (LinkPurpose::Register, Some(_)) => Letter::already_registered(locale, person, opens),
        };
        Ok(Some(Message::Letter(to, letter.into())))
    }

    /// The text message of a link: it has the code, and is typed where it was asked for.
    fn text(&self, link: &Link, to: PhoneNumber, locale: Locale) -> Message {
        let code = self.link_key.code(link.id);
        let text = match link.purpose {
            LinkPurpose::ResetPassword => TextMessage::password_reset(locale, &self.host, &code),
            LinkPurpose::VerifyPhone => TextMessage::verify(locale, &self.host, &code),
            LinkPurpose::Register
            | LinkPurpose::RestoreEmail
            | LinkPurpose::SignIn
            | LinkPurpose::VerifyEmail => TextMessage::sign_in(locale, &self.host, &code),
        };
        Message::Text(to, text)
    }
}

/// A time as letters tell it: to the minute, in UTC.
fn written(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.as_micros());
    at.map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}

fn letter(found: Option<(EmailAddress, Letter)>) -> Option<Message> {
    found.map(|(to, letter)| Message::Letter(to, letter.into()))
}

/// Days, rounded up.
fn whole_days(left: Duration) -> i64 {
    i64::try_from(left.as_secs().div_ceil(24 * 3_600).max(1)).unwrap_or(i64::MAX)
}

fn pause_after(claimed: &ClaimedMail) -> Duration {
    let doublings = u32::try_from(claimed.attempt.clamp(1, MOST_TRIES) - 1).unwrap_or(0);
    FIRST_PAUSE * 2_u32.pow(doublings)
}
