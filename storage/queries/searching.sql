-- The rows of the console's list. What the conditions mean: storage/scoping.py.

-- name: listings_put*!
INSERT INTO listings (
    community, number, ticket, grid, private, handler, first_responder, lane, calm, clock, due_at, state, kind,
    category, severity, reported_at, resolved_at, told, added
) VALUES (
    :community, :number, :ticket, :grid, :private, :handler, :first_responder, :lane, :calm, :clock, :due_at, :state,
    :kind, :category, :severity, :reported_at, :resolved_at, :told, ''
) ON CONFLICT (community, number) DO UPDATE SET
    grid = excluded.grid, private = excluded.private, handler = excluded.handler, first_responder =
    excluded.first_responder, lane = excluded.lane, calm = excluded.calm, clock = excluded.clock, due_at =
    excluded.due_at, state = excluded.state, kind = excluded.kind, category = excluded.category, severity =
    excluded.severity, reported_at = excluded.reported_at, resolved_at = excluded.resolved_at, told = excluded.told;

-- name: listings_add*!
UPDATE listings SET added = added || CASE WHEN added = '' THEN '' ELSE ' ' END || :more
WHERE community = :community AND number = :number;

-- name: listings_forget!
UPDATE listings SET added = '' WHERE community = :community AND number = :number;

-- name: listings_newest
SELECT t.ticket, t.number, t.lane, t.calm, t.clock, t.due_at, t.told, t.added FROM listings t
WHERE t.number < :before AND /*sees t*/ AND /*wanted t*/
ORDER BY t.number DESC LIMIT :limit;

-- name: listings_of_lane
-- Its rows stand in this order in the index.
SELECT t.ticket, t.number, t.lane, t.calm, t.clock, t.due_at, '' AS told, '' AS added FROM listings t
WHERE t.lane <> 'over' AND t.lane = :lane
    AND (t.calm, t.due_at, t.number) > (:calm, :due_at, :number)
    AND /*sees t*/ AND /*wanted t*/
ORDER BY t.calm, t.due_at, t.number LIMIT :limit;

-- name: listings_urgent
-- Of all lanes together, in one walk through the rows: so written that SQLite does not go by the board's index.
SELECT t.ticket, t.number, t.lane, t.calm, t.clock, t.due_at, t.told, t.added FROM listings t
WHERE NOT t.lane = 'over' AND (t.calm, t.due_at, t.number) > (:calm, :due_at, :number)
    AND /*sees t*/ AND /*wanted t*/
ORDER BY t.calm, t.due_at, t.number LIMIT :limit;

-- name: listings_counts
SELECT t.lane, COUNT(*) AS count,
    SUM(CASE WHEN t.due_at <= :now AND t.clock NOT IN ('pause', 'review', 'recall') THEN 1 ELSE 0 END) AS late,
    SUM(1 - t.calm) AS urgent
FROM listings t
WHERE t.lane <> 'over' AND /*sees t*/ AND /*chosen t*/
GROUP BY t.lane;

-- name: listings_resolved
SELECT COUNT(*) AS value FROM listings t
WHERE t.resolved_at IS NOT NULL AND t.resolved_at >= :resolved_since
    AND /*sees t*/ AND /*chosen t*/;

-- name: listings_of
SELECT t.ticket, t.number, t.lane, t.calm, t.clock, t.due_at, '' AS told, '' AS added FROM listings t
WHERE t.community = :community
    AND t.number IN (SELECT CAST(value AS BIGINT) FROM json_each(CAST(:numbers AS TEXT)));
