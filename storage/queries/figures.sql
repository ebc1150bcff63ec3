-- Counts over tickets. What each number means, and which tickets count: handlers/figures.py, which counts one ticket in
-- Python; the tests hold both together. figures_tallies stands in tallies.sqlite.sql and tallies.postgres.sql.

-- name: figures_rates
SELECT
    COUNT(CASE WHEN t.accepted_at IS NOT NULL OR t.accept_late_at <= :now THEN 1 END) AS to_accept,
    COUNT(CASE WHEN t.accepted_at IS NOT NULL AND t.accept_late_at IS NULL THEN 1 END) AS accepted,
    COUNT(CASE WHEN t.resolved_at IS NOT NULL OR t.solve_late_at <= :now THEN 1 END) AS to_solve,
    COUNT(CASE WHEN t.resolved_at IS NOT NULL AND t.solve_late_at IS NULL THEN 1 END) AS solved_in_time,
    COUNT(CASE WHEN t.rating <> '' OR t.reopened > 0 THEN 1 END) AS rated,
    COUNT(CASE WHEN t.rating <> '' THEN 1 END) AS satisfied
FROM tickets t
WHERE /*within t*/ AND t.reported_at >= :since AND t.reported_at < :until
    AND (CAST(:category AS TEXT) IS NULL OR t.category = :category)
    AND t.state NOT IN ('declined', 'withdrawn', 'merged');

-- name: figures_spans
-- How many minutes each ticket took from its report to each stage, where it has come to it. One walk for all of them, and
-- one text for each: four that count by the minute cost twice as much, tens of thousands of rows three times, and two
-- databases would each find a percentile in their own way.
SELECT
    group_concat(CAST((t.accepted_at - t.reported_at) / 60000 AS TEXT), ' ') AS accepted,
    group_concat(CAST((t.arrived_at - t.reported_at) / 60000 AS TEXT), ' ') AS on_site,
    group_concat(CAST((t.resolved_at - t.reported_at) / 60000 AS TEXT), ' ') AS resolved,
    group_concat(CAST((t.closed_at - t.reported_at) / 60000 AS TEXT), ' ') AS closed
FROM tickets t
WHERE /*within t*/ AND t.reported_at >= :since AND t.reported_at < :until
    AND (CAST(:category AS TEXT) IS NULL OR t.category = :category)
    AND t.state NOT IN ('declined', 'withdrawn', 'merged');

-- name: figures_overdue
-- The list of states is the one of the partial index tickets_living: the cost follows what is alive. The community is
-- not asked for: SQLite would walk through all of its tickets by another index.
SELECT
    t.grid,
    COUNT(CASE WHEN t.state <> 'resolved' THEN 1 END) AS open,
    COUNT(CASE WHEN t.state = 'reported' AND t.accept_late_at <= :now THEN 1 END) AS unaccepted,
    COUNT(CASE WHEN t.state <> 'resolved' AND t.solve_late_at <= :now THEN 1 END) AS unsolved,
    COUNT(CASE WHEN (t.state = 'reported' AND t.accept_late_at <= :now)
        OR (t.state <> 'resolved' AND t.solve_late_at <= :now) THEN 1 END) AS overdue
FROM tickets t
WHERE t.grid IN (SELECT value FROM json_each(CAST(:grids AS TEXT)))
    AND t.state IN ('reported', 'accepted', 'on_site', 'planned', 'resolved')
    AND (CAST(:private AS INTEGER) = 1 OR t.private = 0)
    AND (CAST(:category AS TEXT) IS NULL OR t.category = :category)
GROUP BY t.grid;

-- name: figures_oldest
-- What has been overdue the longest, and may be named.
SELECT t.* FROM tickets t
WHERE t.grid IN (SELECT value FROM json_each(CAST(:grids AS TEXT)))
    AND t.state IN ('reported', 'accepted', 'on_site', 'planned', 'resolved')
    AND t.private = 0 AND t.state <> 'resolved' AND t.solve_late_at <= :now
ORDER BY t.solve_late_at, t.number LIMIT 1;

-- name: figures_begun
SELECT MIN(reported_at) AS value FROM tickets WHERE community = :community;

-- name: figures_repeats
-- A landmark tells places apart only where no building is known: "楼道" and "门口" of one unit are one place.
SELECT grid, category, building, unit, landmark, COUNT(*) AS times, MAX(reported_at) AS last_at
FROM (
    SELECT t.grid, t.category, t.building, t.unit, t.reported_at,
        CASE WHEN t.building = '' THEN t.landmark ELSE '' END AS landmark
    FROM tickets t
    WHERE /*within t*/ AND t.reported_at >= :since AND t.reported_at < :until
        AND (CAST(:category AS TEXT) IS NULL OR t.category = :category)
        AND t.private = 0 AND t.state NOT IN ('declined', 'withdrawn', 'merged')
        AND (t.building <> '' OR t.landmark <> '')
) AS places
GROUP BY grid, category, building, unit, landmark
HAVING COUNT(*) >= :least
ORDER BY times DESC, last_at DESC, grid, category, building, unit, landmark LIMIT :most;

-- name: figures_done
-- Counted when it was solved, whenever it was reported: all of it stands in the index tickets_solved. Python counts the
-- categories, in a third of the time.
SELECT group_concat(t.category, ' ') AS value
FROM tickets t
WHERE /*within t*/ AND t.resolved_at IS NOT NULL AND t.resolved_at >= :since AND t.resolved_at < :until
    AND (CAST(:category AS TEXT) IS NULL OR t.category = :category);
