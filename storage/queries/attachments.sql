-- name: attachments_add!
INSERT INTO attachments (
    id, ticket, at, platform, kind, ref, person, size, sha256, failed, after, caption, chat, account, album
) VALUES (
    :id, :ticket, :at, :platform, :kind, :ref, :person, :size, :sha256, :failed, :after, :caption, :chat, :account,
    :album
);

-- name: attachments_of
SELECT * FROM attachments WHERE ticket IN (SELECT value FROM json_each(CAST(:keys AS TEXT))) ORDER BY id;

-- name: attachments_loose
SELECT * FROM attachments
WHERE ticket IS NULL AND chat = :chat AND account = :account AND at >= :since
ORDER BY at, id;

-- name: attachments_attach
UPDATE attachments SET ticket = :ticket WHERE id = :id RETURNING caption;

-- name: attachments_to_fetch
SELECT * FROM attachments WHERE sha256 IS NULL AND failed = '' ORDER BY id LIMIT :limit;

-- name: attachments_kept
UPDATE attachments SET sha256 = :sha256, size = :size WHERE id = :id RETURNING ticket;

-- name: attachments_failed!
UPDATE attachments SET failed = :why WHERE id = :id;

-- name: albums_ticket
SELECT ticket AS value FROM albums WHERE chat = :chat AND album = :album;

-- name: albums_set!
INSERT INTO albums (chat, album, ticket, at) VALUES (:chat, :album, :ticket, :at)
ON CONFLICT (chat, album) DO UPDATE SET ticket = excluded.ticket, at = excluded.at;
