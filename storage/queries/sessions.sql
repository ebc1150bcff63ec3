-- name: links_create!
INSERT INTO login_links (token_hash, person, expires_at) VALUES (:token_hash, :person, :expires_at);

-- name: links_take
UPDATE login_links SET taken_at = :now
WHERE token_hash = :token_hash AND taken_at IS NULL AND expires_at > :now
RETURNING person;

-- name: sessions_open!
INSERT INTO sessions (session_hash, person, expires_at) VALUES (:session_hash, :person, :expires_at);

-- name: sessions_person
SELECT person AS value FROM sessions WHERE session_hash = :session_hash AND expires_at > :now;

-- name: sessions_close!
DELETE FROM sessions WHERE session_hash = :session_hash;
