-- name: ledger_append*!
INSERT INTO ledger (community, seq, ticket, number, at, act, state, person, platform, reason, salt, seal, previous, hash)
VALUES (:community, :seq, :ticket, :number, :at, :act, :state, :person, :platform, :reason, :salt, '', :previous, :hash);

-- name: ledger_sealed
-- Reasons words can be taken out of.
SELECT community, seq, ticket, act, reason, salt, seal FROM ledger
WHERE ticket IN (SELECT value FROM json_each(CAST(:tickets AS TEXT))) AND salt <> '' ORDER BY community, seq;

-- name: ledger_anew*!
UPDATE ledger SET reason = :reason, salt = :salt, seal = :seal WHERE community = :community AND seq = :seq;

-- name: ledger_heads
SELECT community, seq, hash FROM ledger_heads
WHERE community IN (SELECT value FROM json_each(CAST(:communities AS TEXT)));

-- name: ledger_stirred
SELECT number, MAX(seq) AS seq FROM ledger
WHERE community = :community AND seq > :since AND ticket IS NOT NULL
    AND act NOT IN (SELECT value FROM json_each(CAST(:quiet AS TEXT)))
GROUP BY number LIMIT :limit;

-- name: ledger_heads_locked
-- For who writes: even two processes that forgot to hold the community cannot both go on from the same line.
SELECT community, seq, hash FROM ledger_heads
WHERE community IN (SELECT value FROM json_each(CAST(:communities AS TEXT)))
ORDER BY community /*postgres FOR UPDATE */;

-- name: ledger_set_head*!
INSERT INTO ledger_heads (community, seq, hash) VALUES (:community, :seq, :hash)
ON CONFLICT (community) DO UPDATE SET seq = excluded.seq, hash = excluded.hash;

-- name: ledger_of
SELECT * FROM ledger WHERE ticket = :ticket ORDER BY seq;

-- name: ledger_entries
SELECT * FROM ledger WHERE community = :community AND seq > :after_seq ORDER BY seq LIMIT :limit;

-- name: ledger_found
SELECT l.* FROM ledger l
WHERE l.community = :seen_in AND l.seq > :after_seq
    AND (CAST(:since AS BIGINT) IS NULL OR l.at >= :since)
    AND (CAST(:until AS BIGINT) IS NULL OR l.at < :until)
    AND /*sought l*/
ORDER BY l.seq LIMIT :limit;

-- name: ledger_latest
SELECT l.* FROM ledger l
WHERE l.community = :seen_in AND (l.at, l.seq) < (:before_at, :before_seq) AND (l.at, l.seq) > (:after_at, :after_seq)
    AND /*sought l*/
ORDER BY l.at DESC, l.seq DESC LIMIT :limit;

-- name: ledger_floor
-- Where somebody arrives who reads so many lines back.
SELECT at, seq FROM ledger
WHERE community = :community AND (at, seq) < (:before_at, :before_seq) AND (at, seq) > (:after_at, :after_seq)
ORDER BY at DESC, seq DESC LIMIT 1 OFFSET :lines;

-- name: ledger_extent
-- The first and the last line of a time, by number.
SELECT MIN(seq) AS first, MAX(seq) AS last FROM ledger
WHERE community = :community AND (at, seq) < (:before_at, :before_seq) AND (at, seq) > (:after_at, :after_seq);

-- name: ledger_communities
-- From all three tables: a ledger wiped out whole still has its head and its tickets.
SELECT c.community, (SELECT COUNT(*) FROM ledger l WHERE l.community = c.community) AS lines
FROM (
    SELECT community FROM ledger
    UNION SELECT community FROM ledger_heads
    UNION SELECT community FROM tickets
) AS c
WHERE CAST(:community AS TEXT) IS NULL OR c.community = :community
ORDER BY c.community;

-- name: ledger_line
SELECT hash FROM ledger WHERE community = :community AND seq = :seq;

-- name: ledger_stretch
SELECT * FROM ledger WHERE community = :community AND seq > :after_seq ORDER BY seq LIMIT :limit;

-- name: ledger_against_tickets
SELECT t.id AS ticket, last.seq AS seq FROM tickets t
LEFT JOIN ledger last ON last.community = t.community
    AND last.seq = (SELECT MAX(l.seq) FROM ledger l WHERE l.ticket = t.id)
WHERE t.community = :community AND (last.state IS NULL OR last.state <> t.state)
ORDER BY last.seq, t.number LIMIT 1;

-- name: ledger_without_ticket
SELECT l.ticket AS ticket, l.seq AS seq FROM ledger l LEFT JOIN tickets t ON t.id = l.ticket
WHERE l.community = :community AND l.ticket IS NOT NULL AND t.id IS NULL
ORDER BY l.seq LIMIT 1;
