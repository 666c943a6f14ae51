-- A newer one-time token takes the place of an older one, and one may be for one application alone.

ALTER TABLE one_time_tokens ADD COLUMN application {bytes};
ALTER TABLE one_time_tokens ADD COLUMN replaced_at {integer};

-- What is due to one webhook, whatever is due to others.

CREATE INDEX webhook_deliveries_turn ON webhook_deliveries (webhook, due_at);
