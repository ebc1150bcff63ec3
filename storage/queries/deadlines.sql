-- name: deadlines_set*!
INSERT INTO deadlines (ticket, clock, stage, due_at, ends_at, started_at, left_over)
VALUES (:ticket, :clock, :stage, :due_at, :ends_at, :started_at, :left_over)
ON CONFLICT (ticket, clock) DO UPDATE SET
    stage = excluded.stage, due_at = excluded.due_at, ends_at = excluded.ends_at,
    started_at = excluded.started_at, left_over = excluded.left_over;

-- name: deadlines_stop*!
DELETE FROM deadlines WHERE ticket = :ticket AND clock = :clock;

-- name: deadlines_of
SELECT * FROM deadlines WHERE ticket IN (SELECT value FROM json_each(CAST(:keys AS TEXT)));

-- name: deadlines_due
-- `due_at IS NOT NULL` stands here for the partial index: a paused clock is in no index and costs no sweep anything.
SELECT * FROM deadlines WHERE due_at IS NOT NULL AND due_at <= :now ORDER BY due_at, ticket LIMIT :limit;

-- name: deadlines_next_due
SELECT MIN(at) AS value FROM (
    SELECT MIN(due_at) AS at FROM deadlines WHERE due_at IS NOT NULL
    UNION ALL
    SELECT MIN(expires_at) FROM dialogues
) AS alarms;
