-- name: web_add!
INSERT INTO web_messages (id, change_no, chat, from_name, account, heading, text, buttons, photos, reply_to, at)
VALUES (:id, :change_no, :chat, :from_name, :account, :heading, :text, :buttons, :photos, :reply_to, :at);

-- name: web_edit!
UPDATE web_messages SET
    change_no = :change_no, heading = :heading, text = :text, buttons = :buttons, photos = :photos, edited_at = :at
WHERE id = :id AND chat = :chat;

-- name: web_since
SELECT * FROM web_messages WHERE chat = :chat AND change_no > :change_no ORDER BY change_no LIMIT :limit;

-- name: web_latest
SELECT * FROM web_messages WHERE chat = :chat ORDER BY id DESC LIMIT :limit;
