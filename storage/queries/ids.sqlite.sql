-- name: ids_last
SELECT name, value FROM counters WHERE name IN (SELECT value FROM json_each(CAST(:names AS TEXT)));

-- name: ids_set
INSERT INTO counters (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
RETURNING value;
