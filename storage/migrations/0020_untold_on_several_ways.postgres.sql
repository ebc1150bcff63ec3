-- As 0006 has it for the tables before.
ALTER TABLE untold_ways ALTER COLUMN chat TYPE TEXT COLLATE "C";
