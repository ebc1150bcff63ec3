-- Whose card is still to be shown is asked of what waits and of what is on its way alike.
DROP INDEX outbox_cards;
CREATE INDEX outbox_cards ON outbox (ticket, route) WHERE kind = 'card' AND fate IN ('waiting', 'claimed');
