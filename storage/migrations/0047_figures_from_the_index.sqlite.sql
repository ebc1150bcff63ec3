-- Figures of a year are counted from the index: it has all that counts of a ticket in a word, STATE/ASL/CATEGORY/GRID
-- (storage/queries/tallies.sqlite.sql), or NULL while that still hangs on the time.
DROP INDEX tickets_by_time;
CREATE INDEX tickets_by_time ON tickets (community, reported_at, grid, private, category, CASE
    WHEN accepted_at IS NULL AND accept_late_at IS NOT NULL THEN NULL
    WHEN resolved_at IS NULL AND solve_late_at IS NOT NULL THEN NULL
    ELSE state
        || CASE WHEN accepted_at IS NULL THEN '/-' WHEN accept_late_at IS NULL THEN '/i' ELSE '/l' END
        || CASE WHEN resolved_at IS NULL THEN '-' WHEN solve_late_at IS NULL THEN 'i' ELSE 'l' END
        || CASE WHEN rating <> '' THEN 's/' WHEN reopened > 0 THEN 'u/' ELSE '-/' END
        || category || '/' || grid
END);
