-- name: figures_tallies
-- All that counts of each ticket in a word, as STATE/ASL/CATEGORY/GRID, which Python counts: letting the database put tens
-- of thousands in groups costs three times as much. ASL: three letters, for taking it, for solving it, and for what was
-- said of it (storage/figures.py).
SELECT string_agg(
    t.state || CASE
        WHEN t.accepted_at IS NOT NULL THEN CASE WHEN t.accept_late_at IS NULL THEN '/i' ELSE '/l' END
        WHEN t.accept_late_at <= :now THEN '/o' ELSE '/-'
    END || CASE
        WHEN t.resolved_at IS NOT NULL THEN CASE WHEN t.solve_late_at IS NULL THEN 'i' ELSE 'l' END
        WHEN t.solve_late_at <= :now THEN 'o' ELSE '-'
    END || CASE WHEN t.rating <> '' THEN 's/' WHEN t.reopened > 0 THEN 'u/' ELSE '-/' END
    || t.category || '/' || t.grid,
    ' '
) AS value
FROM tickets t
WHERE /*within t*/ AND t.reported_at >= :since AND t.reported_at < :until
    AND (CAST(:category AS TEXT) IS NULL OR t.category = :category);
