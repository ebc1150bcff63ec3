-- What a notice board tells. The lists of states are written exactly as in the partial indexes, or those are not used.

-- name: notices_all
SELECT * FROM notice_boards;

-- name: notices_choose!
INSERT INTO notice_boards (compound, choices) VALUES (:compound, :choices)
ON CONFLICT (compound) DO UPDATE SET choices = excluded.choices;

-- name: notices_alive
-- Overdue: the ladder was climbed because a clock ran out, not because somebody put it on the table.
SELECT grid,
    SUM(CASE WHEN state <> 'resolved' THEN 1 ELSE 0 END) AS open,
    SUM(
        CASE WHEN state <> 'resolved' AND level >= 2
            AND COALESCE(queued, '') NOT IN ('referred', 'by_staff', 'followers') THEN 1 ELSE 0 END
    ) AS overdue,
    SUM(CASE WHEN state = 'resolved' AND resolved_at >= :week THEN 1 ELSE 0 END) AS week,
    SUM(CASE WHEN state = 'resolved' AND resolved_at >= :month THEN 1 ELSE 0 END) AS month
FROM tickets
WHERE grid IN (SELECT value FROM json_each(CAST(:grids AS TEXT)))
    AND state IN ('reported', 'accepted', 'on_site', 'planned', 'resolved')
GROUP BY grid;

-- name: notices_closed
SELECT COALESCE(SUM(CASE WHEN resolved_at >= :week THEN 1 ELSE 0 END), 0) AS week,
    COALESCE(SUM(CASE WHEN resolved_at >= :month THEN 1 ELSE 0 END), 0) AS month
FROM tickets
WHERE grid = :grid AND state = 'closed' AND closed_at >= :since;

-- name: notices_results
-- Nothing private, nothing said without a name, and no quarrel between neighbours.
SELECT category, building, reported_at, resolved_at FROM tickets
WHERE grid = :grid AND state = 'closed' AND closed_at >= :since
    AND private = 0 AND anonymous = 0 AND category <> 'neighbor_dispute' AND resolved_at IS NOT NULL
ORDER BY closed_at DESC LIMIT :limit;

-- name: notices_results_fresh
SELECT category, building, reported_at, resolved_at FROM tickets
WHERE grid = :grid AND state IN ('reported', 'accepted', 'on_site', 'planned', 'resolved') AND state = 'resolved'
    AND private = 0 AND anonymous = 0 AND category <> 'neighbor_dispute' AND resolved_at IS NOT NULL
ORDER BY resolved_at DESC LIMIT :limit;
