-- What has come again within days is looked for among what was closed in its grid.
CREATE INDEX tickets_closed ON tickets (grid, closed_at) WHERE state = 'closed';
