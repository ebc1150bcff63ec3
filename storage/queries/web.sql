-- name: web_add*!
INSERT INTO web_messages (id, change_no, chat, from_name, account, heading, text, buttons, photos, reply_to, at)
VALUES (:id, :change_no, :chat, :from_name, :account, :heading, :text, :buttons, :photos, :reply_to, :at);

-- name: web_edit*!
UPDATE web_messages SET
    change_no = :change_no, heading = :heading, text = :text, buttons = :buttons, photos = :photos, edited_at = :at
WHERE id = :id AND chat = :chat;

-- name: web_since
SELECT * FROM web_messages WHERE chat = :chat AND change_no > :change_no ORDER BY change_no LIMIT :limit;

-- name: web_latest
SELECT * FROM web_messages WHERE chat = :chat ORDER BY id DESC LIMIT :limit;

-- name: web_get
SELECT * FROM web_messages WHERE id = :id AND chat = :chat;

-- name: web_newest
SELECT MAX(change_no) AS value FROM web_messages;

-- name: web_stirred
-- Without DISTINCT, for which SQLite would walk through every message there ever was.
SELECT chat FROM web_messages WHERE change_no > :change_no;

-- name: web_shows
-- LIKE would take a % from the outside for a wildcard.
SELECT 1 AS value FROM web_messages
WHERE chat = :chat AND photos <> REPLACE(photos, CAST(:photo AS TEXT), '') LIMIT 1;
