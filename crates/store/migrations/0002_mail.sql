-- Mail that has to go out, and the links of which some of it tells.

CREATE TABLE outbox (
    tenant TEXT NOT NULL,
    id {bytes} NOT NULL,
    kind TEXT NOT NULL,
    user_id {bytes},
    flow {bytes},
    locale TEXT NOT NULL,
    attempts {integer} NOT NULL,
    due_at {integer} NOT NULL,
    created_at {integer} NOT NULL,
    given_up_at {integer},
    PRIMARY KEY (tenant, id)
) {table_options};
CREATE INDEX outbox_due ON outbox (tenant, due_at);
CREATE INDEX outbox_created ON outbox (tenant, created_at);

CREATE TABLE password_resets (
    tenant TEXT NOT NULL,
    hash {bytes} NOT NULL,
    user_id {bytes} NOT NULL,
    flow {bytes},
    locale TEXT NOT NULL,
    expires_at {integer} NOT NULL,
    used_at {integer},
    replaced_at {integer},
    PRIMARY KEY (tenant, hash)
) {table_options};
CREATE INDEX password_resets_user ON password_resets (tenant, user_id);
CREATE INDEX password_resets_expiry ON password_resets (tenant, expires_at);
