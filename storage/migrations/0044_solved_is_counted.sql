-- What was solved in a stretch of time is counted from the index alone.
DROP INDEX tickets_solved;
CREATE INDEX tickets_solved ON tickets (community, resolved_at, category, grid, private) WHERE resolved_at IS NOT NULL;
