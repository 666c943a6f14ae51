-- Ids are 16-byte UUIDv7, times are microseconds since 1970, JSON is text. Every table is scoped by tenant.
-- Only primary keys begin with the tenant. PostgreSQL, before it has statistics, would take any other index that does
-- for as good as the primary key, and walk through all rows of the tenant.

CREATE TABLE deployment (
    tenant TEXT NOT NULL,
    id {bytes} NOT NULL,
    PRIMARY KEY (tenant)
) {table_options};

CREATE TABLE revisions (
    tenant TEXT NOT NULL,
    revision {integer} NOT NULL,
    PRIMARY KEY (tenant)
) {table_options};

CREATE TABLE settings (
    tenant TEXT NOT NULL,
    document TEXT NOT NULL,
    updated_at {integer} NOT NULL,
    PRIMARY KEY (tenant)
) {table_options};

CREATE TABLE applications (
    tenant TEXT NOT NULL,
    id {bytes} NOT NULL,
    document TEXT NOT NULL,
    created_at {integer} NOT NULL,
    updated_at {integer} NOT NULL,
    PRIMARY KEY (tenant, id)
) {table_options};

CREATE TABLE application_secrets (
    tenant TEXT NOT NULL,
    application {bytes} NOT NULL,
    hash {bytes} NOT NULL,
    created_at {integer} NOT NULL,
    PRIMARY KEY (tenant, application, hash)
) {table_options};

CREATE TABLE signing_keys (
    tenant TEXT NOT NULL,
    kid TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    sealed {bytes} NOT NULL,
    active_from {integer} NOT NULL,
    PRIMARY KEY (tenant, kid)
) {table_options};

CREATE TABLE users (
    tenant TEXT NOT NULL,
    id {bytes} NOT NULL,
    username TEXT,
    username_key TEXT,
    email TEXT,
    email_key TEXT,
    email_verified {integer} NOT NULL,
    name TEXT,
    password_hash TEXT,
    suspended_at {integer},
    created_at {integer} NOT NULL,
    updated_at {integer} NOT NULL,
    PRIMARY KEY (tenant, id)
) {table_options};
CREATE UNIQUE INDEX users_username ON users (username_key, tenant);
CREATE UNIQUE INDEX users_email ON users (email_key, tenant);

CREATE TABLE throttles (
    tenant TEXT NOT NULL,
    key {bytes} NOT NULL,
    tries {integer} NOT NULL,
    began_at {integer} NOT NULL,
    PRIMARY KEY (tenant, key)
) {table_options};
CREATE INDEX throttles_began ON throttles (began_at);

CREATE TABLE browser_sessions (
    tenant TEXT NOT NULL,
    id {bytes} NOT NULL,
    token_hash {bytes} NOT NULL,
    user_id {bytes} NOT NULL,
    auth_time {integer} NOT NULL,
    idle_expires_at {integer} NOT NULL,
    absolute_expires_at {integer} NOT NULL,
    address TEXT,
    user_agent TEXT,
    ended_at {integer},
    PRIMARY KEY (tenant, id)
) {table_options};
CREATE UNIQUE INDEX browser_sessions_token ON browser_sessions (token_hash, tenant);
CREATE INDEX browser_sessions_user ON browser_sessions (user_id);
CREATE INDEX browser_sessions_expiry ON browser_sessions (absolute_expires_at);

CREATE TABLE flows (
    tenant TEXT NOT NULL,
    id {bytes} NOT NULL,
    browser_hash {bytes} NOT NULL,
    application {bytes} NOT NULL,
    request TEXT NOT NULL,
    identifier TEXT,
    restarted {integer} NOT NULL,
    rehearsal {integer} NOT NULL,
    session_id {bytes},
    signed_in_at {integer},
    created_at {integer} NOT NULL,
    expires_at {integer} NOT NULL,
    replayed_at {integer},
    replayed_as {bytes},
    finished_at {integer},
    PRIMARY KEY (tenant, id)
) {table_options};
CREATE INDEX flows_expiry ON flows (expires_at);

CREATE TABLE consents (
    tenant TEXT NOT NULL,
    user_id {bytes} NOT NULL,
    application {bytes} NOT NULL,
    scope TEXT NOT NULL,
    granted_at {integer} NOT NULL,
    PRIMARY KEY (tenant, user_id, application)
) {table_options};

CREATE TABLE codes (
    tenant TEXT NOT NULL,
    hash {bytes} NOT NULL,
    application {bytes} NOT NULL,
    user_id {bytes} NOT NULL,
    session_id {bytes} NOT NULL,
    redirect_uri TEXT NOT NULL,
    challenge TEXT,
    scope TEXT NOT NULL,
    resource TEXT,
    nonce TEXT,
    auth_time {integer} NOT NULL,
    expires_at {integer} NOT NULL,
    used_at {integer},
    grant_id {bytes},
    PRIMARY KEY (tenant, hash)
) {table_options};
CREATE INDEX codes_expiry ON codes (expires_at);
CREATE INDEX codes_session ON codes (session_id);

CREATE TABLE grants (
    tenant TEXT NOT NULL,
    id {bytes} NOT NULL,
    application {bytes} NOT NULL,
    user_id {bytes} NOT NULL,
    session_id {bytes} NOT NULL,
    scope TEXT NOT NULL,
    resource TEXT,
    auth_time {integer} NOT NULL,
    offline {integer} NOT NULL,
    salt {bytes} NOT NULL,
    generation {integer} NOT NULL,
    sibling {integer} NOT NULL,
    prev_sibling {integer},
    minted_at {integer} NOT NULL,
    handed_out_at {integer} NOT NULL,
    confirmed_at {integer},
    recoveries {integer} NOT NULL,
    idle_expires_at {integer} NOT NULL,
    absolute_expires_at {integer} NOT NULL,
    revoked_at {integer},
    revoked_reason TEXT,
    version {integer} NOT NULL,
    PRIMARY KEY (tenant, id)
) {table_options};
CREATE INDEX grants_user ON grants (user_id);
CREATE INDEX grants_session ON grants (session_id);
CREATE INDEX grants_expiry ON grants (absolute_expires_at);

CREATE TABLE incidents (
    tenant TEXT NOT NULL,
    reference TEXT NOT NULL,
    code TEXT NOT NULL,
    application {bytes},
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    rehearsal {integer} NOT NULL,
    happened_at {integer} NOT NULL,
    PRIMARY KEY (tenant, reference)
) {table_options};
CREATE INDEX incidents_time ON incidents (happened_at);

CREATE TABLE audit (
    tenant TEXT NOT NULL,
    id {bytes} NOT NULL,
    event TEXT NOT NULL,
    application {bytes},
    user_id {bytes},
    detail TEXT NOT NULL,
    happened_at {integer} NOT NULL,
    PRIMARY KEY (tenant, id)
) {table_options};
