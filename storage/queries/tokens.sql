-- name: tokens_get
SELECT value FROM tokens WHERE name = :name;

-- name: tokens_starting
SELECT name, value FROM tokens WHERE name LIKE CAST(:prefix AS TEXT) || '%' ORDER BY name;

-- name: tokens_set!
INSERT INTO tokens (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;
