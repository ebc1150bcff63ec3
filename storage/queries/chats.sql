-- The chat `old` and every topic of it, `old/17`, get the address `new`. SUBSTR keeps what follows the old address.
-- Where a table has one row per chat, the row that would collide yields to the one already there.

-- name: grid_chats_yield!
DELETE FROM grid_chats WHERE (chat = :old OR SUBSTR(chat, 1, LENGTH(:old) + 1) = :old || '/') AND EXISTS (
    SELECT 1 FROM grid_chats o
    WHERE o.grid = grid_chats.grid AND o.chat = :new || SUBSTR(grid_chats.chat, LENGTH(:old) + 1)
);

-- name: grid_chats_move!
UPDATE grid_chats SET chat = :new || SUBSTR(chat, LENGTH(:old) + 1)
WHERE chat = :old OR SUBSTR(chat, 1, LENGTH(:old) + 1) = :old || '/';

-- name: staff_chats_yield!
DELETE FROM staff_chats WHERE (chat = :old OR SUBSTR(chat, 1, LENGTH(:old) + 1) = :old || '/') AND EXISTS (
    SELECT 1 FROM staff_chats o
    WHERE o.community = staff_chats.community AND o.chat = :new || SUBSTR(staff_chats.chat, LENGTH(:old) + 1)
);

-- name: staff_chats_move!
UPDATE staff_chats SET chat = :new || SUBSTR(chat, LENGTH(:old) + 1)
WHERE chat = :old OR SUBSTR(chat, 1, LENGTH(:old) + 1) = :old || '/';

-- name: street_chats_yield!
DELETE FROM street_chats WHERE (chat = :old OR SUBSTR(chat, 1, LENGTH(:old) + 1) = :old || '/') AND EXISTS (
    SELECT 1 FROM street_chats o
    WHERE o.community = street_chats.community AND o.chat = :new || SUBSTR(street_chats.chat, LENGTH(:old) + 1)
);

-- name: street_chats_move!
UPDATE street_chats SET chat = :new || SUBSTR(chat, LENGTH(:old) + 1)
WHERE chat = :old OR SUBSTR(chat, 1, LENGTH(:old) + 1) = :old || '/';

-- name: cards_yield!
DELETE FROM cards WHERE place = :old AND EXISTS (
    SELECT 1 FROM cards o WHERE o.ticket = cards.ticket AND o.place = :new
);

-- name: cards_move!
-- A new chat counts its messages anew: an old number would name somebody else's message there, or nobody's.
UPDATE cards SET chat = :new || SUBSTR(chat, LENGTH(:old) + 1), place = :new, message = '', print = ''
WHERE place = :old;

-- name: dialogues_yield!
DELETE FROM dialogues WHERE (chat = :old OR SUBSTR(chat, 1, LENGTH(:old) + 1) = :old || '/') AND EXISTS (
    SELECT 1 FROM dialogues o
    WHERE o.account = dialogues.account AND o.chat = :new || SUBSTR(dialogues.chat, LENGTH(:old) + 1)
);

-- name: dialogues_move!
UPDATE dialogues SET chat = :new || SUBSTR(chat, LENGTH(:old) + 1), question = NULL
WHERE chat = :old OR SUBSTR(chat, 1, LENGTH(:old) + 1) = :old || '/';

-- name: tickets_move!
UPDATE tickets SET origin = :new || SUBSTR(origin, LENGTH(:old) + 1), origin_chat = :new, origin_message = NULL
WHERE origin_chat = :old;

-- name: attachments_move!
UPDATE attachments SET chat = :new || SUBSTR(chat, LENGTH(:old) + 1)
WHERE ticket IS NULL AND (chat = :old OR SUBSTR(chat, 1, LENGTH(:old) + 1) = :old || '/');

-- name: albums_yield!
DELETE FROM albums WHERE (chat = :old OR SUBSTR(chat, 1, LENGTH(:old) + 1) = :old || '/') AND EXISTS (
    SELECT 1 FROM albums o
    WHERE o.album = albums.album AND o.chat = :new || SUBSTR(albums.chat, LENGTH(:old) + 1)
);

-- name: albums_move!
UPDATE albums SET chat = :new || SUBSTR(chat, LENGTH(:old) + 1)
WHERE chat = :old OR SUBSTR(chat, 1, LENGTH(:old) + 1) = :old || '/';

-- name: outbox_move!
UPDATE outbox SET routes = :routes, route = :route, chat = :chat WHERE id = :id;

-- name: chats_forget!
-- Whether the bot is in the new chat, the platform says itself.
DELETE FROM chats WHERE address = :address;

-- name: chats_present!
INSERT INTO chats (address, present, at) VALUES (:address, :present, :at)
ON CONFLICT (address) DO UPDATE SET present = excluded.present, at = excluded.at;

-- name: chats_is_present
SELECT present AS value FROM chats WHERE address = :address;
