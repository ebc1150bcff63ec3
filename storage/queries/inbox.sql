-- name: inbox_seen
SELECT key, answer FROM inbox WHERE key IN (SELECT value FROM json_each(CAST(:keys AS TEXT)));

-- name: inbox_keep*!
INSERT INTO inbox (key, at, answer) VALUES (:key, :at, :answer);

-- name: inbox_set_aside!
INSERT INTO set_aside (key, at, raw, why) VALUES (:key, :at, :raw, :why)
ON CONFLICT (key) DO UPDATE SET at = excluded.at, raw = excluded.raw, why = excluded.why;
