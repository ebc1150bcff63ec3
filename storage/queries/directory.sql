-- What an import takes away first. The order in directory.py goes from the leaves to the stem.

-- name: spots_clear!
DELETE FROM spots WHERE grid IN (
    SELECT id FROM grids WHERE community IN (SELECT value FROM json_each(CAST(:communities AS TEXT)))
);

-- name: grid_chats_clear!
DELETE FROM grid_chats WHERE grid IN (
    SELECT id FROM grids WHERE community IN (SELECT value FROM json_each(CAST(:communities AS TEXT)))
);

-- name: grids_clear!
DELETE FROM grids WHERE community IN (SELECT value FROM json_each(CAST(:communities AS TEXT)));

-- name: compounds_clear!
DELETE FROM compounds WHERE community IN (SELECT value FROM json_each(CAST(:communities AS TEXT)));

-- name: staff_chats_clear!
DELETE FROM staff_chats WHERE community IN (SELECT value FROM json_each(CAST(:communities AS TEXT)));

-- name: street_chats_clear!
DELETE FROM street_chats WHERE community IN (SELECT value FROM json_each(CAST(:communities AS TEXT)));

-- name: communities_put*!
-- A community that is there already keeps its place in the order.
INSERT INTO communities (id, position, name, timezone, service_phone, policy, words, reading)
VALUES (:id, :position, :name, :timezone, :service_phone, :policy, :words, :reading)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, timezone = excluded.timezone, service_phone = excluded.service_phone,
    policy = excluded.policy, words = excluded.words, reading = excluded.reading;

-- name: staff_chats_add*!
INSERT INTO staff_chats (community, chat, position) VALUES (:community, :chat, :position);

-- name: street_chats_add*!
INSERT INTO street_chats (community, chat, position) VALUES (:community, :chat, :position);

-- name: compounds_add*!
INSERT INTO compounds (id, community, position, name, regime, property)
VALUES (:id, :community, :position, :name, :regime, :property);

-- name: grids_add*!
INSERT INTO grids (id, community, compound, position, name, buildings, leader, deputies, heads)
VALUES (:id, :community, :compound, :position, :name, :buildings, :leader, :deputies, :heads);

-- name: grid_chats_add*!
INSERT INTO grid_chats (grid, chat, position) VALUES (:grid, :chat, :position);

-- name: spots_add*!
INSERT INTO spots (id, grid, building, position) VALUES (:id, :grid, :building, :position);

-- name: people_unlist!
-- Who came by an invite's code, and whom no file has named since, keeps the role: the file does not know of them.
-- The program made their ids; a file that names them lists their accounts, too, or gives them to somebody else.
UPDATE people SET listed = 0, roles = '["resident"]'
WHERE listed = 1
    AND community IN (SELECT value FROM json_each(CAST(:communities AS TEXT)))
    AND id NOT IN (SELECT value FROM json_each(CAST(:people AS TEXT)))
    AND NOT (
        id LIKE 'r-%'
        AND EXISTS (
            SELECT 1 FROM accounts a WHERE a.person = people.id
                AND a.address NOT IN (SELECT value FROM json_each(CAST(:addresses AS TEXT)))
        )
        AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.person = people.id AND a.listed = 1)
    );

-- name: accounts_unlist
-- The file named these and does not any more: whoever lost the phone or the post shall not act with it.
DELETE FROM accounts WHERE listed = 1
    AND address NOT IN (SELECT value FROM json_each(CAST(:addresses AS TEXT)))
    AND person IN (
        SELECT id FROM people WHERE community IN (SELECT value FROM json_each(CAST(:communities AS TEXT)))
    )
RETURNING address, last_used_at;

-- name: accounts_strike
-- For who has seen them all: what they took away goes, the accounts people bound themselves like those of a file.
DELETE FROM accounts WHERE address NOT IN (SELECT value FROM json_each(CAST(:addresses AS TEXT)))
    AND person IN (
        SELECT id FROM people WHERE listed = 1
            AND community IN (SELECT value FROM json_each(CAST(:communities AS TEXT)))
    )
RETURNING address, last_used_at;

-- name: people_strike!
-- Likewise those who came by an invite's code.
UPDATE people SET listed = 0, roles = '["resident"]'
WHERE listed = 1
    AND community IN (SELECT value FROM json_each(CAST(:communities AS TEXT)))
    AND id NOT IN (SELECT value FROM json_each(CAST(:people AS TEXT)));

-- name: people_speak*!
UPDATE people SET language = :language WHERE id = :id AND language <> :language;

-- name: people_list*!
-- What a person told us themselves (language, home) stays as they said it.
INSERT INTO people (
    id, community, name, roles, phone, language, home_grid,
    home_building, home_unit, home_floor, home_room, home_landmark, listed
) VALUES (
    :id, :community, :name, :roles, :phone, :language, :home_grid,
    :home_building, :home_unit, :home_floor, :home_room, :home_landmark, 1
) ON CONFLICT (id) DO UPDATE SET
    community = excluded.community, name = excluded.name, roles = excluded.roles, phone = excluded.phone,
    listed = 1;

-- name: accounts_list*!
INSERT INTO accounts (address, person, last_used_at, reachable, listed) VALUES (:address, :person, 0, NULL, 1)
ON CONFLICT (address) DO UPDATE SET person = excluded.person, listed = 1;

-- name: accounts_keep*!
-- One that is theirs already stays a file's, or their own.
INSERT INTO accounts (address, person, last_used_at, reachable, listed) VALUES (:address, :person, 0, NULL, 1)
ON CONFLICT (address) DO UPDATE SET
    listed = CASE WHEN accounts.person = excluded.person THEN accounts.listed ELSE 1 END, person = excluded.person;

-- name: communities_all
SELECT * FROM communities ORDER BY position, id;

-- name: staff_chats_all
SELECT * FROM staff_chats ORDER BY community, position;

-- name: street_chats_all
SELECT * FROM street_chats ORDER BY community, position;

-- name: compounds_all
SELECT * FROM compounds ORDER BY community, position;

-- name: grids_all
SELECT * FROM grids ORDER BY community, position;

-- name: grid_chats_all
SELECT * FROM grid_chats ORDER BY grid, position;

-- name: spots_all
SELECT * FROM spots ORDER BY grid, position;

-- name: people_listed
SELECT * FROM people WHERE listed = 1 ORDER BY community, id;

-- name: accounts_of_listed
-- From the few who are listed to their accounts, not through those of every resident.
SELECT * FROM accounts WHERE person IN (SELECT id FROM people WHERE listed = 1)
ORDER BY last_used_at DESC, address;
