-- name: windows_open*!
INSERT INTO windows (chat, kind, data, until, letters) VALUES (:chat, :kind, :data, :until, :letters)
ON CONFLICT (chat, kind, data) DO UPDATE SET until = excluded.until, letters = excluded.letters;

-- name: windows_take
-- One statement: of two that take at the same time each gets its own letter, or the last one nothing.
UPDATE windows SET letters = letters - 1
WHERE (chat, kind, data) IN (
    SELECT w.chat, w.kind, w.data FROM windows w
    WHERE w.chat = :chat AND w.until > :now
        AND w.letters >= CASE WHEN w.kind = 'talk' THEN CAST(:places AS INTEGER) ELSE 1 END
    ORDER BY CASE w.kind WHEN 'touch' THEN 0 WHEN 'talk' THEN 1 ELSE 2 END, w.until DESC, w.data
    LIMIT 1 /*postgres FOR UPDATE */
)
RETURNING *;

-- name: windows_give_back!
UPDATE windows SET letters = letters + 1
WHERE chat = :chat AND kind = :kind AND data = :data AND until = :until;

-- name: windows_left
SELECT COALESCE(SUM(letters), 0) AS value FROM windows WHERE chat = :chat AND until > :now;

-- name: windows_open_now
SELECT COUNT(*) AS value FROM windows WHERE chat = :chat AND until > :now;
