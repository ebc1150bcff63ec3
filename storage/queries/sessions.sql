-- name: links_forget!
DELETE FROM login_links WHERE person = :person;

-- name: links_create!
INSERT INTO login_links (token_hash, person, expires_at) VALUES (:token_hash, :person, :expires_at);

-- name: links_take
UPDATE login_links SET taken_at = :now
WHERE token_hash = :token_hash AND taken_at IS NULL AND expires_at > :now
RETURNING person;

-- name: sessions_open!
INSERT INTO sessions (session_hash, person, opened_at, used_at, expires_at, browser)
VALUES (:session_hash, :person, :now, :now, :expires_at, :browser);

-- name: sessions_get
SELECT * FROM sessions WHERE session_hash = :session_hash AND expires_at > :now;

-- name: sessions_alive
SELECT session_hash FROM sessions
WHERE session_hash IN (SELECT value FROM json_each(CAST(:keys AS TEXT))) AND expires_at > :now;

-- name: sessions_used!
UPDATE sessions SET used_at = :now WHERE session_hash = :session_hash AND used_at < :now;

-- name: sessions_close!
DELETE FROM sessions WHERE session_hash = :session_hash;

-- name: sessions_end!
DELETE FROM sessions WHERE person = :person AND substr(session_hash, 1, 16) = :name;

-- name: sessions_end_others!
DELETE FROM sessions WHERE person = :person AND session_hash <> :session_hash;

-- name: sessions_of
SELECT * FROM sessions WHERE person = :person AND expires_at > :now ORDER BY used_at DESC, opened_at DESC;

-- name: sessions_in
SELECT s.* FROM sessions s JOIN people p ON p.id = s.person
WHERE p.community = :community AND s.expires_at > :now
ORDER BY s.used_at DESC, s.opened_at DESC LIMIT :limit;
