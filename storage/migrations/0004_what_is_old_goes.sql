-- What tidying looks for, oldest first (storage/tidying.py).
CREATE INDEX outbox_ended ON outbox (at) WHERE fate IN ('sent', 'dropped', 'undeliverable');
CREATE INDEX web_by_age ON web_messages (at);
