-- name: cards_of
SELECT * FROM cards WHERE ticket IN (SELECT value FROM json_each(CAST(:keys AS TEXT))) ORDER BY chat;

-- name: cards_put*!
INSERT INTO cards (ticket, chat, place, message, print, news)
VALUES (:ticket, :chat, :place, :message, :print, :news);

-- name: cards_drop*!
DELETE FROM cards WHERE ticket = :ticket AND place = :place;
