-- A reason stands beside the chain, which binds its seal (storage/sealing.py): words can be taken out of it, and nothing else of a
-- line changes. Of a line from before, whose reason is in the chain itself, nothing does.
ALTER TABLE ledger
    ADD COLUMN salt TEXT COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN seal TEXT COLLATE "C" NOT NULL DEFAULT '';

DROP TRIGGER ledger_is_never_changed ON ledger;
CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
FOR EACH ROW WHEN (NOT (
    (NEW.community, NEW.seq, NEW.number, NEW.at, NEW.act, NEW.person, NEW.platform, NEW.previous, NEW.hash)
    = (OLD.community, OLD.seq, OLD.number, OLD.at, OLD.act, OLD.person, OLD.platform, OLD.previous, OLD.hash)
    AND NEW.ticket IS NOT DISTINCT FROM OLD.ticket AND NEW.state IS NOT DISTINCT FROM OLD.state
    AND OLD.salt <> '' AND NEW.salt NOT IN ('', OLD.salt) AND NEW.seal <> '' AND OLD.seal IN ('', NEW.seal)
)) EXECUTE FUNCTION ledger_is_append_only();
