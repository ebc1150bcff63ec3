-- As 0006 has it for the tables before.
ALTER TABLE sessions ALTER COLUMN browser TYPE TEXT COLLATE "C";
