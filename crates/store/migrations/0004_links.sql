-- The links and codes of letters, whatever they are for. What opens one is nowhere in the database: it is made from the
-- id under a key of the server. A row is kept after its end, to say which end it was.

DROP TABLE password_resets; -- never released
DELETE FROM outbox WHERE kind = 'password_reset';

CREATE TABLE links (
    tenant TEXT NOT NULL,
    id {bytes} NOT NULL,
    purpose TEXT NOT NULL,
    asked TEXT NOT NULL,
    user_id {bytes},
    address TEXT,
    flow {bytes},
    application {bytes},
    browser_hash {bytes} NOT NULL,
    locale TEXT NOT NULL,
    rehearsal {integer} NOT NULL,
    tries {integer} NOT NULL,
    created_at {integer} NOT NULL,
    expires_at {integer} NOT NULL,
    used_at {integer},
    used_in {bytes},
    replaced_at {integer},
    revoked_at {integer},
    PRIMARY KEY (tenant, id)
) {table_options};
CREATE INDEX links_asked ON links (asked);
CREATE INDEX links_user ON links (user_id);
CREATE INDEX links_created ON links (created_at);

ALTER TABLE outbox ADD COLUMN link {bytes};
