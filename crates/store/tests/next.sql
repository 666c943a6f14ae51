-- What the next version might add: the stories of an upgrade run it (`server/tests/it/upgrade.rs`).

ALTER TABLE grants ADD COLUMN device TEXT;
ALTER TABLE users ADD COLUMN locale TEXT;
ALTER TABLE browser_sessions ADD COLUMN second_factor_at {integer};
CREATE TABLE devices (
    tenant TEXT NOT NULL,
    id {bytes} NOT NULL,
    PRIMARY KEY (tenant, id)
) {table_options};
