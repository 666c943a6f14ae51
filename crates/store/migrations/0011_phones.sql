-- Telephone numbers that have proved themselves, and codes that go to them by text message.

CREATE TABLE phones (
    tenant TEXT NOT NULL,
    user_id {bytes} NOT NULL,
    number TEXT NOT NULL,
    added_at {integer} NOT NULL,
    proved_at {integer} NOT NULL,
    PRIMARY KEY (tenant, user_id)
) {table_options};
CREATE UNIQUE INDEX phones_number ON phones (number, tenant);

ALTER TABLE links ADD COLUMN texted {integer} NOT NULL DEFAULT 0;
