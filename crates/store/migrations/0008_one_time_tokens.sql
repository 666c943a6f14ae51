-- One-time tokens: made by an application, which sends them by itself. What opens one is nowhere here: it is made from
-- the id under a key of the server.

CREATE TABLE one_time_tokens (
    tenant TEXT NOT NULL,
    id {bytes} NOT NULL,
    address TEXT NOT NULL,
    address_key TEXT NOT NULL,
    organizations TEXT NOT NULL,
    created_at {integer} NOT NULL,
    expires_at {integer} NOT NULL,
    consumed_at {integer},
    revoked_at {integer},
    PRIMARY KEY (tenant, id)
) {table_options};
CREATE INDEX one_time_tokens_address ON one_time_tokens (address_key);
CREATE INDEX one_time_tokens_expiry ON one_time_tokens (expires_at);
