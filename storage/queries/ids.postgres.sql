-- name: ids_take
-- SQLite counts in the table of counters: there, nobody else writes meanwhile.
SELECT nextval(CAST('ids_' || CAST(:name AS TEXT) AS regclass)) AS id FROM generate_series(1, CAST(:count AS INTEGER));
