-- Figures of a community are counted over what was reported, or solved, in a stretch of time.
CREATE INDEX tickets_by_time ON tickets (community, reported_at);
CREATE INDEX tickets_solved ON tickets (community, resolved_at) WHERE resolved_at IS NOT NULL;
