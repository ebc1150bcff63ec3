-- What the platforms that count let be said in a chat (storage/windows.py).
CREATE TABLE windows (
    chat TEXT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    until BIGINT NOT NULL,
    letters INTEGER NOT NULL,
    PRIMARY KEY (chat, kind, data)
);
CREATE INDEX windows_by_age ON windows (until);

-- Letters nobody may be told yet: found when their chat is spoken in, and by the ticket they are about.
CREATE INDEX outbox_untold ON outbox (chat) WHERE fate = 'untold';
CREATE INDEX outbox_untold_about ON outbox (ticket) WHERE fate = 'untold';
DROP INDEX outbox_ended;
CREATE INDEX outbox_ended ON outbox (at) WHERE fate IN ('sent', 'dropped', 'undeliverable', 'untold');

-- What of a card was worth a message of its own (handlers/cards.py).
ALTER TABLE cards ADD COLUMN news TEXT NOT NULL DEFAULT '';
