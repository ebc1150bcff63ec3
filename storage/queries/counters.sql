-- name: counters_lock
-- Changes nothing, but takes the row's lock on PostgreSQL; SQLite holds the only writer's lock already.
INSERT INTO counters (name, value) VALUES (:name, :start)
ON CONFLICT (name) DO UPDATE SET value = counters.value
RETURNING value;

-- name: counters_set*!
UPDATE counters SET value = :value WHERE name = :name;

-- name: directory_bump!
INSERT INTO counters (name, value) VALUES ('directory', 1)
ON CONFLICT (name) DO UPDATE SET value = counters.value + 1;

-- name: directory_revision
SELECT value FROM counters WHERE name = 'directory';
