-- name: marks_of
-- Whatever of a ticket can change without its version: each row of this says one thing about one of them.
-- Each half of the letters is written exactly as in its partial index, or the index is not used.
WITH asked AS (SELECT value AS ticket FROM json_each(CAST(:tickets AS TEXT)))
SELECT id AS ticket, 'version' AS what, CAST(version AS BIGINT) AS one, CAST(0 AS BIGINT) AS other, CAST(0 AS BIGINT) AS third
FROM tickets WHERE id IN (SELECT ticket FROM asked)
UNION ALL
SELECT ticket, 'line', MAX(seq), 0, 0 FROM ledger WHERE ticket IN (SELECT ticket FROM asked) GROUP BY ticket
UNION ALL
SELECT ticket, 'said', MAX(id), COUNT(*), 0 FROM remarks WHERE ticket IN (SELECT ticket FROM asked) GROUP BY ticket
UNION ALL
SELECT ticket, 'photo', MAX(id), COUNT(*), COUNT(sha256) FROM attachments WHERE ticket IN (SELECT ticket FROM asked) GROUP BY ticket
UNION ALL
SELECT ticket, clock, ends_at, COALESCE(due_at, 0), 0 FROM deadlines WHERE ticket IN (SELECT ticket FROM asked)
UNION ALL
SELECT ticket, fate, COUNT(*), COALESCE(MAX(sent_at), 0), SUM(attempts) FROM outbox
WHERE ticket IN (SELECT ticket FROM asked) AND kind IN ('answer', 'ask', 'remind', 'news') GROUP BY ticket, fate
UNION ALL
SELECT ticket, fate || '!', COUNT(*), COALESCE(MAX(sent_at), 0), SUM(attempts) FROM outbox
WHERE ticket IN (SELECT ticket FROM asked) AND kind IN ('page', 'alert') GROUP BY ticket, fate;
