-- As 0006 has it for the tables before.
ALTER TABLE people ALTER COLUMN joined_to TYPE TEXT COLLATE "C";
ALTER TABLE own_codes
    ALTER COLUMN code_hash TYPE TEXT COLLATE "C",
    ALTER COLUMN person TYPE TEXT COLLATE "C",
    ALTER COLUMN account TYPE TEXT COLLATE "C";
