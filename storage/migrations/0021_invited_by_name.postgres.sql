-- As 0006 has it for the columns before.
ALTER TABLE invites ALTER COLUMN person TYPE TEXT COLLATE "C";
