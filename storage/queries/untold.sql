-- name: untold_about
SELECT DISTINCT ticket, reader FROM outbox
WHERE ticket IN (SELECT value FROM json_each(CAST(:keys AS TEXT))) AND fate = 'untold'
ORDER BY ticket, reader;

-- name: untold_of_speakers
SELECT * FROM outbox WHERE fate = 'untold' AND id IN (
    SELECT o.id FROM outbox o
    WHERE o.fate = 'untold' AND o.chat IN (SELECT value FROM json_each(CAST(:chats AS TEXT)))
    UNION
    SELECT w.letter FROM untold_ways w WHERE w.chat IN (SELECT value FROM json_each(CAST(:chats AS TEXT)))
) ORDER BY id;

-- name: untold_wake*!
UPDATE outbox SET fate = 'waiting', again_at = 0, routes = :routes, route = :route, chat = :chat, platform = :platform
WHERE id = :id AND fate = 'untold';

-- name: untold_ways_keep*!
INSERT INTO untold_ways (chat, letter) VALUES (:chat, :letter) ON CONFLICT (chat, letter) DO NOTHING;

-- name: untold_ways_forget*!
DELETE FROM untold_ways WHERE letter = :id;

-- name: untold_counts
SELECT platform, COUNT(*) AS count FROM outbox WHERE fate = 'untold' GROUP BY platform;

-- name: untold_wake_paused
-- Addresses of a platform lie between its name with a colon and the same with the next character.
UPDATE outbox SET fate = 'waiting', again_at = 0
WHERE id IN (
    SELECT o.id FROM outbox o
    WHERE o.fate = 'untold' AND o.chat >= :first AND o.chat < :behind AND o.note = :paused
    ORDER BY o.id LIMIT :most
)
RETURNING *;

-- name: outbox_calls
-- Not as outbox_told has its kinds: that index holds what was ever sent.
SELECT * FROM outbox
WHERE fate IN ('waiting', 'claimed') AND platform = :platform AND kind || '' IN ('page', 'alert') AND not_before <= :now
    AND (fate = 'waiting' OR claimed_until <= :now OR claimed_until > :never)
ORDER BY rank, id LIMIT :limit /*postgres FOR UPDATE SKIP LOCKED */;

-- name: outbox_for_speakers
SELECT * FROM outbox
WHERE chat IN (SELECT value FROM json_each(CAST(:chats AS TEXT)))
    AND fate IN ('waiting', 'claimed') AND not_before <= :now
    AND (fate = 'waiting' OR claimed_until <= :now OR claimed_until > :never)
ORDER BY CASE WHEN rank = 0 THEN 0 ELSE 1 END, id LIMIT :limit /*postgres FOR UPDATE SKIP LOCKED */;

-- name: outbox_carry*!
UPDATE outbox SET
    fate = 'claimed', claimed_until = :until, attempts = :attempts, body = :body, note = 'at once'
WHERE id = :id;

-- name: outbox_after*!
UPDATE outbox SET again_at = :at WHERE id = :id AND fate = 'waiting' AND again_at < :at;

-- name: outbox_take_back!
UPDATE outbox SET fate = 'claimed', claimed_until = :until WHERE id = :id AND fate = 'sent';
