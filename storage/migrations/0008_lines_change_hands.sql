-- Who takes over a line must know what was sent on it lately (storage/outbox.py, sent_lately).
CREATE INDEX outbox_sent_lately ON outbox (platform, sent_at) WHERE fate = 'sent';
