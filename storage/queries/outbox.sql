-- name: outbox_owe*!
INSERT INTO outbox (
    id, at, kind, rank, routes, route, chat, platform, reader, ticket, body, once, not_before, fate, attempts, note
) VALUES (
    :id, :at, :kind, :rank, :routes, :route, :chat, :platform, :reader, :ticket, :body, :once, :not_before,
    :fate, 0, :note
) ON CONFLICT (once) DO NOTHING;

-- name: outbox_owe_card*!
INSERT INTO outbox (
    id, at, kind, rank, routes, route, chat, platform, reader, ticket, body, once, not_before, fate, attempts, note
)
SELECT
    CAST(:id AS BIGINT), CAST(:at AS BIGINT), 'card', CAST(:rank AS INTEGER), CAST(:routes AS TEXT),
    CAST(:route AS TEXT), CAST(:chat AS TEXT), CAST(:platform AS TEXT), CAST(:reader AS TEXT),
    CAST(:ticket AS TEXT), CAST(:body AS TEXT), CAST(:once AS TEXT), CAST(:not_before AS BIGINT),
    CAST(:fate AS TEXT), 0, CAST(:note AS TEXT)
WHERE NOT EXISTS (
    SELECT 1 FROM outbox o
    WHERE o.ticket = :ticket AND o.route = :route AND o.kind = 'card' AND o.fate IN ('waiting', 'claimed')
        AND o.fate = 'waiting'
)
-- One that is kept untold will show the ticket as it is then.
AND NOT EXISTS (
    SELECT 1 FROM outbox u
    WHERE u.ticket = :ticket AND u.route = :route AND u.kind = 'card' AND u.fate = 'untold'
)
ON CONFLICT (once) DO NOTHING;

-- name: outbox_claimable
-- The inner query walks only the partial index of what is owed: its cost follows what is owed, not what was ever
-- sent. Per chat it names the one letter whose turn it is; the outer one keeps those that may go now. What lies behind
-- `:never` was written down before the clock was set back.
SELECT o.* FROM outbox o
JOIN (
    SELECT chat, COALESCE(MIN(CASE WHEN rank = 0 THEN id END), MIN(id)) AS head
    FROM outbox WHERE fate IN ('waiting', 'claimed') AND (fate = 'claimed' OR not_before <= :now) GROUP BY chat
) AS next ON next.head = o.id
WHERE (o.again_at <= :now OR o.again_at > :never)
    AND (o.fate = 'waiting' OR o.claimed_until <= :now OR o.claimed_until > :never)
    AND o.platform IN (SELECT value FROM json_each(CAST(:platforms AS TEXT)))
    AND o.chat NOT IN (SELECT value FROM json_each(CAST(:resting AS TEXT)))
    AND (o.rank = 0 OR o.chat NOT IN (SELECT value FROM json_each(CAST(:urgent_only AS TEXT))))
ORDER BY o.rank, o.id LIMIT :limit /*postgres FOR UPDATE OF o SKIP LOCKED */;

-- name: outbox_companions
SELECT * FROM outbox
WHERE chat IN (SELECT value FROM json_each(CAST(:chats AS TEXT)))
    AND fate IN ('waiting', 'claimed') AND kind IN ('remind', 'alert')
    AND not_before <= :now AND (again_at <= :now OR again_at > :never)
    AND (fate = 'waiting' OR claimed_until <= :now OR claimed_until > :never)
ORDER BY id /*postgres FOR UPDATE SKIP LOCKED */;

-- name: outbox_take*!
UPDATE outbox SET
    fate = 'claimed', claimed_until = :until, attempts = :attempts,
    -- What an answer was to carry and has not is the line's now.
    note = CASE WHEN note = 'at once' THEN '' ELSE note END
WHERE id = :id;

-- name: outbox_sent*!
UPDATE outbox SET
    fate = 'sent', claimed_until = NULL, sent_chat = :chat, sent_message = :message, sent_at = :at
WHERE id = :id;

-- name: outbox_later*!
UPDATE outbox SET
    fate = 'waiting', claimed_until = NULL, again_at = :again_at, note = :note, attempts = attempts + :unsure
WHERE id = :id AND fate = 'claimed';

-- name: outbox_release
-- What goes back with an answer is in the hands of whoever gives that (storage/untold.py), not of the line's.
UPDATE outbox SET fate = 'waiting', claimed_until = NULL, attempts = attempts + 1
WHERE fate IN ('waiting', 'claimed') AND fate = 'claimed' AND platform = :platform AND note <> 'at once'
RETURNING chat;

-- name: outbox_sent_lately
SELECT sent_chat AS chat, sent_at AS at FROM outbox
WHERE fate = 'sent' AND platform = :platform AND sent_at > :since
GROUP BY sent_chat, sent_message, sent_at
ORDER BY sent_at DESC LIMIT :limit;

-- name: outbox_get
SELECT * FROM outbox WHERE id = :id;

-- name: outbox_route*!
UPDATE outbox SET
    fate = :fate, claimed_until = NULL, again_at = 0, attempts = 0, routes = :routes, route = :route, chat = :chat,
    platform = :platform, note = :note, body = :body
WHERE id = :id;

-- name: outbox_drop*!
UPDATE outbox SET fate = 'dropped', claimed_until = NULL, note = :note
WHERE id = :id AND fate IN ('waiting', 'claimed', 'untold');

-- name: outbox_told
SELECT * FROM outbox
WHERE ticket IN (SELECT value FROM json_each(CAST(:keys AS TEXT)))
    AND kind IN ('page', 'alert') AND fate IN ('waiting', 'claimed', 'sent')
ORDER BY id;

-- name: outbox_cards_owed
SELECT route FROM outbox
WHERE ticket = :ticket AND kind = 'card' AND fate IN ('waiting', 'claimed')
ORDER BY id;

-- name: outbox_said
SELECT * FROM outbox WHERE sent_chat = :chat AND sent_message = :message ORDER BY id;

-- name: outbox_said_lately
-- Messages of a way lie between its name with a colon and the same with the next character.
SELECT * FROM outbox
WHERE sent_chat = :chat AND sent_message >= :first AND sent_message < :behind AND sent_at >= :since
ORDER BY id;

-- name: outbox_get_many
SELECT * FROM outbox WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(CAST(:ids AS TEXT))) ORDER BY id;

-- name: outbox_annotate!
UPDATE outbox SET body = :body WHERE id = :id;

-- name: outbox_waiting_on
SELECT DISTINCT platform, rank = 0 AS urgent FROM outbox
WHERE chat IN (SELECT value FROM json_each(CAST(:chats AS TEXT))) AND fate IN ('waiting', 'claimed');

-- name: outbox_oldest
SELECT MIN(at) AS value FROM outbox WHERE fate IN ('waiting', 'claimed');

-- name: outbox_backlog
-- A letter whose own time has not come is not late.
SELECT platform, COUNT(*) AS count, MIN(CASE WHEN not_before > at THEN not_before ELSE at END) AS since
FROM outbox WHERE fate IN ('waiting', 'claimed') AND not_before <= :now GROUP BY platform;

-- name: outbox_next_claimable
-- Of the letters whose turn it is, when the first may go; of the others, when the first one's own time comes.
SELECT MIN(at) AS value FROM (
    SELECT MIN(CASE WHEN o.fate = 'claimed' THEN o.claimed_until ELSE o.again_at END) AS at FROM outbox o
    JOIN (
        SELECT chat, COALESCE(MIN(CASE WHEN rank = 0 THEN id END), MIN(id)) AS head
        FROM outbox WHERE fate IN ('waiting', 'claimed') AND (fate = 'claimed' OR not_before <= :now) GROUP BY chat
    ) AS next ON next.head = o.id
    WHERE o.platform IN (SELECT value FROM json_each(CAST(:platforms AS TEXT)))
    UNION ALL
    SELECT MIN(not_before) FROM outbox
    WHERE fate IN ('waiting', 'claimed') AND fate = 'waiting' AND not_before > :now
        AND platform IN (SELECT value FROM json_each(CAST(:platforms AS TEXT)))
) AS times;

-- name: outbox_going_to
SELECT id, routes, fate FROM outbox
WHERE fate IN ('waiting', 'claimed') AND routes LIKE '%' || CAST(:chat AS TEXT) || '%';

-- name: outbox_about
-- The living card is what it is about, not a word to anybody: it stands in the chat and follows.
-- Each half is written exactly as in its partial index, or the index is not used.
SELECT * FROM (
    SELECT * FROM outbox WHERE ticket = :ticket AND kind IN ('answer', 'ask', 'remind', 'news')
    UNION ALL
    SELECT * FROM outbox WHERE ticket = :ticket AND kind IN ('page', 'alert')
) AS told ORDER BY id DESC LIMIT :limit;
