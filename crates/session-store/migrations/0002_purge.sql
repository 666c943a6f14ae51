-- When the purge looks at a session. A refresh moves the end of a session and not this, as it stands in an index: the
-- purge puts off what it finds alive.

ALTER TABLE sessions RENAME COLUMN over_at TO purge_at;
