-- Ids are 16-byte UUIDv7, times and spans are microseconds, JSON is text. A tenant of a table is an application;
-- the tenants of its people are realms.

CREATE TABLE sessions (
    tenant TEXT NOT NULL,
    handle {bytes} NOT NULL,
    realm TEXT NOT NULL,
    user_id TEXT NOT NULL,
    payload TEXT NOT NULL,
    data TEXT NOT NULL,
    anti_csrf TEXT,
    salt {bytes} NOT NULL,
    generation {integer} NOT NULL,
    sibling {integer} NOT NULL,
    prev_sibling {integer},
    minted_at {integer} NOT NULL,
    handed_out_at {integer} NOT NULL,
    confirmed_at {integer},
    recoveries {integer} NOT NULL,
    idle_lifetime {integer} NOT NULL,
    idle_expires_at {integer} NOT NULL,
    absolute_expires_at {integer} NOT NULL,
    revoked_at {integer},
    revoked_reason TEXT,
    -- When it was over: the earlier of the end of its idle time and its revocation. For the purge.
    over_at {integer} NOT NULL,
    created_at {integer} NOT NULL,
    first_address TEXT,
    first_agent TEXT,
    used_at {integer} NOT NULL,
    -- Most sessions are used from where they began: then this is 0, and the last place is not written again.
    moved {integer} NOT NULL,
    last_address TEXT,
    last_agent TEXT,
    version {integer} NOT NULL,
    PRIMARY KEY (tenant, handle)
) {table_options};

-- The tenant comes last: alone it picks every row, and a database without statistics may try that.
CREATE INDEX sessions_by_user ON sessions (user_id, tenant);
CREATE INDEX sessions_by_end ON sessions (over_at, tenant);

CREATE TABLE session_keys (
    tenant TEXT NOT NULL,
    kid TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    sealed {bytes} NOT NULL,
    active_from {integer} NOT NULL,
    PRIMARY KEY (tenant, kid)
) {table_options};
