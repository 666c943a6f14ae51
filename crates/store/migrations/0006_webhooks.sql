-- Webhooks: whom an operator wants told what happens, and what is yet to be told.

CREATE TABLE webhooks (
    tenant TEXT NOT NULL,
    id {bytes} NOT NULL,
    document TEXT NOT NULL,
    sealed {bytes} NOT NULL,
    former_sealed {bytes},
    updated_at {integer} NOT NULL,
    PRIMARY KEY (tenant, id)
) {table_options};

-- By event, so that what nobody listens to costs one look.
CREATE TABLE webhook_events (
    tenant TEXT NOT NULL,
    event TEXT NOT NULL,
    webhook {bytes} NOT NULL,
    PRIMARY KEY (tenant, event, webhook)
) {table_options};
CREATE INDEX webhook_events_webhook ON webhook_events (webhook);

-- `due_at` is NULL once nothing is left to be done.
CREATE TABLE webhook_deliveries (
    tenant TEXT NOT NULL,
    webhook {bytes} NOT NULL,
    event_id {bytes} NOT NULL,
    event TEXT NOT NULL,
    data TEXT NOT NULL,
    occurrences {integer} NOT NULL,
    attempts {integer} NOT NULL,
    due_at {integer},
    created_at {integer} NOT NULL,
    delivered_at {integer},
    last_status {integer},
    last_error TEXT,
    PRIMARY KEY (tenant, webhook, event_id)
) {table_options};
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at);
CREATE INDEX webhook_deliveries_created ON webhook_deliveries (created_at);
