//! Invitations to organizations: made, sent again, withdrawn, accepted on somebody's behalf, removed.

use model::{EmailAddress, LinkId, MailId, OrganizationId, OrganizationRoleId, Timestamp, UserId};
use serde::Deserialize;
use serde_json::{Value, json};
use store::audit::{AuditEvent, AuditLine};
use store::invitations::{Invitation, InvitationStanding, LIFETIME};
use store::outbox::{Mail, MailKind};
use store::users::IdentifierKey;

use crate::{ChangeError, Invalid, Operator};

/// The longest life of an invitation.
const LONGEST_LIFE: std::time::Duration = std::time::Duration::from_secs(365 * 24 * 3_600);
/// The most roles of one invitation.
const MOST_ROLES: usize = 100;

/// What a body says of a new invitation.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewInvitation {
    organization_id: OrganizationId,
    /// Who is invited, as the body writes it.
    pub invitee: String,
    #[serde(default)]
    inviter_id: Option<UserId>,
    #[serde(default)]
    organization_role_ids: Vec<OrganizationRoleId>,
    /// Milliseconds since 1970; a week from now when absent.
    #[serde(default)]
    expires_at: Option<i64>,
    #[serde(default)]
    message_payload: MessagePayload,
}

/// Who is invited: an address, with its normal form (C150).
#[derive(Clone, Debug)]
pub struct Invitee {
    /// The address.
    pub address: EmailAddress,
    /// Its normal form.
    pub key: String,
}

/// Whether a letter goes out: always, unless it says `false`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum MessagePayload {
    Wanted(bool),
    Words {
        /// The language of the letter.
        #[serde(default)]
        locale: Option<String>,
    },
}

impl Default for MessagePayload {
    fn default() -> Self {
        Self::Wanted(true)
    }
}

impl NewInvitation {
    /// Whether it asks for a letter.
    pub const fn wants_letter(&self) -> bool {
        !matches!(self.message_payload, MessagePayload::Wanted(false))
    }
}

/// The body of an invitation, in the field's names.
pub fn body(invitation: &Invitation, roles: &[(OrganizationRoleId, String)], now: Timestamp) -> Value {
    let roles = invitation.roles.iter().filter_map(|id| roles.iter().find(|(known, _)| known == id));
    json!({
        "id": invitation.id,
        "organizationId": invitation.organization,
        "inviterId": invitation.inviter,
        "invitee": invitation.address,
        "acceptedUserId": invitation.accepted_by,
        "status": status(invitation.standing(now)),
        "organizationRoles": roles.map(|(id, name)| json!({"id": id, "name": name})).collect::<Vec<_>>(),
        "createdAt": invitation.created_at.as_millis(),
        "expiresAt": invitation.expires_at.as_millis(),
    })
}

/// The field knows no invitation that a newer one replaced: it was revoked.
const fn status(standing: InvitationStanding) -> &'static str {
    match standing {
        InvitationStanding::Open => "Pending",
        InvitationStanding::Accepted => "Accepted",
        InvitationStanding::Expired => "Expired",
        InvitationStanding::Replaced | InvitationStanding::Revoked => "Revoked",
    }
}

impl Operator {
    /// Invites somebody. An older invitation of the same address into the same organization ends.
    pub async fn invite(&self, new: NewInvitation, invitee: Invitee) -> Result<Invitation, ChangeError> {
        let mail_wanted = new.wants_letter();
        let invitation = self.read_invitation(new, invitee).await?;
        let mail = mail_wanted.then(|| self.letter_of(&invitation));
        let line = self.invitation_line(AuditEvent::InvitationSent, &invitation);
        let issued = self.store.issue_invitation(&invitation, mail.as_ref(), line).await?;
        if issued { Ok(invitation) } else { Err(no_such_organization().into()) }
    }

    async fn read_invitation(&self, new: NewInvitation, invitee: Invitee) -> Result<Invitation, ChangeError> {
        let now = self.clock.now();
        let Invitee { address, key } = invitee;
        let expires_at = new.expires_at.map_or(now.plus(LIFETIME), Timestamp::from_millis);
        if expires_at <= now || expires_at > now.plus(LONGEST_LIFE) {
            return Err(Invalid::new("expiresAt", "a moment within the next year is expected").into());
        }
        if new.organization_role_ids.len() > MOST_ROLES {
            return Err(Invalid::new("organizationRoleIds", "one call names at most a hundred").into());
        }
        for role in &new.organization_role_ids {
            if self.store.organization_role(*role).await?.is_none() {
                return Err(Invalid::new("organizationRoleIds", format!("there is no role {role}")).into());
            }
        }
        if let Some(inviter) = new.inviter_id
            && self.store.user(inviter).await?.is_none()
        {
            return Err(Invalid::new("inviterId", "there is no such account").into());
        }
        let account = self.store.account(&IdentifierKey::Email(key.clone())).await?;
        if let Some(account) = account
            && self.store.member_roles(new.organization_id, account.user.id).await?.is_some()
        {
            return Err(Invalid::new("invitee", "somebody with this address belongs to it already").into());
        }
        let locale = match new.message_payload {
            MessagePayload::Words { locale } => locale,
            MessagePayload::Wanted(_) => None,
        };
        Ok(Invitation {
            id: LinkId::new(&*self.clock, &*self.entropy),
            organization: new.organization_id,
            inviter: new.inviter_id,
            address,
            address_key: key,
            roles: new.organization_role_ids,
            locale: locale.map(|tag| tag.chars().take(35).collect()).unwrap_or_default(),
            rehearsal: false,
            created_at: now,
            expires_at,
            accepted_at: None,
            accepted_by: None,
            replaced_at: None,
            revoked_at: None,
        })
    }

    /// Sends the letter of an open invitation once more. The link stays the same.
    pub async fn send_invitation_again(&self, id: LinkId) -> Result<(), ChangeError> {
        let invitation = self.open_invitation(id).await?;
        Ok(self.store.send_invitation_again(&self.letter_of(&invitation), self.clock.now()).await?)
    }

    /// Withdraws an open invitation.
    pub async fn revoke_invitation(&self, id: LinkId) -> Result<Invitation, ChangeError> {
        let invitation = self.open_invitation(id).await?;
        let line = self.invitation_line(AuditEvent::InvitationRevoked, &invitation);
        let revoked = self.store.revoke_invitation(id, self.clock.now(), line).await?;
        self.after(id, revoked).await
    }

    /// Accepts an open invitation for somebody whose address it names: the caller has asked them.
    pub async fn accept_invitation(&self, id: LinkId, user: UserId) -> Result<Invitation, ChangeError> {
        let invitation = self.open_invitation(id).await?;
        let line = self.invitation_line(AuditEvent::InvitationAccepted, &invitation).user(user);
        let accepted = self.store.accept_invitation(&invitation, user, self.clock.now(), line).await?;
        if !accepted && self.open_invitation(id).await.is_ok() {
            return Err(Invalid::new(
                "acceptedUserId",
                "an active account of the invited address is expected",
            )
            .into());
        }
        self.after(id, accepted).await
    }

    /// Removes an invitation.
    pub async fn delete_invitation(&self, id: LinkId) -> Result<(), ChangeError> {
        let invitation = self.store.invitation(id).await?.ok_or(ChangeError::NotFound)?;
        let line = self.invitation_line(AuditEvent::InvitationDeleted, &invitation);
        let deleted = self.store.delete_invitation(id, line).await?;
        if deleted { Ok(()) } else { Err(ChangeError::NotFound) }
    }

    async fn open_invitation(&self, id: LinkId) -> Result<Invitation, ChangeError> {
        let found = self.store.invitation(id).await?.ok_or(ChangeError::NotFound)?;
        match found.standing(self.clock.now()) {
            InvitationStanding::Open => Ok(found),
            InvitationStanding::Accepted
            | InvitationStanding::Expired
            | InvitationStanding::Replaced
            | InvitationStanding::Revoked => Err(Invalid::new("status", "the invitation is over").into()),
        }
    }

    async fn after(&self, id: LinkId, done: bool) -> Result<Invitation, ChangeError> {
        if done {
            self.store.invitation(id).await?.ok_or(ChangeError::NotFound)
        } else {
            Err(ChangeError::Conflict)
        }
    }

    fn letter_of(&self, invitation: &Invitation) -> Mail {
        Mail {
            id: MailId::new(&*self.clock, &*self.entropy),
            kind: MailKind::Invitation,
            user: None,
            link: Some(invitation.id),
            locale: invitation.locale.clone(),
            about: None,
        }
    }

    fn invitation_line(&self, event: AuditEvent, invitation: &Invitation) -> AuditLine {
        let detail = json!({"invitationId": invitation.id, "organizationId": invitation.organization});
        AuditLine::new(event, &*self.clock, &*self.entropy).detail(detail)
    }
}

fn no_such_organization() -> Invalid {
    Invalid::new("organizationId", "there is no such organization")
}
