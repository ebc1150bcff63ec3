-- name: errands_ask!
INSERT INTO errands (id, kind, community, person, wanted, asked_at, state, done, total, beat_at, said)
VALUES (:id, :kind, :community, :person, :wanted, :asked_at, 'waiting', 0, 0, :asked_at, '{}')
ON CONFLICT (id) DO UPDATE SET state = 'waiting', asked_at = excluded.asked_at, done = 0, total = 0, said = '{}'
WHERE errands.state = 'failed';

-- name: errands_get
SELECT * FROM errands WHERE id = :id;

-- name: errands_of
SELECT * FROM errands
WHERE community = :community AND (CAST(:person AS TEXT) IS NULL OR person = :person)
ORDER BY asked_at DESC, id;

-- name: errands_take
UPDATE errands SET state = 'under_way', beat_at = :now
WHERE id = (
    SELECT id FROM errands WHERE state = 'waiting' ORDER BY asked_at, id LIMIT 1 /*postgres FOR UPDATE SKIP LOCKED */
)
RETURNING *;

-- name: errands_beat!
UPDATE errands SET done = :done, total = :total, beat_at = :now WHERE id = :id AND state = 'under_way';

-- name: errands_end!
UPDATE errands SET state = :state, said = :said, beat_at = :now WHERE id = :id AND state = 'under_way';

-- name: errands_void!
-- One that nobody has begun will read what there is by then.
UPDATE errands SET state = 'failed', said = '{"why":"erased"}', beat_at = :now
WHERE kind IN ('xlsx', 'csv') AND state IN ('under_way', 'done')
    AND community IN (SELECT value FROM json_each(CAST(:communities AS TEXT)));

-- name: errands_give_up!
UPDATE errands SET state = 'failed' WHERE state = 'under_way' AND beat_at < :before;

-- name: errands_let_go
DELETE FROM errands
WHERE state IN ('done', 'failed') AND beat_at < :before AND NOT (
    kind = 'verify' AND state = 'done' AND NOT EXISTS (
        SELECT 1 FROM errands later
        WHERE later.kind = 'verify' AND later.state = 'done' AND later.community = errands.community
            AND (later.beat_at, later.id) > (errands.beat_at, errands.id)
    )
)
RETURNING said;

-- name: errands_ids
-- Of what failed no file is kept.
SELECT id FROM errands WHERE state <> 'failed';
