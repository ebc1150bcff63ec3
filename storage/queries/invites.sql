-- name: invites_create!
INSERT INTO invites (code_hash, role, grid, community, person, expires_at)
VALUES (:code_hash, :role, :grid, :community, :person, :expires_at);

-- name: invites_take
-- One statement, so that of two who try the same code at once only one gets it.
UPDATE invites SET taken_at = :now
WHERE code_hash = :code_hash AND taken_at IS NULL AND expires_at > :now
RETURNING role, grid, community, person, expires_at;

-- name: invites_note_miss!
INSERT INTO invite_misses (id, account, at) VALUES (:id, :account, :at);

-- name: invites_misses
SELECT COUNT(*) AS value FROM invite_misses WHERE account = :account AND at >= :since;

-- name: invites_misses_of_all
SELECT COUNT(*) AS value FROM invite_misses WHERE at >= :since;

-- name: own_codes_put!
INSERT INTO own_codes (code_hash, person, account, expires_at) VALUES (:code_hash, :person, :account, :expires_at)
ON CONFLICT (person) DO UPDATE SET
    code_hash = excluded.code_hash, account = excluded.account, expires_at = excluded.expires_at;

-- name: own_codes_look
SELECT person, account, expires_at FROM own_codes WHERE code_hash = :code_hash AND expires_at > :now;

-- name: own_codes_take
-- One statement, as above.
DELETE FROM own_codes WHERE code_hash = :code_hash AND expires_at > :now RETURNING person, account, expires_at;
