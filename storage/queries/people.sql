-- name: people_get
SELECT * FROM people WHERE id IN (SELECT value FROM json_each(CAST(:keys AS TEXT)));

-- name: people_save*!
INSERT INTO people (
    id, community, name, roles, phone, language, home_grid,
    home_building, home_unit, home_floor, home_room, home_landmark, listed
) VALUES (
    :id, :community, :name, :roles, :phone, :language, :home_grid,
    :home_building, :home_unit, :home_floor, :home_room, :home_landmark, :listed
) ON CONFLICT (id) DO UPDATE SET
    community = excluded.community, name = excluded.name, roles = excluded.roles, phone = excluded.phone,
    language = excluded.language, home_grid = excluded.home_grid, home_building = excluded.home_building,
    home_unit = excluded.home_unit, home_floor = excluded.home_floor, home_room = excluded.home_room,
    home_landmark = excluded.home_landmark, listed = excluded.listed;

-- name: people_any_listed
SELECT COUNT(*) AS value FROM people
WHERE listed = 1 AND id IN (SELECT value FROM json_each(CAST(:ids AS TEXT)));

-- name: accounts_get
SELECT * FROM accounts WHERE address IN (SELECT value FROM json_each(CAST(:keys AS TEXT)));

-- name: accounts_of
SELECT * FROM accounts WHERE person IN (SELECT value FROM json_each(CAST(:keys AS TEXT)))
ORDER BY last_used_at DESC, address;

-- name: accounts_bind*!
INSERT INTO accounts (address, person, last_used_at, reachable, listed)
VALUES (:address, :person, :last_used_at, :reachable, :listed)
ON CONFLICT (address) DO UPDATE SET
    person = excluded.person, last_used_at = excluded.last_used_at,
    reachable = excluded.reachable, listed = excluded.listed;

-- name: accounts_touch*!
UPDATE accounts SET
    last_used_at = CASE WHEN last_used_at < :at THEN :at ELSE last_used_at END,
    reachable = CASE WHEN :private = 1 THEN 1 ELSE reachable END
WHERE address = :address;

-- name: accounts_set_reachable!
UPDATE accounts SET reachable = :reachable WHERE address = :address;

-- name: accounts_any_of_listed
-- Those who get an account now, and those who had it until now.
SELECT COUNT(*) AS value FROM people
WHERE listed = 1 AND (
    id IN (SELECT value FROM json_each(CAST(:people AS TEXT)))
    OR id IN (
        SELECT person FROM accounts WHERE address IN (SELECT value FROM json_each(CAST(:addresses AS TEXT)))
    )
);

-- name: accounts_order_changes
-- A listed person used an account that was not already the one used last.
SELECT COUNT(*) AS value FROM accounts a
JOIN people p ON p.id = a.person AND p.listed = 1
JOIN accounts other ON other.person = a.person AND other.address <> a.address
    AND other.last_used_at >= a.last_used_at
WHERE a.address IN (SELECT value FROM json_each(CAST(:addresses AS TEXT)));

-- name: accounts_reachability_differs
SELECT COUNT(*) AS value FROM accounts a JOIN people p ON p.id = a.person AND p.listed = 1
WHERE a.address IN (SELECT value FROM json_each(CAST(:addresses AS TEXT)))
    AND (a.reachable IS NULL OR a.reachable <> :reachable);
