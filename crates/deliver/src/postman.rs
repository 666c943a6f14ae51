//! The postman: empties the outbox.

use std::sync::Arc;
use std::time::Duration;

use keys::opaque::OpaqueSecret;
use model::{Clock, EmailAddress, Entropy, User};
use pages::{Letter, Locale};
use store::outbox::{ClaimedMail, Mail, MailKind};
use store::password_resets::PasswordReset;
use store::{Error, Store};

use crate::route::send;
use crate::settings::MailSettings;

/// How long a link is good, from when its letter is sent.
const LINK_LIFETIME: Duration = Duration::from_secs(30 * 60);
/// How long an order belongs to whoever took it: longer than sending may take.
const LEASE: Duration = Duration::from_secs(5 * 60);
/// The pause after the first try that failed; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(15);
/// How often an order is tried: over more than two hours.
const MOST_TRIES: i64 = 10;

/// Empties the outbox.
#[derive(Clone, Debug)]
pub struct Postman {
    /// The tables.
    pub store: Store,
    /// Where letters go.
    pub settings: MailSettings,
    /// Our own address, as the links of letters begin.
    pub endpoint: String,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
}

impl Postman {
    /// Carries out one order that is due; `false` when none is.
    pub async fn deliver_next(&self) -> Result<bool, Error> {
        let now = self.clock.now();
        let Some(claimed) = self.store.claim_mail(now, now.plus(LEASE)).await? else { return Ok(false) };
        let Some((to, letter)) = self.letter(&claimed.mail).await? else {
            self.store.mail_sent(&claimed).await?;
            return Ok(true);
        };
        let id = format!("{}.{}", claimed.mail.id, claimed.attempt);
        match send(&self.settings, &to, letter, &id, now).await {
            Ok(()) => self.store.mail_sent(&claimed).await?,
            Err(error) if claimed.attempt >= MOST_TRIES => {
                tracing::error!(mail = %claimed.mail.id, %error, "a letter could not be sent, and is given up");
                self.store.give_up_mail(&claimed, self.clock.now()).await?;
            }
            Err(error) => {
                tracing::warn!(mail = %claimed.mail.id, %error, "a letter could not be sent yet");
                let due_at = self.clock.now().plus(pause_after(&claimed));
                self.store.send_mail_later(&claimed, due_at).await?;
            }
        }
        Ok(true)
    }

    /// To whom, and what. `None` when there is nobody to tell.
    async fn letter(&self, mail: &Mail) -> Result<Option<(EmailAddress, Letter)>, Error> {
        let user = match mail.user {
            Some(id) => self.store.user(id).await?.filter(|user| user.suspended_at.is_none()),
            None => None,
        };
        let Some((user, to)) = user.and_then(|user| user.email.clone().map(|to| (user, to))) else {
            return Ok(None);
        };
        let locale = Locale::negotiate(&[&mail.locale], None);
        let letter = match mail.kind {
            MailKind::PasswordReset => {
                let address = self.new_link(mail, &user).await?;
                Letter::password_reset(locale, user.label(), &address)
            }
            MailKind::PasswordChanged => {
                Letter::password_changed(locale, user.label(), &format!("{}/forgot-password", self.endpoint))
            }
        };
        Ok(Some((to, letter)))
    }

    /// A link of its own for each try, so that nothing but its hash is ever kept.
    async fn new_link(&self, mail: &Mail, user: &User) -> Result<String, Error> {
        let token = OpaqueSecret::draw(&*self.entropy);
        let now = self.clock.now();
        let reset = PasswordReset {
            user: user.id,
            flow: mail.flow,
            locale: mail.locale.clone(),
            expires_at: now.plus(LINK_LIFETIME),
        };
        self.store.issue_password_reset(token.hash(), &reset, now).await?;
        Ok(format!("{}/reset-password?token={}", self.endpoint, token.expose()))
    }
}

fn pause_after(claimed: &ClaimedMail) -> Duration {
    let doublings = u32::try_from(claimed.attempt.clamp(1, MOST_TRIES) - 1).unwrap_or(0);
    FIRST_PAUSE * 2_u32.pow(doublings)
}
