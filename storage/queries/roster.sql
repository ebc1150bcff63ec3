-- name: duties_all
SELECT * FROM duties ORDER BY community, position;

-- name: duties_clear!
DELETE FROM duties WHERE community IN (SELECT value FROM json_each(CAST(:communities AS TEXT)));

-- name: duties_add*!
INSERT INTO duties (id, community, position, grid, person, day, begins, ends, instead)
VALUES (:id, :community, :position, :grid, :person, :day, :begins, :ends, :instead);

-- name: swaps_add!
INSERT INTO swaps (id, community, duty, date, giver, taker, asked_at, ends, answer)
VALUES (:id, :community, :duty, :date, :giver, :taker, :asked_at, :ends, '')
ON CONFLICT (id) DO NOTHING;

-- name: swaps_get
SELECT * FROM swaps WHERE id = :id;

-- name: swaps_waiting
SELECT * FROM swaps WHERE taker = :taker AND answer = '' AND ends > :now ORDER BY asked_at, id;

-- name: swaps_answer!
UPDATE swaps SET answer = :answer WHERE id = :id AND answer = '';
