-- name: examples_add*!
INSERT INTO examples (id, community, at, words, read_call, read_category, call, category, person, ticket)
VALUES (:id, :community, :at, :words, :read_call, :read_category, :call, :category, :person, :ticket);

-- name: examples_of
SELECT * FROM examples WHERE community = :community ORDER BY id DESC LIMIT :limit;

-- name: lessons_all
SELECT * FROM lessons ORDER BY community;

-- name: lessons_put!
INSERT INTO lessons (community, at, by_whom, examples, weights) VALUES (:community, :at, :by, :examples, :weights)
ON CONFLICT (community) DO UPDATE SET
    at = excluded.at, by_whom = excluded.by_whom, examples = excluded.examples, weights = excluded.weights;

-- name: lessons_drop!
DELETE FROM lessons WHERE community = :community;
