-- What a letter is about, where the order alone does not say it: the names of providers.

ALTER TABLE outbox ADD COLUMN about TEXT;
