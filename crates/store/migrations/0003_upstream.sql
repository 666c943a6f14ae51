-- Sign-in at providers of somebody else: who they are, who was there, and who is on the way.

CREATE TABLE connectors (
    tenant TEXT NOT NULL,
    id {bytes} NOT NULL,
    target TEXT NOT NULL,
    document TEXT NOT NULL,
    sealed {bytes},
    updated_at {integer} NOT NULL,
    PRIMARY KEY (tenant, id)
) {table_options};
CREATE UNIQUE INDEX connectors_target ON connectors (target, tenant);

-- Never by e-mail: an address changes hands, a subject does not.
CREATE TABLE identities (
    tenant TEXT NOT NULL,
    connector {bytes} NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id {bytes} NOT NULL,
    created_at {integer} NOT NULL,
    PRIMARY KEY (tenant, connector, issuer, subject)
) {table_options};
CREATE INDEX identities_user ON identities (user_id);

CREATE TABLE departures (
    tenant TEXT NOT NULL,
    id {bytes} NOT NULL,
    connector {bytes} NOT NULL,
    flow {bytes} NOT NULL,
    pending {bytes} NOT NULL,
    answer {bytes},
    handle_hash {bytes},
    expires_at {integer} NOT NULL,
    claimed_at {integer},
    PRIMARY KEY (tenant, id)
) {table_options};
CREATE INDEX departures_expiry ON departures (expires_at);
CREATE UNIQUE INDEX departures_handle ON departures (handle_hash, tenant);

CREATE TABLE strangers (
    tenant TEXT NOT NULL,
    id {bytes} NOT NULL,
    flow {bytes} NOT NULL,
    connector {bytes} NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    name TEXT,
    email TEXT,
    believed {integer} NOT NULL,
    expires_at {integer} NOT NULL,
    used_at {integer},
    PRIMARY KEY (tenant, id)
) {table_options};
CREATE INDEX strangers_expiry ON strangers (expires_at);
CREATE INDEX strangers_flow ON strangers (flow);
