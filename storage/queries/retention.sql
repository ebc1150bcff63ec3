-- What stays how long once a ticket is over (storage/retention.py). At most 500 rows of a kind in one turn, as in tidying.sql.
-- An open ticket has no closed_at; one that was reopened or objected to has lost it.

-- name: retention_of
SELECT kind, days, done_until FROM retention WHERE community = :community;

-- name: retention_set!
INSERT INTO retention (community, kind, days, done_until) VALUES (:community, :kind, :days, 0)
ON CONFLICT (community, kind) DO UPDATE SET days = excluded.days;

-- name: retention_done!
INSERT INTO retention (community, kind, days, done_until) VALUES (:community, :kind, NULL, :until)
ON CONFLICT (community, kind) DO UPDATE SET done_until = excluded.done_until;

-- name: retention_named
SELECT id FROM tickets
WHERE community = :community AND closed_at IS NOT NULL AND closed_at >= :since AND closed_at < :before
    AND reporter IS NOT NULL
ORDER BY closed_at LIMIT 500;

-- name: retention_said
SELECT id FROM tickets
WHERE community = :community AND closed_at IS NOT NULL AND closed_at >= :since AND closed_at < :before AND words <> ''
ORDER BY closed_at LIMIT 500;

-- name: retention_files
SELECT a.id, a.sha256, a.ticket FROM tickets t JOIN attachments a ON a.ticket = t.id
WHERE t.community = :community AND t.closed_at IS NOT NULL AND t.closed_at >= :since AND t.closed_at < :before
    AND a.kind = :kind
ORDER BY t.closed_at LIMIT 500;

-- name: retention_unfollow!
-- How many followed stays, and who did not.
DELETE FROM followers WHERE ticket IN (SELECT value FROM json_each(CAST(:tickets AS TEXT)));

-- name: retention_unsign!
UPDATE remarks SET person = NULL WHERE ticket IN (SELECT value FROM json_each(CAST(:tickets AS TEXT)));

-- name: retention_unsent!
UPDATE attachments SET person = NULL, account = NULL, chat = NULL
WHERE ticket IN (SELECT value FROM json_each(CAST(:tickets AS TEXT))) AND after = 0;

-- name: retention_remarks!
DELETE FROM remarks WHERE ticket IN (SELECT value FROM json_each(CAST(:tickets AS TEXT)));

-- name: retention_captions!
UPDATE attachments SET caption = '' WHERE ticket IN (SELECT value FROM json_each(CAST(:tickets AS TEXT)));

-- name: retention_examples!
DELETE FROM examples WHERE ticket IN (SELECT value FROM json_each(CAST(:tickets AS TEXT)));

-- name: retention_people
-- Residents not heard of any more, of whom nothing else speaks.
SELECT p.id FROM people p
WHERE p.community = :community AND p.listed = 0 AND p.id >= 'r-' AND p.id < 'r.' AND p.joined_to IS NULL
    AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.person = p.id AND a.last_used_at >= :before)
    AND NOT EXISTS (SELECT 1 FROM people j WHERE j.joined_to = p.id AND j.joined_to IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM tickets t WHERE t.reporter = p.id AND t.reporter IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM followers f WHERE f.person = p.id)
    AND NOT EXISTS (SELECT 1 FROM remarks r WHERE r.person = p.id AND r.person IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM attachments x WHERE x.person = p.id AND x.person IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM tickets t WHERE t.handler = p.id AND t.handler >= 'r-' AND t.handler < 'r.')
    AND NOT EXISTS (
        SELECT 1 FROM tickets t
        WHERE t.first_responder = p.id AND t.first_responder >= 'r-' AND t.first_responder < 'r.'
    )
LIMIT 500;
