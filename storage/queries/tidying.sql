-- What is old enough to go, at most 500 rows of a kind in one turn: others wait for the write lock meanwhile. The number
-- stands here, because for one it does not know PostgreSQL would rather read the whole table.
-- The bounds and their reasons: storage/tidying.py.

-- name: tidy_inbox!
DELETE FROM inbox WHERE key IN (SELECT key FROM inbox WHERE at < :before ORDER BY at LIMIT 500);

-- name: tidy_set_aside!
DELETE FROM set_aside WHERE key IN (SELECT key FROM set_aside WHERE at < :before ORDER BY at LIMIT 500);

-- name: tidy_letters!
-- A ticket that lives, or ended lately, keeps its letters: who was told, what was owed once for ever, and which message
-- speaks of it. The list of states is the one of storage/records/states.py with 'resolved'.
DELETE FROM outbox WHERE id IN (
    SELECT o.id FROM outbox o
    WHERE o.fate IN ('sent', 'dropped', 'undeliverable', 'untold') AND o.at < :before
        AND NOT EXISTS (
            SELECT 1 FROM tickets t
            WHERE t.id = o.ticket AND (
                t.state IN ('reported', 'accepted', 'on_site', 'planned', 'resolved')
                OR t.queued IS NOT NULL OR t.closed_at >= :before
            )
        )
    ORDER BY o.at LIMIT 500
);

-- name: tidy_web_messages!
-- Those that are a living ticket's card or its report stay, and those that letters still kept became.
DELETE FROM web_messages WHERE id IN (
    SELECT w.id FROM web_messages w
    WHERE w.at < :before
        AND NOT EXISTS (
            SELECT 1 FROM outbox o WHERE o.sent_chat = w.chat AND o.sent_message = CAST(w.id AS TEXT)
        )
        AND NOT EXISTS (
            SELECT 1 FROM cards c JOIN tickets t ON t.id = c.ticket
            WHERE c.place = w.chat AND c.message = CAST(w.id AS TEXT)
                AND (t.state IN ('reported', 'accepted', 'on_site', 'planned', 'resolved') OR t.queued IS NOT NULL)
        )
        AND NOT EXISTS (
            SELECT 1 FROM tickets t
            WHERE t.origin_chat = w.chat AND t.origin_message = CAST(w.id AS TEXT)
                AND (t.state IN ('reported', 'accepted', 'on_site', 'planned', 'resolved') OR t.queued IS NOT NULL)
        )
    ORDER BY w.at LIMIT 500
);

-- name: tidying_photos
-- Of messages that may be going; whether anything else shows them is looked at afterwards.
SELECT photos FROM web_messages WHERE at < :before AND photos <> '[]' ORDER BY at LIMIT 500;

-- name: tidy_data_links!
DELETE FROM data_links WHERE token_hash IN (SELECT token_hash FROM data_links WHERE expires_at < :before LIMIT 500);

-- name: tidy_albums!
DELETE FROM albums WHERE (chat, album) IN (
    SELECT chat, album FROM albums WHERE at < :before ORDER BY at LIMIT 500
);

-- name: tidy_windows!
DELETE FROM windows WHERE (chat, kind, data) IN (
    SELECT chat, kind, data FROM windows WHERE until < :before ORDER BY until LIMIT 500
);

-- name: tidy_invites!
DELETE FROM invites WHERE code_hash IN (SELECT code_hash FROM invites WHERE expires_at < :before LIMIT 500);

-- name: tidy_own_codes!
DELETE FROM own_codes WHERE code_hash IN (SELECT code_hash FROM own_codes WHERE expires_at < :before LIMIT 500);

-- name: tidy_swaps!
DELETE FROM swaps WHERE id IN (SELECT id FROM swaps WHERE ends < :before ORDER BY ends LIMIT 500);

-- name: tidy_invite_misses!
DELETE FROM invite_misses WHERE id IN (SELECT id FROM invite_misses WHERE at < :before ORDER BY id LIMIT 500);

-- name: tidy_login_links!
DELETE FROM login_links WHERE token_hash IN (
    SELECT token_hash FROM login_links WHERE expires_at < :before LIMIT 500
);

-- name: tidy_sessions!
DELETE FROM sessions WHERE session_hash IN (
    SELECT session_hash FROM sessions WHERE expires_at < :before LIMIT 500
);

-- name: tidy_proposals!
DELETE FROM proposals WHERE id IN (SELECT id FROM proposals WHERE at < :before LIMIT 500);

-- name: tidy_examples!
DELETE FROM examples WHERE id IN (SELECT id FROM examples WHERE at < :before ORDER BY at LIMIT 500);

-- name: tidy_jobs!
DELETE FROM jobs WHERE (job, period) IN (SELECT job, period FROM jobs WHERE at < :before ORDER BY at LIMIT 500);
