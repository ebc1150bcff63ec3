-- Ids come from sequences here. SQLite counts them in the table of counters: there, nobody else writes meanwhile.

-- name: ids_take
SELECT nextval(CAST('ids_' || CAST(:name AS TEXT) AS regclass)) AS id FROM generate_series(1, CAST(:count AS INTEGER));

-- name: ids_last
SELECT SUBSTR(sequencename, 5) AS name, last_value AS value FROM pg_sequences
WHERE schemaname = current_schema()
    AND sequencename IN (SELECT 'ids_' || value FROM json_each(CAST(:names AS TEXT)));

-- name: ids_set
SELECT setval(CAST('ids_' || CAST(:name AS TEXT) AS regclass), :value);
