-- name: dialogues_get
SELECT * FROM dialogues WHERE chat = :chat AND account = :account;

-- name: dialogues_of_many
SELECT * FROM dialogues WHERE account IN (SELECT value FROM json_each(CAST(:accounts AS TEXT)));

-- name: dialogues_of
SELECT * FROM dialogues WHERE account = :account ORDER BY expires_at DESC, chat;

-- name: dialogues_put*!
INSERT INTO dialogues (chat, account, step, data, expires_at, question)
VALUES (:chat, :account, :step, :data, :expires_at, :question)
ON CONFLICT (chat, account) DO UPDATE SET
    step = excluded.step, data = excluded.data, expires_at = excluded.expires_at, question = excluded.question;

-- name: dialogues_asked!
UPDATE dialogues SET question = :question WHERE chat = :chat AND account = :account;

-- name: dialogues_drop*!
DELETE FROM dialogues WHERE chat = :chat AND account = :account;

-- name: dialogues_due
SELECT * FROM dialogues WHERE expires_at <= :now ORDER BY expires_at, chat, account LIMIT :limit;
