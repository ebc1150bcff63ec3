-- Ids may have gaps, so that no process waits for another's commit to get one (storage/statements.py, Counters.ids).
CREATE SEQUENCE ids_attachments AS BIGINT;
CREATE SEQUENCE ids_invite_misses AS BIGINT;
CREATE SEQUENCE ids_outbox AS BIGINT;
CREATE SEQUENCE ids_remarks AS BIGINT;
CREATE SEQUENCE ids_web_messages AS BIGINT;
