-- Invitations to organizations. What opens one is nowhere here: it is made from the id under a key of the server. A row
-- is kept after its end, to say which end it was.

CREATE TABLE invitations (
    tenant TEXT NOT NULL,
    id {bytes} NOT NULL,
    organization {bytes} NOT NULL,
    inviter {bytes},
    address TEXT NOT NULL,
    address_key TEXT NOT NULL,
    roles TEXT NOT NULL,
    locale TEXT NOT NULL,
    rehearsal {integer} NOT NULL,
    created_at {integer} NOT NULL,
    expires_at {integer} NOT NULL,
    accepted_at {integer},
    accepted_by {bytes},
    replaced_at {integer},
    revoked_at {integer},
    PRIMARY KEY (tenant, id)
) {table_options};
CREATE INDEX invitations_organization ON invitations (organization);
CREATE INDEX invitations_address ON invitations (address_key);
CREATE INDEX invitations_expiry ON invitations (expires_at);
