-- name: proposals_put!
INSERT INTO proposals (id, session, community, change, at) VALUES (:id, :session, :community, :change, :at);

-- name: proposals_get
SELECT community, change FROM proposals WHERE id = :id AND session = :session AND at > :since;

-- name: proposals_drop!
DELETE FROM proposals WHERE id = :id;

-- name: proposals_drop_older!
-- Whoever proposes without end keeps the newest few.
DELETE FROM proposals WHERE id IN (
    SELECT id FROM proposals WHERE session = :session ORDER BY at DESC, id LIMIT 1000 OFFSET :kept
);

-- name: proposals_in_hand
-- What the people have to do now. The list of states is the one of the partial index.
SELECT * FROM tickets
WHERE handler IN (SELECT value FROM json_each(CAST(:people AS TEXT)))
    AND state IN ('reported', 'accepted', 'on_site', 'planned')
ORDER BY handler, reported_at LIMIT :limit;

-- name: proposals_open_in
-- How much is open in each building of these grids.
SELECT grid, building, COUNT(*) AS count FROM tickets
WHERE grid IN (SELECT value FROM json_each(CAST(:grids AS TEXT)))
    AND state IN ('reported', 'accepted', 'on_site', 'planned', 'resolved')
GROUP BY grid, building;

-- name: proposals_clocks
-- The clocks of a community. A ticket's id is its community's, a hyphen and its number, so they lie together in the
-- table's own order; those of a community whose id begins alike lie there, too. Asked for the ticket's community SQLite
-- would begin with all of its tickets.
SELECT * FROM deadlines WHERE ticket >= :first AND ticket < :behind ORDER BY ticket, clock;

-- name: proposals_granted
SELECT DISTINCT ticket FROM ledger
WHERE ticket IN (SELECT value FROM json_each(CAST(:keys AS TEXT))) AND act = 'grant_time';

-- name: proposals_chats
SELECT address, present, at FROM chats WHERE address IN (SELECT value FROM json_each(CAST(:chats AS TEXT)));

-- name: proposals_chats_failed
SELECT chat, at, note FROM outbox WHERE fate = 'undeliverable' AND id IN (
    SELECT MAX(id) FROM outbox
    WHERE fate = 'undeliverable' AND chat IN (SELECT value FROM json_each(CAST(:chats AS TEXT)))
    GROUP BY chat
);

-- name: replay_tickets
SELECT * FROM tickets
WHERE community = :community AND reported_at >= :after AND reported_at < :until
    AND (reported_at > :after OR number > :number)
ORDER BY reported_at, number LIMIT :limit;

-- name: replay_count
SELECT COUNT(*) AS value FROM tickets
WHERE community = :community AND reported_at >= :since AND reported_at < :until;

-- name: replay_lines
SELECT ticket, at, act, reason FROM ledger
WHERE ticket IN (SELECT value FROM json_each(CAST(:keys AS TEXT)))
    AND act IN (SELECT value FROM json_each(CAST(:acts AS TEXT)))
ORDER BY ticket, seq;
