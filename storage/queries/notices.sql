-- What a notice board tells. The lists of states are written exactly as in the partial indexes, or those are not used.

-- name: notices_all
SELECT * FROM notice_boards;

-- name: notices_choose!
INSERT INTO notice_boards (compound, choices) VALUES (:compound, :choices)
ON CONFLICT (compound) DO UPDATE SET choices = excluded.choices;

-- name: notices_alive
-- Overdue as figures_overdue has it.
SELECT grid,
    COUNT(CASE WHEN state <> 'resolved' THEN 1 END) AS open,
    COUNT(CASE WHEN (state = 'reported' AND accept_late_at <= :now)
        OR (state <> 'resolved' AND solve_late_at <= :now) THEN 1 END) AS overdue,
    COUNT(CASE WHEN state = 'resolved' AND resolved_at >= :week THEN 1 END) AS week,
    COUNT(CASE WHEN state = 'resolved' AND resolved_at >= :month THEN 1 END) AS month
FROM tickets
WHERE grid IN (SELECT value FROM json_each(CAST(:grids AS TEXT)))
    AND state IN ('reported', 'accepted', 'on_site', 'planned', 'resolved')
GROUP BY grid;

-- name: notices_closed
SELECT COUNT(CASE WHEN resolved_at >= :week THEN 1 END) AS week, COUNT(CASE WHEN resolved_at >= :month THEN 1 END) AS month
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
