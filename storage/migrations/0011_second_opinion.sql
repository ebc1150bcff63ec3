-- What [reading] of a community file says, as JSON.
ALTER TABLE communities ADD COLUMN reading TEXT NOT NULL DEFAULT '{}';
