-- As 0006 has it for the columns before.
ALTER TABLE communities ALTER COLUMN reading TYPE TEXT COLLATE "C";
